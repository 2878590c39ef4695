"""The account's SMS spend limit is reached: SMS stop, e-mails take their place, and one message at a time tries."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from lazo.channels.sms_gate import SmsGate
from lazo.followup import staff_deliveries
from lazo.messaging.sms_pause import SmsPause
from lazo.table import followups, stores
from lazo.table.messaging import deliveries, sms_pauses
from lazo.workflows.events import followup_event
from ops.doctor.sms import check_sms_pause
from ops.installation import Installation
from tests.builders import ANA, DIEGO, MARTA, START, consent, minutes
from tests.product import Item, Product, output
from tests.provider_reports import sms_log

NO_QUOTA = "No quota left for account"
PHONE_ONLY = {name: value for name, value in ANA.items() if name != "email"}
ANA_SMS, ANA_EMAIL = ("sms", ANA["phone"]), ("email", ANA["email"])
DIEGO_EMAIL = ("email", DIEGO["email"])
EVA = "eva@example.org"
CALM = {"take_on_minutes": 600, "contact_messages_per_hour": 1000}


def open_store(product: Product, first: Item = ANA) -> None:
    product.open_store(contacts=[first, DIEGO, MARTA], policy=CALM)


def alert(product: Product, **said: Any) -> list[tuple[str, str]]:
    """Let a customer be unhappy; return what was sent of it."""
    before = len(product.outbox())
    product.accept(score=2, **said)
    product.drain()
    return product.outbox()[before:]


def drop(product: Product, provider_id: str = "of somebody else in this account") -> None:
    """Report that SNS dropped an SMS which it accepted a minute ago."""
    product.wait(minutes(1))
    report = sms_log(provider_id, product.now() - minutes(1), NO_QUOTA)
    product.cloud.invoke("DeliveryEvents", report)
    product.drain()


def sent_sms(product: Product) -> Item:
    *_, last = (i for i in product.items("DELIVERY#") if i["channel"] == "sms" and i["state"] == "sent")
    return last


def test_a_dropped_alert_is_escalated_by_e_mail_at_once_and_counts_as_no_failure(product: Product) -> None:
    open_store(product, PHONE_ONLY)
    assert alert(product) == [ANA_SMS]
    alerted = sent_sms(product)
    with output() as written:
        drop(product, alerted["provider_id"])
    assert product.outbox()[1:] == [DIEGO_EMAIL]
    first = product.deliveries()["0#0#sms#ana"]
    assert (first["state"], first["failure"]) == ("failed", "spend_limit")
    assert "MessagesFailed" not in written.getvalue()
    errors = [
        line for line in map(json.loads, written.getvalue().splitlines()) if line.get("level") == "ERROR"
    ]
    assert [line["message"] for line in errors] == ["SMS are paused: the account's spend limit is reached"]
    assert alert(product) == [DIEGO_EMAIL], "no further SMS is tried"
    assert product.dead_letters() == {}


def test_one_message_tries_and_the_others_follow_when_it_was_not_dropped(product: Product) -> None:
    open_store(product)
    drop(product)
    assert alert(product) == [ANA_EMAIL]
    product.wait(minutes(30))
    assert alert(product) == [ANA_SMS, ANA_EMAIL], "it tries"
    assert alert(product) == [ANA_EMAIL], "one at a time"
    drop(product, sent_sms(product)["provider_id"])
    product.wait(minutes(29))
    assert alert(product) == [ANA_EMAIL], "it was dropped: half an hour from the report on"
    product.wait(minutes(2))
    assert alert(product) == [ANA_SMS, ANA_EMAIL]
    product.advance(minutes(11))
    assert alert(product) == [ANA_SMS, ANA_EMAIL], "ten minutes without a report"
    assert alert(product) == [ANA_SMS, ANA_EMAIL]
    (item,) = (i for i in product.items("SMS") if i["pk"] == "CHANNEL")
    assert sms_pauses.get_pause(product.table) is None
    assert "due_at" not in item
    assert not sms_pauses.record_limit(product.table, START, product.now()), "a report that came late"


def test_a_customer_without_e_mail_hears_when_sms_are_sent_again(product: Product) -> None:
    open_store(product)
    product.accept(score=2, phone="+56987654321", consent=consent())
    product.drain()
    drop(product)
    product.notify(product.write_to_customer("Hola: ya arreglamos la máquina de café."))
    (waiting,) = product.items("MESSAGE#")
    assert (waiting["state"], waiting["failure"], waiting["attempts"]) == ("pending", "spend_limit", 0)
    product.advance(minutes(31))
    (sent,) = product.items("MESSAGE#")
    assert (sent["state"], product.outbox()[-1]) == ("sent", ("sms", "+56987654321")), "it tries"
    drop(product, sent["provider_id"])
    (waiting,) = product.items("MESSAGE#")
    assert (waiting["state"], waiting["failure"], waiting["attempts"]) == ("pending", "spend_limit", 0)
    product.advance(minutes(31))
    assert product.items("MESSAGE#")[0]["state"] == "sent"


def test_who_comes_too_late_for_the_trial_loses_no_attempt(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that waits wakes at once, and ten attempts are all that a message has."""
    open_store(product)
    product.accept(score=2, phone="+56987654321", consent=consent())
    product.drain()
    drop(product)
    monkeypatch.setattr(
        SmsGate, "paused_until", lambda _self, _known=None: None
    )  # read before another sender claimed it
    product.notify(product.write_to_customer("Hola: ya arreglamos la máquina de café."))
    (waiting,) = product.items("MESSAGE#")
    assert (waiting["state"], waiting["failure"], waiting["attempts"]) == ("pending", "spend_limit", 0)


def test_a_customer_with_an_e_mail_gets_that_instead(product: Product) -> None:
    open_store(product)
    product.accept(score=2, phone="+56987654321", email=EVA, consent=consent())
    product.drain()
    drop(product)
    product.notify(product.write_to_customer("Hola: ya arreglamos la máquina de café."))
    sent = product.cloud.outbox()[-1]
    assert (sent["channel"], sent["to"], sent["subject"]) == ("email", EVA, "Sobre tu visita a Aurora Norte")
    assert "café" in sent["text"], "as it was written for the SMS"
    (message,) = product.items("MESSAGE#")
    assert (message["state"], message["channel"]) == ("sent", "email")


def test_what_one_contact_without_e_mail_is_to_know_waits(product: Product) -> None:
    open_store(product, PHONE_ONLY)
    product.accept(score=2)
    product.drain()
    product.change(product.followup(), owner="ana", stage="taken_on")
    drop(product)
    owned = followups.followup_from_item(product.followup())
    store = stores.get_store(product.table, "norte")
    assert store is not None
    for each in staff_deliveries.deliveries_to_contact(
        owned, store, "ana", "customer_wrote", product.now(), ref="1", about="¿Y?"
    ):
        deliveries.enqueue(product.table, each)
    product.notify(asdict(followup_event("followup.delivery_due", owned, product.now())))
    (told,) = (i for i in product.items("DELIVERY#") if i["purpose"] == "customer_wrote")
    assert (told["state"], told["failure"]) == ("pending", "spend_limit")
    product.advance(minutes(31))
    assert product.outbox()[-1] == ANA_SMS


def test_a_bundle_waits_and_one_that_was_dropped_escalates_its_cases(product: Product) -> None:
    product.open_store(contacts=[PHONE_ONLY, DIEGO, MARTA], policy={**CALM, "sms_per_hour": 1})
    product.accept(score=3)
    product.accept(score=2)
    product.drain()
    drop(product)
    product.advance(minutes(6))
    (bundle,) = product.items("BUNDLE#")
    assert (bundle["state"], bundle["failure"], product.outbox()) == ("pending", "spend_limit", [ANA_SMS])
    product.advance(minutes(31))
    (bundle,) = product.items("BUNDLE#")
    assert (bundle["state"], product.outbox()[1:]) == ("sent", [ANA_SMS]), "it tries"
    drop(product, bundle["provider_id"])
    assert product.outbox()[2:] == [DIEGO_EMAIL]
    assert [f["level"] for f in product.followups() if f["score"] == 2] == [1]


def test_an_answer_to_an_sms_and_a_sign_in_link_leave_no_dead_letter(product: Product) -> None:
    open_store(product)
    drop(product)
    product.cloud.receive_sms(str(ANA["phone"]), "hola")
    form = {"content-type": "application/x-www-form-urlencoded"}
    product.cloud.request("POST", "/desk/sign-in", form, f"address={ANA['phone'][1:]}".encode())
    product.drain()
    assert product.outbox() == [ANA_EMAIL], "the link, by e-mail"
    assert product.dead_letters() == {}


def test_the_doctor_tells_of_a_pause(product: Product) -> None:
    target = Installation("local", None, {}, {}, {"Table": product.cloud.physical_id("Table")})
    target._clients["dynamodb"] = product.cloud.client("dynamodb")
    assert check_sms_pause(target).state == "ok"
    sms_pauses.record_limit(product.table, START, START)
    assert sms_pauses.get_pause(product.table) == SmsPause(START, START + minutes(30))
    found = check_sms_pause(target)
    assert found.state == "failed"
    assert "since 2026-" in found.message


def test_an_alert_that_nobody_else_can_get_waits_for_the_end_of_the_pause(product: Product) -> None:
    product.open_store(contacts=[PHONE_ONLY], policy=CALM)
    drop(product)
    assert alert(product) == [], "no SMS, no e-mail, no next level"
    first = product.deliveries()["0#0#sms#ana"]
    assert (first["state"], first["failure"], first["attempts"]) == ("pending", "spend_limit", 0)
    product.advance(minutes(31))
    assert product.outbox() == [ANA_SMS], "it tries"
    drop(product, sent_sms(product)["provider_id"])
    assert product.deliveries()["0#0#sms#ana"]["state"] == "pending"
    product.advance(minutes(31))
    assert product.outbox() == [ANA_SMS, ANA_SMS]
