"""A digest that cannot be sent takes nobody's alert with it."""

from datetime import timedelta

from tests.builders import ANA, DIEGO, MARTA
from tests.product import Product

PHONE_ONLY = {name: value for name, value in ANA.items() if name != "email"}


def test_what_a_refused_digest_spoke_for_goes_up_the_chain(product: Product) -> None:
    product.open_shop(contacts=[PHONE_ONLY, DIEGO, MARTA], policy={"sms_per_hour": 1, "take_on_minutes": 180})
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


def test_with_an_email_sent_a_refused_digest_changes_nothing(product: Product) -> None:
    product.open_shop(policy={"sms_per_hour": 1, "take_on_minutes": 180})
    product.accept(score=3)
    product.accept(score=2)
    product.drain()
    product.refuse_sms()
    product.advance(timedelta(minutes=62))
    assert {f["level"] for f in product.followups()} == {0}
    assert product.outbox() == [("sms", ANA["phone"]), *[("email", ANA["email"])] * 2]
