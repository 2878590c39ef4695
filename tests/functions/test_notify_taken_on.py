"""Nobody is alerted of a follow-up that somebody has taken on."""

from collections import Counter
from datetime import timedelta
from typing import Any

from lazo.followup import lifecycle
from lazo.table import followups
from tests.builders import ANA, make_store, minutes
from tests.functions.alerts import ANAS_EMAIL, ANAS_PHONE, EMAIL, SMS, take_on
from tests.product import AFTER, TIMEOUT, Product


class TestTakenOn:
    def test_taken_on_before_anything_was_sent(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        take_on(product)
        assert product.notify(event) == []
        assert product.outbox() == []
        assert product.states() == {SMS: "cancelled", EMAIL: "cancelled"}
        assert all("due_at" not in d for d in product.deliveries().values())

    def test_taken_on_between_two_messages(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        first = "SendEmail" if _email_goes_first(product, event) else "Publish"
        event = product.unhappy()
        before = len(product.outbox())

        def taken() -> None:
            mine = next(f for f in product.followups() if f["followup_id"] == event["followup_id"])
            now = followups.followup_from_item(mine)
            followups.replace_followup(
                product.table, now, lifecycle.take_on(now, "ana", make_store(), product.now())
            )

        product.just_before(first, taken, function="Notify")
        product.notify(event)
        assert len(product.outbox()) - before == 1, "the one in flight, and no other"

    def test_taken_on_while_an_outcome_is_unknown(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER)
        product.notify(event)
        take_on(product)
        product.advance(minutes(5))
        assert Counter(product.outbox()) == {ANAS_PHONE: 1, ANAS_EMAIL: 1}
        assert product.states() == {SMS: "cancelled", EMAIL: "sent"}

    def test_taken_on_while_an_alert_waits_for_the_morning(self, product: Product) -> None:
        product.open_store(contacts=[{**ANA, "quiet": ["20:00", "12:30"]}])
        product.unhappy()
        product.drain()
        take_on(product)
        product.advance(timedelta(hours=21))
        assert product.outbox() == []


def _email_goes_first(product: Product, event: dict[str, Any]) -> bool:
    product.notify(event)
    return product.outbox()[0][0] == "email"
