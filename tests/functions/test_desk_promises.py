"""Promises at the desk: made, moved, kept, rejected with the first possible date; and the page that lists them."""

from datetime import timedelta
from typing import get_args

import pytest

from infra.local.event_sources.gateway_payloads import Response
from lazo.promise.model import JUDGED, PromiseState
from lazo.table.messaging import opt_outs
from lazo.translations import LANGUAGES, translations
from tests.builders import ANA, consent
from tests.desk import Desk, form_to, forms, link_to
from tests.dom import Element, parse
from tests.product import Product

CONCERN = {"text": "La mesa cojea", "priority": "high", "owner": "ana", "deadline": "2026-03-12"}
HOURS = {
    **{day: [["09:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")},
    "sun": [],
    "holidays": "as_usual",
}
PROMISE = {"what": "Una mesa nueva", "date": "2026-03-13", "owner": "ana", "hears_by": "sms"}


@pytest.fixture
def unhappy(product: Product) -> Product:
    """A store that is shut on Sundays, and an unhappy customer who may be called; it is Tuesday, 12:00."""
    product.open_store(hours=HOURS, policy={"promises_per_day": 1, "tell_customer": False})
    product.accept(score=2, comment="Muy lento", phone="+56987654321", name="Eva", consent=consent())
    product.drain()
    return product


@pytest.fixture
def ana(unhappy: Product) -> Desk:
    return Desk(unhappy)


def taken_on(product: Product, desk: Desk) -> str:
    return desk.do(desk.open(link_to(product, ANA["phone"])).text, "/take-on").text


def section(page: str) -> Element:
    return parse(page).one("details", id="promises")


def refused(reply: Response, status: int = 409) -> str:
    assert reply.status == status, reply.text[:500]
    return parse(reply.text).one("div", class_="problem").text


def states(product: Product) -> list[tuple[str, str]]:
    return [(item["what"], item["state"]) for item in product.items("PROMISE#")]


def test_a_promise_from_being_made_to_being_kept(unhappy: Product, ana: Desk) -> None:
    page = ana.do(taken_on(unhappy, ana), "/promise", **PROMISE, checkpoint=["2026-03-12", ""]).text
    (item,) = unhappy.items("PROMISE#")
    assert (item["due"], item["checkpoints"]) == ("2026-03-13T23:59:00.000Z", ["2026-03-12T12:00:00.000Z"])
    text = section(page).text
    assert "Una mesa nueva Pendiente · Ana · para vie 13 mar · se entera por SMS" in text
    assert "Revisiones: jue 12 mar" in text
    page = ana.do(page, "/promise-progress", text="Ya la encargamos").text
    assert "Ya la encargamos" in section(page).text
    page = ana.do(page, "/promise-kept", text="Llegó y está puesta").text
    assert states(unhappy) == [("Una mesa nueva", "kept")]
    assert "Cumplida" in section(page).text
    assert "Ana cumplió lo prometido: Una mesa nueva. Llegó y está puesta" in page
    assert not [f for f in parse(page).all("form") if "/promise-" in f["action"]]


def test_a_date_that_cannot_be_held_is_rejected_with_the_first_possible_one(
    unhappy: Product, ana: Desk
) -> None:
    page = ana.do(taken_on(unhappy, ana), "/promise", **PROMISE).text
    sunday = ana.do(page, "/promise", **{**PROMISE, "date": "2026-03-15", "what": "Otra mesa"})
    assert "El local está cerrado entonces. La primera fecha posible es el lunes 16 de marzo." in refused(
        sunday
    )
    assert "Otra mesa" in sunday.text, "nothing typed is lost"
    full = ana.do(sunday.text, "/promise", **{**PROMISE, "time": "10:00"})
    assert "Ana ya tiene prometido todo lo que puede ese día." in refused(full)
    assert "el sábado 14 de marzo a las 09:00" in refused(full)
    email = ana.do(full.text, "/promise", **{**PROMISE, "date": "2026-03-17", "hears_by": "email"})
    assert "Puede enterarse por teléfono, por SMS, en persona." in refused(email)
    assert len(states(unhappy)) == 1
    odd = ana.do(email.text, "/promise", **{**PROMISE, "time": "25:00", "what": " "})
    said = [li.text for li in parse(odd.text).one("div", class_="problem").all("li")]
    for wrong in ("Escribe una hora, por ejemplo 16:30.", "Falta completar esto."):
        assert [each for each in said if each.endswith(wrong)], said


def test_a_plan_is_one_promise_in_other_words_and_on_another_date(unhappy: Product, ana: Desk) -> None:
    page = ana.do(taken_on(unhappy, ana), "/concern", **CONCERN).text
    planned = {"how": "planned", "action": "Arreglar la mesa", "hears_by": "phone"}
    page = _plan(ana, page, **planned, date="2026-03-13")
    assert states(unhappy) == [("Arreglar la mesa", "open")]
    page = _plan(ana, page, **{**planned, "action": "Cambiar la mesa"})
    (item,) = unhappy.items("PROMISE#")
    # Its date moves by the form of the promise, which tells the customer.
    assert f'<a href="#promise-{item["promise_id"]}">' in page
    moved = {"date": "2026-03-16", "time": "15:00", "owner": "diego", "reason": "Falta", "tell": "none"}
    page = ana.do(page, "/promise-date", **moved).text
    (item,) = unhappy.items("PROMISE#")
    assert (item["what"], item["due"]) == ("Cambiar la mesa", "2026-03-16T18:00:00.000Z")
    (concern,) = unhappy.items("CONCERN#")
    assert (concern["planned_for"], concern["owner"]) == ("2026-03-16", "diego")
    ana.do(page, "/settle", how="solved", action="Hay mesa nueva")
    assert states(unhappy) == [("Cambiar la mesa", "kept")]


def test_neither_promise_nor_plan_uses_a_channel_that_the_customer_has_stopped(
    product: Product, ana: Desk
) -> None:
    product.open_store(policy={"tell_customer": False})
    product.accept(score=2, phone="+56987654321", consent=consent(), customer_key="ab" * 16)
    product.drain()
    page = ana.do(taken_on(product, ana), "/promise", **PROMISE).text
    page = ana.do(page, "/concern", **CONCERN).text
    product.table.put(opt_outs.record_opt_out("ab" * 16, "sms", product.now()))
    seen = ana.get(form_to(page, "/promise").action.removesuffix("/promise")).text
    offered = section(seen).all("input", name="hears_by")
    assert [each["value"] for each in offered] == ["phone", "in_person"]
    assert "pidió no recibir más mensajes" in section(seen).text, "of the promise that was to be told by SMS"
    again = ana.do(page, "/promise", **{**PROMISE, "date": "2026-03-17"})
    assert "Puede enterarse por teléfono, en persona." in refused(again)
    plan = {"how": "planned", "action": "Arreglar la mesa", "date": "2026-03-17"}
    (form,) = (f for f in forms(page) if f.action.endswith("/settle") and f.fields["how"] == ["planned"])
    assert "Puede enterarse por teléfono, en persona." in refused(ana.send(form, **plan, hears_by="sms"))
    assert [each["what"] for each in product.items("PROMISE#")] == ["Una mesa nueva"]


def _plan(desk: Desk, page: str, **typed: str) -> str:
    (form,) = (f for f in forms(page) if f.action.endswith("/settle") and f.fields["how"] == ["planned"])
    reply = desk.send(form, **typed)
    assert reply.status == 303, reply.text[:300]
    return desk.get(reply.headers["location"]).text


def resolved(desk: Desk, page: str) -> str:
    page = desk.do(page, "/contacted", channel="phone", reached="yes", text="").text
    page = desk.do(page, "/concern", **CONCERN).text
    page = desk.do(page, "/settle", how="solved", action="Mesa nueva").text
    return desk.do(page, "/resolve", root_cause_theme="service", root_cause="Vieja", done="Mesa nueva").text


def promise_ids(product: Product) -> dict[str, str]:
    return {item["what"]: item["promise_id"] for item in product.items("PROMISE#")}


def test_confirming_a_case_asks_of_each_open_promise_what_becomes_of_it(product: Product, ana: Desk) -> None:
    product.open_store(policy={"tell_customer": False})
    product.accept(score=2, phone="+56987654321", consent=consent())
    product.drain()
    page = resolved(ana, taken_on(product, ana))
    for what in ("Una silla", "Una lámpara", "Una alfombra"):
        page = ana.do(page, "/promise", **{**PROMISE, "what": what}).text
    ids = promise_ids(product)
    reply = ana.do(page, "/confirm", outcome="solved", channel="phone", text="Contenta")
    for what in ("Una silla", "Una lámpara", "Una alfombra"):
        assert f"{what} · para vie 13 mar: Falta completar esto." in refused(reply, 422)
    assert len(list(parse(reply.text).one("form", id="confirm").all("p", class_="error"))) == 3
    given = {
        f"promise-{ids['Una silla']}": "kept",
        f"promise-{ids['Una lámpara']}": "withdrawn",
        f"promise-{ids['Una alfombra']}": "open",
    }
    reply = ana.do(reply.text, "/confirm", outcome="solved", channel="phone", text="", **given)
    assert "Si ya no hace falta, ¿por qué? Falta completar esto." in refused(reply, 422), (
        "why it is not needed any more"
    )
    why = {f"reason-{ids['Una lámpara']}": "Compró otra"}
    page = ana.do(reply.text, "/confirm", outcome="solved", channel="phone", text="", **given, **why).text
    assert product.items("PROMISES#")[0].items() >= {"made#ana": 3, "kept#ana": 1, "withdrawn#ana": 1}.items()
    assert sorted(states(product)) == [
        ("Una alfombra", "open"),
        ("Una lámpara", "withdrawn"),
        ("Una silla", "kept"),
    ]
    assert "Ya no hacía falta: Compró otra" in section(page).text
    # What is still to come stays in the ledger: listed, warned of and counted.
    assert "Una alfombra" in ana.sign_in(ANA).get("/desk/promises").text
    product.advance(timedelta(days=4))
    assert ("Una alfombra", "open") in states(product)
    alerts = {d["about"] for d in product.items("DELIVERY#") if d["purpose"] == "promise_missed"}
    assert alerts == {"Una alfombra"}
    product.advance(timedelta(days=3))
    assert ("Una alfombra", "broken") in states(product)


class TestNewDate:
    @pytest.fixture
    def promised(self, unhappy: Product, ana: Desk) -> str:
        return ana.do(taken_on(unhappy, ana), "/promise", **PROMISE).text

    def test_a_new_date_is_sent_to_the_customer_in_the_owners_words(
        self, unhappy: Product, ana: Desk, promised: str
    ) -> None:
        moved = {"date": "2026-03-17", "reason": "Falta una pieza", "tell": "sms"}
        page = ana.do(promised, "/promise-date", **moved).text
        unhappy.drain()
        (notice,) = [m for m in unhappy.cloud.outbox() if m["to"] == "+56987654321"]
        assert "Una mesa nueva. La nueva fecha es el martes 17 de marzo." in notice["text"]
        assert "[" not in notice["text"]
        text = section(page).text
        assert "Antes era para vie 13 mar: Falta una pieza (avisado por SMS)" in text
        assert "para mar 17 mar" in text

    def test_a_new_date_told_in_person_sends_nothing(
        self, unhappy: Product, ana: Desk, promised: str
    ) -> None:
        page = ana.do(
            promised, "/promise-date", date="2026-03-17", reason="Falta", tell="none", owner="diego"
        ).text
        unhappy.drain()
        assert not [m for m in unhappy.cloud.outbox() if m["to"] == "+56987654321"]
        assert "se lo dijo Ana" in section(page).text
        assert "Diego · para mar 17 mar" in section(page).text

    def test_blocked_words_about_a_new_date_are_shown_again(
        self, unhappy: Product, ana: Desk, promised: str
    ) -> None:
        moved = {"date": "2026-03-17", "reason": "Falta", "tell": "sms", "text": "Eres un detractor"}
        reply = ana.do(promised, "/promise-date", **moved)
        assert reply.status == 422
        assert "detractor" in parse(reply.text).one("div", class_="findings").text
        assert unhappy.items("PROMISE#")[0]["due"].startswith("2026-03-13")

    def test_a_promise_near_its_date_is_marked(self, unhappy: Product, ana: Desk, promised: str) -> None:
        unhappy.advance(timedelta(days=3, hours=6))
        text = section(ana.open(link_to(unhappy, ANA["phone"])).text).text
        assert "En riesgo" in text
        assert "avisa al cliente ahora con una nueva fecha" in text
        unhappy.advance(timedelta(hours=4))
        assert "Atrasada" in section(ana.open(link_to(unhappy, ANA["phone"])).text).text


def test_the_page_has_the_same_content_in_three_languages() -> None:
    first, *others = (translations("promises", language) for language in LANGUAGES)
    assert all(each.keys() == first.keys() for each in others)
    assert all(each["state"].keys() == {"open", "at_risk", "overdue", *JUDGED} for each in (first, *others))
    for language in LANGUAGES:
        texts = translations("case", language)["promises"]["state"]
        assert texts.keys() == {*get_args(PromiseState), "at_risk", "overdue"}
