"""Each stage has a deadline: its owner is reminded, a missed one releases the follow-up, and silence ends it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.local.event_sources.gateway_payloads import Response
from lazo.followup import lifecycle
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.table import followups, stores
from tests.builders import ANA, DIEGO, MARTA, START, minutes
from tests.desk import Desk, form_to, link_to, sms_links
from tests.product import Product, output

SMS = {"ana": ANA["phone"], "diego": DIEGO["phone"]}


@pytest.fixture
def taken_on(product: Product) -> Product:
    """A follow-up that Ana took on at START, to speak with the customer within 24 hours."""
    product.open_store()
    product.unhappy(comment="Muy lento")
    product.drain()
    change(product, lambda it, store: lifecycle.take_on(it, "ana", store, START))
    return product


def change(product: Product, act: Callable[[FollowUp, Store], FollowUp]) -> None:
    before = followups.followup_from_item(product.followup())
    store = stores.get_store(product.table, before.store_id)
    assert store
    followups.replace_followup(product.table, before, act(before, store))


def messages_since(product: Product, since: int = 0) -> list[tuple[str, str, str]]:
    """Return channel, receiver and purpose of the messages from index `since` on."""
    return [(m["channel"], m["to"], m["purpose"]) for m in product.cloud.outbox()[since:]]


def messages_to(purpose: str, *who: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (channel, each[field], purpose)
        for each in who
        for channel, field in (("sms", "phone"), ("email", "email"))
        if field in each
    }


def test_a_missed_deadline_releases_the_follow_up_to_the_next_level(taken_on: Product) -> None:
    before = len(taken_on.outbox())
    with output() as written:
        taken_on.advance(timedelta(hours=24))
    it = taken_on.followup()
    assert "owner" not in it
    assert (it["stage"], it["level"], it["released_from"]) == ("taken_on", 1, "ana")
    assert set(messages_since(taken_on, before)) == messages_to("escalation", DIEGO)
    taken_on.advance(minutes(6))
    assert set(messages_since(taken_on, before)) == messages_to("escalation", DIEGO) | messages_to(
        "released", ANA
    )
    metrics = [json.loads(line) for line in written.getvalue().splitlines() if '"_aws"' in line]
    assert [m["stage"] for m in metrics if "StageMissed" in m] == ["contacted"]
    assert [m["priority"] for m in metrics if "Escalations" in m] == ["high"]
    sms = next(m for m in taken_on.cloud.outbox()[before:] if m["to"] == SMS["diego"])
    assert sms["text"].startswith("Ana did not talk to the customer in time. Aurora Norte, Caja 3")
    mail = next(m for m in taken_on.cloud.outbox()[before:] if m["to"] == DIEGO["email"])
    assert "What has happened so far" in mail["text"]
    assert "Ana ran out of time, and the case went to Diego" in mail["text"]
    assert "10 Mar 12:00: Told so far: Ana" in mail["text"]


def test_an_escalation_lists_who_was_alerted_before_and_when(product: Product) -> None:
    product.open_store()
    product.unhappy()
    product.drain()
    product.advance(minutes(21))
    diego, marta = (
        next(m["text"] for m in product.cloud.outbox() if m["to"] == who["email"]) for who in (DIEGO, MARTA)
    )
    assert [line for line in diego.splitlines() if "Told so far" in line] == [
        "- Tue 10 Mar 12:00: Told so far: Ana"
    ]
    assert [line for line in marta.splitlines() if "Avisados" in line] == [
        "- ter., 10 de mar. 12:00: Avisados: Ana",
        "- ter., 10 de mar. 12:10: Avisados: Diego",
    ]


def test_taking_it_on_at_any_level_stops_the_escalation(taken_on: Product) -> None:
    taken_on.advance(timedelta(hours=24))
    diego = Desk(taken_on)
    page = diego.open(link_to(taken_on, SMS["diego"]))
    assert diego.send(form_to(page.text, "/take-on")).status == 303
    taken_on.advance(minutes(6))
    sent = len(taken_on.outbox())
    taken_on.advance(timedelta(hours=21))
    it = taken_on.followup()
    assert (it["owner"], it["stage"], it["level"], len(taken_on.outbox())) == ("diego", "taken_on", 1, sent)


def test_a_released_follow_up_is_escalated_further(taken_on: Product) -> None:
    taken_on.advance(timedelta(hours=24) + minutes(6))
    before = len(taken_on.outbox())
    taken_on.advance(minutes(4))
    assert set(messages_since(taken_on, before)) == messages_to("escalation", MARTA)
    assert taken_on.followup()["released_from"] == "ana"


def test_acting_on_a_follow_up_without_owner_takes_it_on(taken_on: Product) -> None:
    taken_on.advance(timedelta(hours=23))
    ana = Desk(taken_on)
    page = ana.open(next(sms_links(taken_on, SMS["ana"]))).text
    taken_on.advance(timedelta(hours=1))
    reply = resend_form(ana, page)
    assert reply.status == 303
    assert (taken_on.followup()["owner"], taken_on.followup()["stage"]) == ("ana", "contacted")


def resend_form(desk: Desk, page: str) -> Response:
    """Send a form from before a sweep: it is shown again with what changed; return the second response."""
    form = form_to(page, "/contacted")
    typed = {"channel": "phone", "reached": "yes", "text": "Ya la llamé"}
    reply = desk.send(form, **typed)
    if reply.status == 409:
        assert "Ana no llegó a tiempo y el caso pasó a Diego" in reply.text
        reply = desk.send(form_to(reply.text, "/contacted"), **typed)
    return reply


def test_at_the_last_level_the_owner_keeps_it_and_is_reminded_daily(product: Product) -> None:
    product.open_store(contacts=[ANA])
    product.unhappy()
    product.drain()
    change(product, lambda it, store: lifecycle.take_on(it, "ana", store, START))
    before = len(product.outbox())
    product.advance(timedelta(days=3) + minutes(1))  # by day, and late from the first noon on
    late = [m for m in product.cloud.outbox()[before:] if m["channel"] == "sms"]
    assert {m["purpose"] for m in late} == {"late"}, "of a day that is late already nobody is reminded"
    assert [m["at"][:16] for m in late] == ["2026-03-11T15:05", "2026-03-12T11:05", "2026-03-13T11:05"]
    assert product.followup()["owner"] == "ana"


def test_without_word_of_the_customer_it_becomes_unconfirmed(taken_on: Product) -> None:
    change(taken_on, lambda it, store: lifecycle.record_contact(it, store, START, reached=True))
    facts = {"root_cause_theme": "service", "root_cause": "Turno corto", "done": "Se disculpó"}
    change(taken_on, lambda it, store: lifecycle.resolve(it, store, START, **facts))
    before = len(taken_on.outbox())
    taken_on.advance(timedelta(days=7))
    it = taken_on.followup()
    assert (it["stage"], it["unconfirmed_at"]) == ("unconfirmed", "2026-03-17T15:00:00.000Z")
    assert not {"due_at", "due_pk", "list_pk", "deadline", "confirmed_at"} & it.keys()
    assert messages_since(taken_on, before) == []
    (line,) = (e for e in taken_on.items("ENTRY#") if e["what"] == "unconfirmed")
    assert line["by_name"] == ""


class TestReminder:
    def test_the_owner_is_reminded_once_before_the_deadline(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        product.drain()
        ana = Desk(product)
        ana.do(ana.open(link_to(product, SMS["ana"])).text, "/take-on")
        before = len(product.outbox())
        product.advance(timedelta(hours=22) - minutes(1))
        assert messages_since(product, before) == []
        product.advance(minutes(30))
        assert {m[:2] for m in messages_since(product, before)} == {
            m[:2] for m in messages_to("due_soon", ANA)
        }
        assert len(messages_since(product, before)) == 2
        sms = next(m for m in product.cloud.outbox()[before:] if m["channel"] == "sms")
        assert sms["text"].startswith(
            "Plazo para hablar con el cliente: mié 11 mar 12:00. Aurora Norte, Caja 3"
        )

    def test_no_reminder_of_a_deadline_that_was_met(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        product.drain()
        ana = Desk(product)
        page = ana.do(ana.open(link_to(product, SMS["ana"])).text, "/take-on").text
        ana.do(page, "/contacted", channel="phone", reached="yes", text="Hablamos")
        before = len(product.outbox())
        product.advance(timedelta(hours=24))
        assert messages_since(product, before) == []

    def test_contacts_are_reminded_to_take_it_on_when_the_policy_says_so(self, product: Product) -> None:
        product.open_store(policy={"remind_minutes": {"taken_on": 3}})
        product.unhappy()
        product.drain()
        before = len(product.outbox())
        product.advance(minutes(8))
        assert set(messages_since(product, before)) == messages_to("due_soon", ANA)
        product.advance(minutes(2))
        assert set(messages_since(product, before + 2)) == messages_to("escalation", DIEGO)

    @pytest.mark.in_part(3)
    @pytest.mark.parametrize("nth", range(1, 8))
    def test_two_sweeps_remind_once(self, product: Product, nth: int) -> None:
        product.open_store(policy={"remind_minutes": {"taken_on": 3}})
        product.notify(product.unhappy())
        product.wait(minutes(7))
        product.just_before(None, product.scheduler, function="FollowupScheduler", nth=nth)
        product.scheduler()
        due_soon = [d for d in product.items("DELIVERY#") if d["purpose"] == "due_soon"]
        assert len(due_soon) == 2
        assert [i for i in product.items("DATE#reminder") if "due_at" in i] == []


def test_a_contact_who_is_away_is_skipped(product: Product) -> None:
    day = START.date().isoformat()
    product.open_store(contacts=[{**ANA, "away": [[day, day]]}, DIEGO])
    product.unhappy()
    product.drain()
    assert set(messages_since(product)) == messages_to("alert", DIEGO)
    assert datetime.fromisoformat(product.followup()["deadline"]) == START + minutes(10)
