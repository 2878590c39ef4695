"""What a customer hears without asking: that somebody has it, that it is solved; never past consent, a stop, the night
or what one person gets in a week."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from lazo.table.messaging import opt_outs
from tests.builders import ANA, DIEGO, consent
from tests.desk import Desk, form_to, link_to
from tests.product import Item, Product

PHONE, EMAIL = "+56987650001", "eva@example.org"
EVA: dict[str, Any] = {"name": "Eva Soto", "phone": PHONE, "email": EMAIL, "customer_key": "ab" * 16}
HOUR = timedelta(hours=1)


class Case:
    """A follow-up of Eva's; Ana has opened the link of her alert."""

    def __init__(self, product: Product, customer: dict[str, Any] = EVA, **store: Any) -> None:
        self.product = product
        product.open_store(**store)
        agreed = consent() if customer.get("phone") or customer.get("email") else None
        self.answer = product.accept(**{"score": 2, "consent": agreed, **customer})
        product.drain()
        self.desk = Desk(product)
        self.page = self.desk.open(link_to(product, ANA["phone"])).text

    def do(self, ending: str, **typed: str | list[str]) -> str:
        """Send a form of the page; return the page behind it."""
        self.page = self.desk.do(self.page, ending, **typed).text
        self.product.drain()
        if ending in ("/take-on", "/resolve"):
            self.product.pass_undo()
        return self.page

    def resolve(self) -> None:
        self.do("/take-on")
        self.do("/contacted", channel="phone", reached="yes", text="")
        self.do("/concern", text="Esperó", priority="normal", owner="ana", deadline="2026-03-11")
        self.do("/settle", how="solved", action="Otra caja")
        self.do("/resolve", root_cause_theme="waiting_time", root_cause="Una caja", done="Otra caja")

    def messages_received(self) -> list[tuple[str, str]]:
        """Return channel and text of each message that reached Eva."""
        sent = (m for m in self.product.cloud.outbox() if m["to"] in (PHONE, EMAIL))
        return [(m["channel"], m["text"]) for m in sent]

    def messages(self) -> list[Item]:
        return self.product.items("MESSAGE#")


def test_taking_it_on_sends_one_sms_with_the_date_and_the_customers_page(product: Product) -> None:
    case = Case(product)
    form = form_to(case.page, "/take-on")
    for _ in range(2):
        assert case.desk.send(form).status == 303
    product.drain()
    assert case.messages_received() == [], "for a minute it can be undone"
    product.pass_undo()
    ((channel, text),) = case.messages_received()
    assert channel == "sms"
    # Contacted within 24 hours: taken on at 12:00 on Tuesday 10 March.
    said = "Ana te va a llamar, a mas tardar el miércoles 11 de marzo a las 12:00. Aqui ves como va: "
    assert said in text
    token = re.search(r"https://lazo\.example/m/([A-Za-z0-9_-]{30})$", text)
    assert token
    page = case.desk.get(f"/desk/followups/{product.followup()['followup_id']}").text
    assert "Ana te va a llamar" in page
    assert token[1] not in page, "the page is the customer's alone"
    assert [m["automatic"] for m in case.messages()] == [True]
    week = next(i for i in product.items("WEEK#"))
    assert (week["pk"], week["sk"], week["n"]) == (f"CUSTOMER#{'ab' * 16}", "WEEK#2026-W11", 1)


@pytest.mark.parametrize(
    ("store", "ending"),
    [
        ({"contacts": [{**ANA, "away": [["2026-03-11", "2026-03-11"]]}, DIEGO]}, "ya lo tiene a su cargo"),
        ({"policy": {"promises_per_day": 0}}, "ya lo tiene a su cargo"),
        ({}, "a mas tardar el miércoles 11"),
    ],
    ids=["away on that day", "no room on that day", "can be held"],
)
def test_a_date_is_named_only_when_the_owner_can_hold_it(
    product: Product, store: dict[str, Any], ending: str
) -> None:
    case = Case(product, **store)
    case.do("/take-on")
    ((_, text),) = case.messages_received()
    assert ending in text


@pytest.mark.parametrize("why", ["no consent", "policy", "stopped", "by the other key"])
def test_no_update_without_consent_against_policy_or_after_stop(product: Product, why: str) -> None:
    customer = dict(EVA) if why != "no consent" else {"name": "Eva"}
    if why == "by the other key":
        customer["customer_also"] = "cd" * 16
    case = Case(product, customer, policy={"tell_customer": why != "policy"})
    if why in ("stopped", "by the other key"):
        key = {"stopped": "ab" * 16, "by the other key": "cd" * 16}[why]
        product.table.put(opt_outs.record_opt_out(key, "page", product.now()))
    case.do("/take-on")
    assert case.messages_received() == []
    assert case.messages() == []
    assert product.items("WEEK#") == []


def test_resolving_it_sends_an_update_that_asks_for_confirmation(product: Product) -> None:
    case = Case(product, {**EVA, "phone": None})
    case.resolve()
    assert [channel for channel, _ in case.messages_received()] == ["email", "email"]
    received, solved = (text.replace("\r\n", "\n") for _, text in case.messages_received())
    assert "Ana te va a escribir, a más tardar el miércoles 11 de marzo a las 12:00." in received
    assert "Ya resolvimos lo que nos contaste" in solved
    asked = re.search(
        r"Aquí puedes decirnos si quedó bien o si todavía falta algo:\n(https://lazo\.example/m/\S+)\n",
        solved,
    )
    assert asked
    assert f"puedes pedirlo aquí: {asked[1]}" in solved


def test_the_update_of_the_solution_waits_for_what_was_promised(product: Product) -> None:
    """Taken on at noon on Tuesday 10 March, to be called within 24 hours; a plan for Thursday at three."""
    case = Case(product)

    def page() -> str:
        found = re.search(r"/m/[A-Za-z0-9_-]{30}", case.messages_received()[0][1])
        assert found
        return html.unescape(case.desk.get(found[0]).text)

    case.do("/take-on")
    assert "A más tardar el miércoles 11 de marzo a las 12:00" in page()
    product.advance(25 * HOUR)  # nobody called: it goes up the chain
    assert "Dijimos el miércoles 11 de marzo a las 12:00 y todavía no hemos hablado contigo" in page()
    assert "El equipo de Aurora Norte se ocupa de lo que nos contaste." in page()
    case.page = case.desk.open(link_to(product, ANA["phone"])).text
    case.do("/contacted", channel="phone", reached="yes", text="")
    assert "Dijimos" not in page()
    case.do("/concern", text="Esperó", priority="normal", owner="ana", deadline="2026-03-12")
    plan = {"action": "Te devolvemos el dinero", "date": "2026-03-12", "time": "15:00"}
    case.do("/settle", how="planned", hears_by="phone", **plan)
    case.do("/resolve", root_cause_theme="waiting_time", root_cause="Una caja", done="Otra caja")
    assert len(case.messages_received()) == 1
    assert "Acordamos cómo resolverlo" in page()
    assert "A más tardar el jueves 12 de marzo a las 15:00" in page()
    case.do("/promise-kept", text="Devuelto")
    assert "Ya resolvimos lo que nos contaste" in case.messages_received()[1][1]
    assert "¿Quedó resuelto?" in page()


class TestAtNight:
    """Taken on at 22:00; the store opens at nine."""

    @pytest.fixture
    def case(self, product: Product) -> Case:
        case = Case(product, hours={"always": True}, policy={"take_on_minutes": 100_000})
        product.wait(10 * HOUR)
        case.do("/take-on")
        return case

    def test_an_update_waits_for_the_morning(self, case: Case) -> None:
        assert case.messages_received() == []
        (item,) = case.messages()
        assert item["not_before"] == item["due_at"] == "2026-03-11T12:00:00.000Z"
        case.product.advance(11 * HOUR)
        assert len(case.messages_received()) == 1

    def test_an_outdated_update_is_cancelled(self, case: Case) -> None:
        case.do("/contacted", channel="phone", reached="yes", text="")
        case.product.advance(11 * HOUR)
        assert case.messages_received() == []
        assert [m["state"] for m in case.messages()] == ["cancelled"]

    def test_stop_cancels_a_pending_update(self, case: Case) -> None:
        case.product.table.put(opt_outs.record_opt_out("ab" * 16, "page", case.product.now()))
        case.product.advance(11 * HOUR)
        assert case.messages_received() == []
        assert [m["state"] for m in case.messages()] == ["cancelled"]


def test_the_weekly_limit_rejects_what_is_optional_and_never_what_is_owed(product: Product) -> None:
    case = Case(product, policy={"customer_messages_per_week": 2})
    case.do("/take-on")
    write = {"text": "Hola, Eva: seguimos."}
    form = form_to(case.page, "/message", template="", channel="sms")
    assert case.desk.send(form, **write).status == 303
    page = case.desk.get(f"/desk/followups/{product.followup()['followup_id']}").text
    refused = case.desk.send(form_to(page, "/message", template="", channel="sms"), text="Otra más")
    assert refused.status == 422
    assert "ya recibió 2 mensajes esta semana" in refused.text
    assert "Otra más" in refused.text
    case.page = page
    case.do("/contacted", channel="phone", reached="yes", text="")
    case.do("/concern", text="Esperó", priority="normal", owner="ana", deadline="2026-03-11")
    case.do("/settle", how="solved", action="Otra caja")
    case.do("/resolve", root_cause_theme="waiting_time", root_cause="Una caja", done="Otra caja")
    assert product.followup()["stage"] == "resolved"
    received = [text for _, text in case.messages_received()]
    assert len(received) == 3
    assert "Ya resolvimos lo que nos contaste" in received[-1]
    assert [i["n"] for i in product.items("WEEK#")] == [3], "what is owed counts"


def test_what_the_weekly_limit_held_back_is_shown_at_the_case(product: Product) -> None:
    case = Case(product, policy={"customer_messages_per_week": 1})
    assert "el máximo del local" not in case.page
    # Another case of hers has used up the week.
    product.change({"pk": f"CUSTOMER#{'ab' * 16}", "sk": "WEEK#2026-W11", "n": 1})
    page = case.do("/take-on")
    assert product.followup()["stage"] == "taken_on", "the step is taken all the same"
    assert case.messages_received() == []
    assert "No salió: el cliente ya recibió 1 mensaje esta semana, el máximo del local." in page
    (held,) = [m for m in case.messages() if m["state"] == "cancelled"]
    assert (held["template"], held["failure"]) == ("received", "customer_week")
    assert "due_at" not in held
    product.advance(12 * HOUR)
    assert case.messages_received() == []


def test_the_owner_is_reminded_once_of_a_customer_without_news(product: Product) -> None:
    case = Case(product, policy={"contact_hours": 500, "remind_minutes": {"contacted": 0}})
    case.do("/take-on")
    before = len(product.outbox())
    product.advance(47 * HOUR)
    assert len(product.outbox()) == before
    product.advance(2 * HOUR)
    assert {to for _, to in product.outbox()[before:]} == {ANA["phone"], ANA["email"]}
    assert "El cliente espera noticias" in next(
        m["text"] for m in product.cloud.outbox()[before:] if m["channel"] == "sms"
    )
    product.advance(72 * HOUR)
    assert len(product.outbox()) == before + 2, "once for each silence"

    page = case.desk.open(link_to(product, ANA["phone"])).text
    assert "Eva Soto no sabe nada" in page
    assert case.desk.send(case.desk.template_form(page, "progress", "sms")).status == 303
    product.drain()
    assert "Todavia no lo hemos resuelto" in case.messages_received()[-1][1]
    page = case.desk.get(f"/desk/followups/{product.followup()['followup_id']}").text
    assert "no sabe nada" not in page
    after = len(product.outbox())
    product.advance(49 * HOUR)
    assert {to for _, to in product.outbox()[after:]} == {ANA["phone"], ANA["email"]}
