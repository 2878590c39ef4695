"""Messages that the provider accepted and did not deliver: the failure is recorded, alerts are escalated."""

import json
from typing import Any

import pytest

from delivery_events import reports
from delivery_events.reports import NotUnderstood
from lazo.table.messaging import opt_outs
from tests import provider_reports
from tests.builders import ANA, DIEGO, MARTA, START, consent, minutes
from tests.product import Item, Product, output
from tests.provider_reports import bounce, complaint, sms_log, tell

TO_DIEGO = [("sms", DIEGO["phone"]), ("email", DIEGO["email"])]
PHONE_ONLY = {name: value for name, value in ANA.items() if name != "email"}
EMAIL_ONLY = {name: value for name, value in ANA.items() if name != "phone"}


def alert(product: Product, contact: Item = ANA, **changes: Any) -> Item:
    """Open a follow-up; return the sent alert, the e-mail where the contact has one."""
    product.open_store(contacts=[contact, DIEGO, MARTA], policy={"take_on_minutes": 600}, **changes)
    product.unhappy()
    product.drain()
    return product.deliveries()[f"0#0#{'email' if 'email' in contact else 'sms'}#ana"]


def state(product: Product, of: Item) -> tuple[str, str | None]:
    item = next(i for i in product.cloud.items() if (i["pk"], i["sk"]) == (of["pk"], of["sk"]))
    return item["state"], item.get("failure")


def log(product: Product, of: Item, response: str) -> None:
    product.cloud.invoke("DeliveryEvents", sms_log(of["provider_id"], product.now(), response))
    product.drain()


def test_a_bounced_alert_is_recorded_and_escalated(product: Product) -> None:
    sent = alert(product, EMAIL_ONLY)
    assert product.outbox() == [("email", ANA["email"])]
    tell(product, bounce(sent["provider_id"], START))
    assert state(product, sent) == ("failed", "bounced")
    assert product.outbox()[1:] == TO_DIEGO
    tell(product, bounce(sent["provider_id"], START))
    assert product.outbox()[1:] == TO_DIEGO
    assert product.dead_letters() == {}


def test_a_bounce_escalates_nothing_while_another_channel_may_have_arrived(product: Product) -> None:
    sent = alert(product)
    before = product.outbox()
    tell(product, bounce(sent["provider_id"], START))
    assert state(product, sent) == ("failed", "bounced")
    assert product.outbox() == before


@pytest.mark.parametrize(
    ("response", "code"),
    [
        ("Phone number is opted out", "opted_out"),
        ("Phone carrier has blocked this message", "carrier_refused"),
        ("Blocked as spam by phone carrier", "carrier_refused"),
        ("Phone is currently unreachable/unavailable", "unreachable"),
        ("Invalid phone number", "invalid_number"),
        ("No quota left for account", "spend_limit"),
        ("This delivery would exceed max price", "max_price"),
        ("No origination identity available to send to destination number", "no_sender"),
        ("Unknown error attempting to reach phone", "undelivered"),
    ],
)
def test_failure_reasons_of_sns(response: str, code: str) -> None:
    (report,) = reports.read_reports(sms_log("1077257a", START, response))
    assert (report.provider_id, report.code) == ("1077257a", code)
    assert report.sent_at.replace(microsecond=0) == START


def test_an_sms_rejected_by_the_carrier_is_escalated(product: Product) -> None:
    sent = alert(product, PHONE_ONLY)
    with output() as written:
        log(product, sent, "Phone carrier has blocked this message")
    assert state(product, sent) == ("failed", "carrier_refused")
    assert product.outbox()[1:] == TO_DIEGO
    failed = [json.loads(line) for line in written.getvalue().splitlines() if "MessagesFailed" in line]
    assert [(m["channel"], m["service"], m["MessagesFailed"]) for m in failed] == [
        ("sms", "delivery_events", [1.0])
    ]
    assert str(ANA["phone"]) not in written.getvalue()


def test_a_bounce_after_taking_it_on_escalates_nothing(product: Product) -> None:
    sent = alert(product, EMAIL_ONLY)
    product.change(product.followup(), owner="ana", stage="taken_on")
    tell(product, bounce(sent["provider_id"], START))
    assert state(product, sent) == ("failed", "bounced")
    assert product.outbox() == [("email", ANA["email"])]


def test_an_out_of_office_reply_is_no_bounce(product: Product) -> None:
    """Transient, General: also what an out-of-office mailbox causes ("Bounce object", SES Developer Guide)."""
    sent = alert(product, EMAIL_ONLY)
    tell(product, bounce(sent["provider_id"], START, kind="Transient"))
    assert state(product, sent) == ("sent", None)


def test_a_delivered_message_is_no_failure() -> None:
    arrived = sms_log("1", START, "Message has been accepted by phone carrier", "SUCCESS")
    assert list(reports.read_reports(arrived)) == []
    sent = json.dumps(provider_reports.mail("Send", "1", START))
    assert list(reports.read_reports({"Records": [{"Sns": {"Message": sent}}]})) == []


def test_a_report_before_the_record_is_retried(product: Product) -> None:
    product.open_store()
    tell(product, bounce("not-there", product.now()))
    assert product.dead_letters() == {}
    product.advance(minutes(5))
    assert product.dead_letters() == {}, "half a minute later it was known to be of somebody else"


def test_a_spam_complaint_of_a_customer_opts_them_out(product: Product) -> None:
    product.open_store(policy={"take_on_minutes": 600})
    given = product.accept(
        score=2, email="eva@example.org", phone="+56987650001", consent=consent(), customer_key="k" * 22
    )
    product.drain()
    product.notify(product.write_to_customer("Hola, Eva: ya arreglamos la máquina de café.", "email"))
    (message,) = product.items("MESSAGE#")
    assert not opt_outs.has_opted_out(product.table, opt_outs.customer_keys_of(given))
    tell(product, complaint(message["provider_id"], START))
    assert opt_outs.has_opted_out(product.table, opt_outs.customer_keys_of(given))
    (message,) = product.items("MESSAGE#")
    assert message["state"] == "sent"
    assert message["complained_at"]


def test_a_bounced_message_to_a_customer_shows_as_not_sent(product: Product) -> None:
    product.open_store(policy={"take_on_minutes": 600})
    product.unhappy(email="eva@example.org", consent=consent())
    product.drain()
    product.notify(product.write_to_customer("Hola, Eva: ya arreglamos la máquina de café.", "email"))
    (message,) = product.items("MESSAGE#")
    before = product.outbox()
    tell(product, bounce(message["provider_id"], START))
    assert state(product, message) == ("failed", "bounced")
    assert product.outbox() == before


def test_a_bundle_that_did_not_arrive_escalates_its_follow_ups(product: Product) -> None:
    product.open_store(
        contacts=[PHONE_ONLY, DIEGO, MARTA], policy={"sms_per_hour": 1, "take_on_minutes": 600}
    )
    product.accept(score=3)
    product.accept(score=2)
    product.drain()
    product.advance(minutes(6))
    (bundle,) = product.items("BUNDLE#")
    assert bundle["state"] == "sent"
    log(product, bundle, "Phone is currently unreachable/unavailable")
    assert state(product, bundle) == ("failed", "unreachable")
    assert [f["level"] for f in product.followups() if f["score"] == 2] == [1]
    assert product.outbox()[2:] == [("email", DIEGO["email"])]
    product.advance(minutes(6))
    assert product.outbox()[3:] == [("sms", DIEGO["phone"])], "the hour's one SMS is gone: by the next bundle"


@pytest.mark.parametrize(
    "event",
    [
        {"awslogs": {"data": "not base64"}},
        {"awslogs": {"data": "aGVsbG8="}},
        {"Records": [{"Sns": {"Message": "{}"}}]},
        {"Records": [{"Sns": {"Message": "no json"}}]},
        {"Records": [{"Sns": {"Message": "[1]"}}]},
        {},
    ],
)
def test_malformed_reports_are_rejected(event: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        list(reports.read_reports(event))
