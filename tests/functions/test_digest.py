"""Alerts of a digest that cannot be sent are escalated."""

from datetime import timedelta

from tests.builders import ANA, DIEGO, MARTA
from tests.desk import Desk, link_to
from tests.product import Product

PHONE_ONLY = {name: value for name, value in ANA.items() if name != "email"}


def test_a_rejected_digest_escalates_its_follow_ups(product: Product) -> None:
    product.open_store(
        contacts=[PHONE_ONLY, DIEGO, MARTA], policy={"sms_per_hour": 1, "take_on_minutes": 180}
    )
    product.accept(score=3)
    product.accept(score=2)
    product.drain()
    assert product.outbox() == [("sms", ANA["phone"])]
    product.refuse_sms()
    product.advance(timedelta(minutes=62))
    held_back = [f for f in product.followups() if f["score"] == 2]
    assert [f["level"] for f in held_back] == [1]
    assert product.outbox()[1:] == [("sms", DIEGO["phone"]), ("email", DIEGO["email"])]
    assert [i["state"] for i in product.items("DIGEST#")] == ["failed"]


def test_a_rejected_digest_escalates_nothing_when_an_email_was_sent(product: Product) -> None:
    product.open_store(policy={"sms_per_hour": 1, "take_on_minutes": 180})
    product.accept(score=3)
    product.accept(score=2)
    product.drain()
    product.refuse_sms()
    product.advance(timedelta(minutes=62))
    assert {f["level"] for f in product.followups()} == {0}
    assert product.outbox() == [("sms", ANA["phone"]), *[("email", ANA["email"])] * 2]


def test_personal_alerts_wait_for_an_hour_below_the_limit(product: Product) -> None:
    """Ana has taken one on and has no e-mail; when she is reminded of it, the hour's one SMS was another alert."""
    product.open_store(
        contacts=[PHONE_ONLY, DIEGO, MARTA],
        policy={"sms_per_hour": 1, "take_on_minutes": 600, "contact_hours": 5, "tell_customer": False},
    )
    product.accept(score=2)
    product.drain()
    desk = Desk(product)
    desk.do(desk.open(link_to(product, str(ANA["phone"]))).text, "/take-on")
    product.wait(timedelta(hours=3))
    product.accept(score=3)
    product.drain()
    product.advance(timedelta(minutes=2))
    assert len(product.outbox()) == 2
    (reminder,) = [d for d in product.items("DELIVERY#") if d["purpose"] == "due_soon"]
    assert (reminder["state"], reminder["due_at"]) == ("pending", "2026-03-10T19:00:00.000Z")
    product.advance(timedelta(hours=1))
    (reminder,) = [d for d in product.items("DELIVERY#") if d["purpose"] == "due_soon"]
    assert reminder["state"] == "sent"
    assert product.outbox()[2:] == [("sms", ANA["phone"])]
