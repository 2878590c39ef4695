"""The follow-up at the desk: worked on from "I'm on it" to "confirmed", once for each form, by two at a time."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from infra.local.event_sources.gateway_payloads import Response
from lazo.customer.event import CustomerEvent
from lazo.table import customers
from tests.builders import ANA, DIEGO, MARTA, consent
from tests.desk import Desk, Form, form_to, forms, link_to
from tests.feed import cookie_of
from tests.product import AFTER, CRASH, Cancelled, Product, output

ACTIONS = "/desk/followups/"
GIFTS = {"currency": "CLP", "incentive_most": {"high": 10000}, "incentive_month": 15000}
CONCERN = {"text": "Esperó 40 minutos", "priority": "high", "owner": "ana", "deadline": "2026-03-12"}


@pytest.fixture
def unhappy(product: Product) -> Product:
    """A shop, and an unhappy customer who may be called."""
    product.open_store(policy=GIFTS)
    product.accept(score=2, comment="Muy lento", phone="+56987654321", name="Eva Ríos", consent=consent())
    product.drain()
    return product


@pytest.fixture
def ana(unhappy: Product) -> Desk:
    return Desk(unhappy)


def opened(product: Product, desk: Desk, who: dict[str, Any] = ANA) -> str:
    page = desk.open(link_to(product, who["phone"]))
    assert page.status == 200
    return page.text


def again(desk: Desk, page: str) -> str:
    """The page as it is now."""
    where = re.search(r"(/desk/followups/[a-z2-7]{16})/", page)
    assert where
    return desk.get(where[1]).text


def children(product: Product, kind: str) -> list[dict[str, Any]]:
    return product.items(f"{kind}#")


def contacted(product: Product, desk: Desk) -> str:
    page = desk.do(opened(product, desk), "/take-on").text
    return desk.do(page, "/contacted", channel="phone", reached="yes", text="La llamé, sigue molesta").text


def with_concern(product: Product, desk: Desk) -> str:
    return desk.do(contacted(product, desk), "/concern", **CONCERN).text


def solved(product: Product, desk: Desk) -> str:
    return desk.do(with_concern(product, desk), "/settle", how="solved", action="Se disculpó Ana").text


def refused(reply: Response, status: int = 422) -> str:
    assert reply.status == status, reply.text[:500]
    assert 'role="alert"' in reply.text
    return reply.text


def test_from_the_link_to_confirmed(unhappy: Product, ana: Desk) -> None:
    page = solved(unhappy, ana)
    page = ana.do(
        page, "/resolve", root_cause_theme="waiting_time", root_cause="Un cajero", done="Abrimos otra caja"
    ).text
    unhappy.wait(timedelta(hours=1))
    page = ana.do(page, "/confirm", outcome="solved", channel="phone", text="Quedó conforme").text
    done = unhappy.followup()
    assert (done["stage"], done["root_cause_theme"], done["owner"]) == ("confirmed", "waiting_time", "ana")
    assert not {"deadline", "due_pk", "list_pk"} & done.keys()
    entries = sorted(children(unhappy, "ENTRY"), key=lambda e: e["version"])
    assert [e["what"] for e in entries] == [
        "taken_on",
        "contacted",
        "concern_added",
        "concern_solved",
        "resolved",
        "confirmed",
    ]
    assert {n["text"] for n in children(unhappy, "NOTE")} == {"La llamé, sigue molesta", "Quedó conforme"}
    left = {f.action.rsplit("/", 1)[1] for f in forms(again(ana, page))}
    assert not left & {"take-on", "contacted", "resolve", "confirm", "reassign", "deadline"}
    sent = len(unhappy.outbox())
    unhappy.advance(timedelta(days=20))
    assert len(unhappy.outbox()) == sent


def test_every_form_twice_is_once(unhappy: Product, ana: Desk) -> None:
    """The same form arrives again: a double tap, a reload, a phone that lost the answer."""
    page = opened(unhappy, ana)
    for ending, typed in (
        ("/take-on", {}),
        ("/contacted", {"channel": "phone", "reached": "yes", "text": "Hola"}),
        ("/concern", CONCERN),
        ("/settle", {"how": "solved", "action": "Listo"}),
        ("/incentive", {"kind": "gift_card", "value": "4000", "reason": "Por la espera"}),
        ("/note", {"channel": "phone", "text": "Otra nota"}),
        ("/interested", {"value": "on"}),
        ("/deadline", {"until": "2026-03-20T10:00", "reason": "De viaje"}),
        ("/reassign", {"owner": "diego"}),
        (
            "/resolve",
            {"root_cause_theme": "waiting_time", "root_cause": "Un cajero", "done": "Otra caja"},
        ),
        ("/confirm", {"outcome": "not_yet", "channel": "phone", "text": "Volvió a pasar"}),
    ):
        form = form_to(page, ending)
        for _ in range(2):
            reply = ana.send(form, **typed)
            assert reply.status == 303, (ending, reply.text[:2000])
        before = sorted(unhappy.cloud.items(), key=str)
        assert ana.send(form, **typed).status == 303
        assert sorted(unhappy.cloud.items(), key=str) == before
        page = again(ana, page)
    assert unhappy.followup()["version"] == 12
    assert len(children(unhappy, "INCENTIVE")) == 1


def test_a_crash_after_the_write_and_the_same_form_again(unhappy: Product, ana: Desk) -> None:
    page = ana.do(opened(unhappy, ana), "/take-on").text
    form = form_to(page, "/note")
    unhappy.fault(operation="TransactWriteItems", function="Desk", kind=CRASH, when=AFTER, times=1)
    assert ana.send(form, channel="phone", text="Una vez").status >= 500
    assert ana.send(form, channel="phone", text="Una vez").status == 303
    assert [n["text"] for n in children(unhappy, "NOTE")] == ["Una vez"]


def test_what_was_written_although_nobody_learned_of_it_is_saved(unhappy: Product, ana: Desk) -> None:
    page = ana.do(opened(unhappy, ana), "/take-on").text
    unhappy.fault(operation="TransactWriteItems", function="Desk", when=AFTER, times=10)
    assert ana.send(form_to(page, "/note"), channel="phone", text="Una vez").status == 303
    assert [n["text"] for n in children(unhappy, "NOTE")] == ["Una vez"]


def test_a_form_that_met_our_failure_is_shown_as_the_same_form(unhappy: Product, ana: Desk) -> None:
    """Its first sending may still come through: of the same form, sent again, nothing is done twice."""
    page = ana.do(opened(unhappy, ana), "/take-on").text
    form = form_to(page, "/note")
    throttled = Cancelled(function="Desk", reasons=("None", "ThrottlingError", "None"))
    unhappy.cloud.faults._faults.append(throttled)
    shown = refused(ana.send(form, channel="phone", text="Una vez"), 503)
    (again_,) = [f for f in forms(shown) if f.fields.get("text", [""])[0].strip() == "Una vez"]
    assert again_.fields["form"] == form.fields["form"]
    for _ in range(2):
        assert ana.send(again_, channel="phone", text="Una vez").status == 303
    assert len(children(unhappy, "NOTE")) == 1


def test_what_meets_another_write_is_tried_again_at_once(unhappy: Product, ana: Desk) -> None:
    page = ana.do(opened(unhappy, ana), "/take-on").text
    conflict = Cancelled(function="Desk", reasons=("None", "TransactionConflict", "None"), times=2)
    unhappy.cloud.faults._faults.append(conflict)
    assert ana.send(form_to(page, "/note"), channel="phone", text="Una vez").status == 303
    assert conflict.struck == 2
    assert [n["text"] for n in children(unhappy, "NOTE")] == ["Una vez"]


def test_a_form_sent_again_with_other_words_is_no_repetition(unhappy: Product, ana: Desk) -> None:
    """The reply to the first was lost on the way, and they typed on: what came second must not be called saved."""
    page = ana.do(opened(unhappy, ana), "/take-on").text
    form = form_to(page, "/note")
    assert ana.send(form, channel="phone", text="Una vez").status == 303
    shown = refused(ana.send(form, channel="phone", text="Una vez, y que vuelve mañana"), 409)
    kept = [
        f for f in forms(shown) if f.fields.get("text", [""])[0].strip() == "Una vez, y que vuelve mañana"
    ]
    assert ana.send(kept[0], channel="phone").status == 303
    assert len(children(unhappy, "NOTE")) == 2


def test_what_was_typed_outlives_the_session(unhappy: Product, ana: Desk) -> None:
    page = ana.do(opened(unhappy, ana), "/take-on").text
    form = form_to(page, "/note")
    unhappy.wait(timedelta(hours=13))
    late = ana.send(form, channel="phone", text="Vuelve <b>mañana</b>")
    assert late.status == 404
    assert "Vuelve &lt;b&gt;mañana&lt;/b&gt;" in late.text
    assert not children(unhappy, "NOTE")


def test_what_was_typed_outlives_our_failure(unhappy: Product, ana: Desk) -> None:
    page = ana.do(opened(unhappy, ana), "/take-on").text
    unhappy.fault(operation="Query", function="Desk", times=100)
    failed = ana.send(form_to(page, "/note"), channel="phone", text="Vuelve mañana")
    assert failed.status == 503
    assert "Vuelve mañana" in failed.text


def test_nobody_writes_to_a_customer_whom_nobody_has_taken_on(unhappy: Product, ana: Desk) -> None:
    form = form_to(opened(unhappy, ana), "/note")
    forged = Form(form.action.replace("/note", "/message"), form.fields)
    refused(ana.send(forged, channel="sms", text="Hola, gracias por avisarnos."), 409)
    assert not children(unhappy, "MESSAGE")


class TestTwoAtOnce:
    @pytest.fixture
    def diego(self, unhappy: Product) -> Desk:
        unhappy.advance(timedelta(minutes=11))
        return Desk(unhappy)

    def test_the_second_sees_what_changed_and_keeps_what_they_typed(
        self, unhappy: Product, ana: Desk, diego: Desk
    ) -> None:
        mine = with_concern(unhappy, ana)
        theirs = opened(unhappy, diego, DIEGO)
        ana.do(mine, "/settle", how="solved", action="Se disculpó Ana")
        reply = diego.send(
            form_to(theirs, "/settle"),
            how="planned",
            action="Llamar al <técnico>",
            date="2026-03-11",
            hears_by="sms",
        )
        page = refused(reply, 409)
        assert "Esperó 40 minutos" in page
        assert "Llamar al &lt;técnico&gt;" in page
        (concern,) = children(unhappy, "CONCERN")
        assert (concern["state"], concern["action"]) == ("solved", "Se disculpó Ana")

    def test_what_only_adds_holds_all_the_same(self, unhappy: Product, ana: Desk, diego: Desk) -> None:
        mine = ana.do(opened(unhappy, ana), "/take-on").text
        theirs = opened(unhappy, diego, DIEGO)
        ana.do(mine, "/note", channel="phone", text="De Ana")
        assert diego.send(form_to(theirs, "/note"), channel="phone", text="De Diego").status == 303
        assert {n["text"] for n in children(unhappy, "NOTE")} == {"De Ana", "De Diego"}

    def test_in_the_same_moment_neither_is_lost(self, unhappy: Product, ana: Desk, diego: Desk) -> None:
        mine = ana.do(opened(unhappy, ana), "/take-on").text
        theirs = opened(unhappy, diego, DIEGO)
        other = form_to(theirs, "/note")
        met = unhappy.just_before(
            "TransactWriteItems",
            lambda: diego.send(other, channel="phone", text="De Diego"),
            function="Desk",
        )
        assert ana.send(form_to(mine, "/note"), channel="phone", text="De Ana").status == 303
        assert met["done"]
        assert {n["text"] for n in children(unhappy, "NOTE")} == {"De Ana", "De Diego"}
        assert unhappy.followup()["version"] == 5  # opened, escalated, taken on, and two notes

    def test_the_sweep_is_in_nobodys_way(self, unhappy: Product, ana: Desk) -> None:
        page = opened(unhappy, ana)
        unhappy.advance(timedelta(minutes=11))
        assert ana.send(form_to(page, "/take-on")).status == 303


class TestRefused:
    def test_resolving_lists_what_is_open(self, unhappy: Product, ana: Desk) -> None:
        page = with_concern(unhappy, ana)
        typed = {"root_cause_theme": "waiting_time", "root_cause": "Causa muy propia", "done": "Nada <aún>"}
        shown = refused(ana.send(form_to(page, "/resolve"), **typed))
        assert "Esperó 40 minutos" in shown
        assert "Causa muy propia" in shown
        assert "Nada &lt;aún&gt;" in shown
        assert unhappy.followup()["stage"] == "contacted"
        assert ana.do(shown, "/settle", how="solved", action="Ya").status == 200

    def test_a_recording_needs_the_customers_consent(self, unhappy: Product, ana: Desk) -> None:
        page = ana.do(opened(unhappy, ana), "/take-on").text
        typed = {"channel": "phone", "text": "Grabada", "recording": "https://calls.example/1"}
        shown = refused(ana.send(form_to(page, "/note"), **typed))
        assert "Grabada" in shown
        assert children(unhappy, "NOTE") == []
        assert ana.send(form_to(shown, "/note"), **typed, recording_consent="on").status == 303
        assert children(unhappy, "NOTE")[0]["recording"] == "https://calls.example/1"

    def test_no_gift_without_an_action_and_none_beyond_the_cap(self, unhappy: Product, ana: Desk) -> None:
        page = with_concern(unhappy, ana)
        gift = {"kind": "gift_card", "reason": "Por la espera"}
        (concern,) = children(unhappy, "CONCERN")
        early = [f for f in forms(page) if f.action.endswith("/incentive")]
        assert early == []  # not even offered
        page = ana.do(page, "/settle", how="solved", action="Se disculpó").text
        form = form_to(page, "/incentive")
        refused(ana.send(form, **gift, value="10001", concern_id=concern["concern_id"]))
        refused(ana.send(form, **gift, value="1", concern_id="another"))
        assert children(unhappy, "INCENTIVE") == []
        assert ana.send(form, **gift, value="9999,50", concern_id=concern["concern_id"]).status == 303
        (month,) = unhappy.items("INCENTIVES#")
        assert (month["sk"], Decimal(str(month["given"])), month["n"]) == (
            "INCENTIVES#2026-03",
            Decimal("9999.5"),
            1,
        )

    def test_the_months_total_holds_for_two_follow_ups_at_once(self, unhappy: Product, ana: Desk) -> None:
        """15,000 a month: the second gift of 10,000 is refused, also when it came in the same moment."""
        page = solved(unhappy, ana)
        gift = {"kind": "gift_card", "reason": "Por la espera", "value": "10000"}
        (concern,) = children(unhappy, "CONCERN")

        def another_follow_up_gives() -> None:
            unhappy.change({"pk": "STORE#norte", "sk": "INCENTIVES#2026-03"}, given=10000, n=1)

        unhappy.just_before("TransactWriteItems", another_follow_up_gives, function="Desk")
        shown = refused(ana.send(form_to(page, "/incentive"), **gift, concern_id=concern["concern_id"]))
        assert "5000" in re.sub(r"[.,\s\u202f\xa0]", "", shown)
        assert children(unhappy, "INCENTIVE") == []

    @pytest.mark.parametrize("action", ["", "delete", "take-on/x", "__class__"])
    def test_no_other_action(self, unhappy: Product, ana: Desk, action: str) -> None:
        form = form_to(opened(unhappy, ana), "/take-on")
        form.action = form.action.removesuffix("take-on") + action
        assert ana.send(form).status == 404
        assert unhappy.followup()["version"] == 1

    def test_a_form_of_one_person_is_none_of_anothers(self, unhappy: Product, ana: Desk) -> None:
        form = form_to(opened(unhappy, ana), "/take-on")
        unhappy.advance(timedelta(minutes=11))
        diego = Desk(unhappy)
        opened(unhappy, diego, DIEGO)
        refused(diego.send(form), 403)
        assert unhappy.followup()["stage"] == "open"


def test_the_new_owner_is_told_and_only_they(unhappy: Product, ana: Desk) -> None:
    page = ana.do(opened(unhappy, ana), "/take-on").text
    before = len(unhappy.outbox())
    ana.do(page, "/reassign", owner="marta")
    unhappy.drain()
    assert unhappy.outbox()[before:] == [("email", MARTA["email"])]
    (mail,) = unhappy.cloud.outbox()[before:]
    assert "/f/" in mail["text"]
    assert unhappy.followup()["owner"] == "marta"
    unhappy.advance(timedelta(hours=3))
    assert len(unhappy.outbox()) == before + 1


def test_what_was_handed_on_again_before_it_was_told_is_not_told(unhappy: Product, ana: Desk) -> None:
    page = ana.do(opened(unhappy, ana), "/take-on").text
    before = len(unhappy.outbox())
    page = ana.do(page, "/reassign", owner="diego").text
    ana.do(page, "/reassign", owner="ana")
    unhappy.drain()
    assert unhappy.outbox()[before:] == []


def test_the_page_of_one_store_is_closed_to_another(unhappy: Product) -> None:
    """A stolen link of shop A opens nothing of shop B, for looking or for acting."""
    bea = {**ANA, "contact_id": "bea", "name": "Bea", "phone": "+56922345699", "email": "bea@aurora.example"}
    unhappy.open_store(store_id="sur", name="Aurora Sur", contacts=[bea])
    unhappy.accept(store_id="sur", score=1, comment="Secreto del sur")
    unhappy.drain()
    theirs = next(f for f in unhappy.followups() if f["store_id"] == "norte")
    thief = Desk(unhappy)
    page = opened(unhappy, thief, bea)
    form = form_to(page, "/take-on")
    form.action = f"/desk/followups/{theirs['followup_id']}/take-on"
    missing = thief.get("/desk/followups/aaaaaaaaaaaaaaaa")
    shut = thief.get(f"/desk/followups/{theirs['followup_id']}")
    assert shut.status == missing.status == 404
    assert shut.body == missing.body
    assert thief.send(form).status == 404
    assert next(f for f in unhappy.followups() if f["store_id"] == "norte")["stage"] == "open"
    assert "Muy lento" not in thief.get("/desk").text
    assert "Muy lento" not in thief.get("/desk/answers").text


def test_a_head_helps_in_every_store_but_owns_nothing_where_the_chain_does_not_name_them(
    unhappy: Product,
) -> None:
    unhappy.open_store(store_id="sur", name="Aurora Sur", contacts=[ANA, DIEGO], policy=GIFTS)
    unhappy.accept(store_id="sur", score=1, comment="Frío")
    unhappy.drain()
    marta, ana = Desk(unhappy), Desk(unhappy)
    in_south = f"{ACTIONS}{next(f['followup_id'] for f in unhappy.followups() if f['store_id'] == 'sur')}"
    marta._cookies["/desk"] = cookie_of(unhappy, MARTA)["cookie"]

    page = marta.get(in_south).text
    assert "Frío" in page
    assert not [form for form in forms(page) if form.action.endswith("/take-on")]
    assert "Ana, Diego" in page
    form = form_to(page, "/note")
    form.action = f"{in_south}/take-on"
    assert marta.send(form).status == 409

    ana.open(link_to(unhappy, ANA["phone"]))
    ana.do(ana.get(in_south).text, "/take-on")
    page = marta.do(marta.get(in_south).text, "/note", channel="phone", text="Lo llamé yo").text
    assert "Lo llamé yo" in page
    assert "Marta" in page
    page = marta.do(page, "/reassign", owner="diego").text
    assert next(f for f in unhappy.followups() if f["store_id"] == "sur")["owner"] == "diego"


def test_the_page_costs_a_bounded_number_of_reads(unhappy: Product, ana: Desk) -> None:
    page = solved(unhappy, ana)
    for number in range(5):
        page = ana.do(page, "/note", channel="phone", text=f"Nota {number}").text
    unhappy.cloud.faults.calls.clear()
    again(ana, page)
    calls = unhappy.calls("Desk")
    assert set(calls) <= {"GetItem", "Query"}
    assert len(calls) <= 12


class TestWritingToTheCustomer:
    HELLO = "Hola, Eva: sentimos mucho la espera. ¿Puedo llamarte hoy?"

    def test_it_reaches_the_customer_once(self, unhappy: Product, ana: Desk) -> None:
        page = ana.do(opened(unhappy, ana), "/take-on").text
        form = form_to(page, "/message", channel="sms")
        for _ in range(2):
            assert ana.send(form, text=self.HELLO).status == 303
        unhappy.drain()
        sent = [m for m in unhappy.cloud.outbox() if m["to"] == "+56987654321"]
        assert [m["text"] for m in sent] == [self.HELLO]
        assert self.HELLO in again(ana, page)
        unhappy.advance(timedelta(hours=2))
        assert len([m for m in unhappy.cloud.outbox() if m["to"] == "+56987654321"]) == 1

    def test_blocked_words_come_back_with_why_and_what_instead(self, unhappy: Product, ana: Desk) -> None:
        page = ana.do(opened(unhappy, ana), "/take-on").text
        typed = "Hola, Eva: nos diste un 2 y eres detractora. Un saludo."
        shown = refused(ana.send(form_to(page, "/message", channel="sms"), text=typed))
        assert "detractora" in shown
        assert typed in shown
        assert 'class="findings"' in shown
        assert children(unhappy, "MESSAGE") == []
        unhappy.drain()
        assert "+56987654321" not in {to for _, to in unhappy.outbox()}

    def test_only_to_who_agreed(self, product: Product) -> None:
        product.open_store()
        product.accept(score=2, comment="Muy lento", phone="+56987654321")
        product.drain()
        desk = Desk(product)
        page = desk.do(opened(product, desk), "/take-on").text
        assert not [f for f in forms(page) if f.action.endswith("/message")]
        assert "+56987654321" not in page
        forged = form_to(page, "/note")
        forged.action = forged.action.replace("/note", "/message")
        refused(desk.send(forged, channel="sms", text=self.HELLO))
        assert children(product, "MESSAGE") == []

    def test_a_question_asked_again_is_remembered_with_the_customer(self, product: Product) -> None:
        product.open_store()
        key = "ab" * 16
        product.accept(score=2, phone="+56987654321", consent=consent(), customer_key=key)
        product.drain()
        desk = Desk(product)
        page = desk.do(opened(product, desk), "/take-on").text
        form = form_to(page, "/message", template="ask_again", channel="sms")
        assert "https://lazo.example/s/caja3" in form.fields["text"][0]
        assert desk.send(form).status == 303
        (invitation,) = [e for e in product.items("EVENT#") if e["kind"] == "invitation"]
        assert invitation["pk"] == f"CUSTOMER#{key}"


def test_a_follow_up_that_signs_opened_is_worked_on_like_any(product: Product) -> None:
    """The customer once left a contact with a happy answer; two complaints later they are at risk."""
    product.open_store()
    key = "cd" * 16
    happy = {"phone": "+56987654321", "consent": consent(), "name": "Eva", "customer_key": key}
    product.accept(score=10, **happy)
    product.drain()
    for number in range(3):
        event = CustomerEvent(
            event_id=f"c{number}",
            source="crm",
            kind="complaint",
            at=product.now(),
            received_at=product.now(),
            customer_key=key,
            store_id="norte",
            text="Le cobraron dos veces",
        )
        assert customers.put_event(product.table, event) == "new"
    product.advance(timedelta(minutes=5))
    item = product.followup()
    assert (item["origin"], item["stage"]) == ("signals", "open")
    assert not {"answer_ulid", "score"} & item.keys()

    desk = Desk(product)
    mail = next(m for m in product.cloud.outbox() if m["to"] == ANA["email"])
    page = desk.open(next(word for word in mail["text"].split() if "/f/" in word)).text
    assert "Le cobraron dos veces" in page
    assert "tel:+56987654321" in page
    page = desk.do(page, "/take-on").text
    hello = "Hola, Eva: vimos que te cobraron dos veces. ¿Puedo llamarte?"
    assert desk.send(form_to(page, "/message", channel="sms"), text=hello).status == 303
    product.drain()
    assert [m["text"] for m in product.cloud.outbox() if m["to"] == "+56987654321"] == [hello]
    assert "Le cobraron dos veces" not in desk.get("/desk/answers").text


def test_how_long_each_stage_took_is_measured(unhappy: Product, ana: Desk) -> None:
    page = opened(unhappy, ana)
    unhappy.wait(timedelta(minutes=7))
    with output() as written:
        page = ana.do(page, "/take-on").text
        unhappy.wait(timedelta(minutes=30))
        ana.do(page, "/contacted", channel="phone", reached="yes")
    metrics = [json.loads(line) for line in written.getvalue().splitlines() if "AnswerToStage" in line]
    assert [(m["stage"], m["priority"], m["AnswerToStage"]) for m in metrics] == [
        ("taken_on", "high", [420.0]),
        ("contacted", "high", [2220.0]),
    ]
