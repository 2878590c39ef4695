"""The follow-up at the desk, from taking it on to confirming it: who may work on it, and what the page costs."""

import json
from datetime import timedelta

from lazo.customer.event import CustomerEvent
from lazo.table import customers
from tests.builders import ANA, DIEGO, MARTA, consent
from tests.desk import Desk, form_to, forms, link_to
from tests.feed import put_answer
from tests.functions.desk_cases import (
    GIFTS,
    open_case_page,
    page_with_solved_concern,
    reload_page,
    stored_children,
)
from tests.product import Product, output

ACTIONS = "/desk/followups/"


def test_a_follow_up_from_the_alert_link_to_confirmed(unhappy: Product, ana: Desk) -> None:
    page = page_with_solved_concern(unhappy, ana)
    page = ana.do(
        page, "/resolve", root_cause_theme="waiting_time", root_cause="Un cajero", done="Abrimos otra caja"
    ).text
    unhappy.wait(timedelta(hours=1))
    page = ana.do(page, "/confirm", outcome="solved", channel="phone", text="Quedó conforme").text
    done = unhappy.followup()
    assert (done["stage"], done["root_cause_theme"], done["owner"]) == ("confirmed", "waiting_time", "ana")
    assert not {"deadline", "due_pk", "list_pk"} & done.keys()
    entries = sorted(stored_children(unhappy, "ENTRY"), key=lambda e: e["version"])
    assert [e["what"] for e in entries] == [
        "taken_on",
        "contacted",
        "concern_added",
        "concern_solved",
        "resolved",
        "confirmed",
    ]
    assert {n["text"] for n in stored_children(unhappy, "NOTE")} == {
        "La llamé, sigue molesta",
        "Quedó conforme",
    }
    left = {f.action.rsplit("/", 1)[1] for f in forms(reload_page(ana, page))}
    assert not left & {"take-on", "contacted", "resolve", "confirm", "reassign", "deadline"}
    sent = len(unhappy.outbox())
    unhappy.advance(timedelta(days=20))
    assert len(unhappy.outbox()) == sent


def test_only_the_new_owner_is_alerted(unhappy: Product, ana: Desk) -> None:
    page = ana.do(open_case_page(unhappy, ana), "/take-on").text
    before = len(unhappy.outbox())
    ana.do(page, "/reassign", owner="marta", sure="on")
    unhappy.advance(timedelta(minutes=6))
    assert unhappy.outbox()[before:] == [("email", MARTA["email"])]
    (mail,) = unhappy.cloud.outbox()[before:]
    assert "/f/" in mail["text"]
    assert unhappy.followup()["owner"] == "marta"
    unhappy.advance(timedelta(hours=3))
    assert len(unhappy.outbox()) == before + 1


def test_a_reassignment_undone_before_its_alert_alerts_nobody(unhappy: Product, ana: Desk) -> None:
    page = ana.do(open_case_page(unhappy, ana), "/take-on").text
    marta = Desk(unhappy)
    marta.sign_in(MARTA)
    before = len(unhappy.outbox())
    page = ana.do(page, "/reassign", owner="diego", sure="on").text
    assert not [f for f in forms(page) if f.action.endswith("/reassign")], "Diego is a level above Ana"
    marta.do(reload_page(marta, page), "/reassign", owner="ana", sure="on")
    unhappy.drain()
    assert unhappy.outbox()[before:] == []


def test_the_page_of_one_store_is_closed_to_another(unhappy: Product) -> None:
    """A stolen link of store A opens nothing of store B, for looking or for acting."""
    bea = {**ANA, "contact_id": "bea", "name": "Bea", "phone": "+56922345699", "email": "bea@aurora.example"}
    unhappy.open_store(store_id="sur", name="Aurora Sur", contacts=[bea])
    unhappy.accept(store_id="sur", score=1, comment="Secreto del sur")
    unhappy.drain()
    theirs = next(f for f in unhappy.followups() if f["store_id"] == "norte")
    thief = Desk(unhappy).sign_in(bea)
    page = open_case_page(unhappy, thief, bea)
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


def test_a_head_helps_in_every_store_but_owns_follow_ups_only_where_named(
    unhappy: Product,
) -> None:
    unhappy.open_store(store_id="sur", name="Aurora Sur", contacts=[ANA, DIEGO], policy=GIFTS)
    unhappy.accept(store_id="sur", score=1, comment="Frío")
    unhappy.drain()
    marta, ana = Desk(unhappy), Desk(unhappy)
    in_south = f"{ACTIONS}{next(f['followup_id'] for f in unhappy.followups() if f['store_id'] == 'sur')}"
    marta.sign_in(MARTA)

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
    page = marta.do(page, "/reassign", owner="diego", sure="on").text
    assert next(f for f in unhappy.followups() if f["store_id"] == "sur")["owner"] == "diego"


def test_the_page_costs_a_bounded_number_of_reads(unhappy: Product, ana: Desk) -> None:
    page = page_with_solved_concern(unhappy, ana)
    for number in range(5):
        page = ana.do(page, "/note", channel="phone", text=f"Nota {number}").text
    unhappy.cloud.faults.calls.clear()
    reload_page(ana, page)
    calls = unhappy.calls("Desk")
    assert set(calls) <= {"GetItem", "Query"}
    assert len(calls) <= 12


def test_a_follow_up_opened_by_signals_is_worked_on_like_any_other(product: Product) -> None:
    """The customer once left a contact with a happy answer; two complaints later they are at risk."""
    product.open_store()
    key = "cd" * 16
    happy = {"phone": "+56987654321", "consent": consent(), "name": "Eva", "customer_key": key}
    put_answer(product, "", score=10, **happy)
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


def test_the_time_to_each_stage_is_measured(unhappy: Product, ana: Desk) -> None:
    page = open_case_page(unhappy, ana)
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


def test_a_chat_is_written_down_as_a_way_of_its_own(unhappy: Product, ana: Desk) -> None:
    page = ana.do(open_case_page(unhappy, ana), "/take-on").text
    assert "https://wa.me/56987654321?text=Hola%2C%20Eva." in page
    page = ana.do(
        page, "/contacted", channel="whatsapp", reached="yes", text="Prefiere que le escribamos"
    ).text
    (note,) = stored_children(unhappy, "NOTE")
    assert note["channel"] == "whatsapp"
    assert "Ana habló con el cliente (WhatsApp)" in page
