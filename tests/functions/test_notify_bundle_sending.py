"""A bundle is claimed, sent and recorded like any message; one that fails takes all its deliveries along."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from lazo.table.messaging import bundles
from tests.builders import ANA, DIEGO, MARTA, minutes
from tests.functions.alerts import ANAS_PHONE, DIEGOS_EMAIL, DIEGOS_PHONE, event_of_sweep
from tests.product import AFTER, CRASH, TIMEOUT, Product

PHONE_ONLY = {name: value for name, value in ANA.items() if name != "email"}
LATE = {"take_on_minutes": 600}


def give(product: Product, number: int) -> None:
    for _ in range(number):
        product.accept(score=2, comment="Muy lento", signed=True)
    product.drain()


class TestSending:
    def bundle_due(self, product: Product, **changes: Any) -> dict[str, Any]:
        """Leave two alerts by SMS to a bundle; return the event that closes it."""
        product.open_store(contacts=[PHONE_ONLY, DIEGO, MARTA], policy=LATE | {"sms_per_hour": 1}, **changes)
        for event in [product.unhappy() for _ in range(3)]:
            product.notify(event)
        assert product.outbox() == [ANAS_PHONE]
        (collecting,) = product.items("COLLECTING#")
        assert len(collecting["delivery_names"]) == 2
        product.wait(minutes(5))
        event = event_of_sweep(product)
        assert event["type"] == "digest.due"
        return event

    def state(self, product: Product) -> str:
        bundle = min(product.items("BUNDLE#"), key=lambda item: item["closed_at"])
        assert ("due_at" in bundle) == (bundle["state"] in ("pending", "sending"))
        return str(bundle["state"])

    def test_twice_at_once(self, product: Product) -> None:
        event = self.bundle_due(product)
        product.just_before("TransactWriteItems", lambda: product.notify(event), function="Notify")
        product.notify(event)
        assert product.outbox() == [ANAS_PHONE] * 2
        assert self.state(product) == "sent"

    @pytest.mark.in_part(3)
    @pytest.mark.parametrize("operation", ["TransactWriteItems", "UpdateItem", "PutItem"])
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_a_sender_that_dies_loses_nothing(self, product: Product, operation: str, when: str) -> None:
        event = self.bundle_due(product)
        product.fault(operation=operation, function="Notify", kind=CRASH, when=type(AFTER)(when))
        product.dies(lambda: product.notify(event))
        product.advance(minutes(10))
        assert len(product.outbox()) in (2, 3)
        assert {i["state"] for i in product.items("DELIVERY#0")} == {"sent"}
        assert self.state(product) == "sent"

    def test_an_unknown_outcome(self, product: Product) -> None:
        event = self.bundle_due(product)
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER, times=1000)
        product.notify(event)
        assert product.outbox() == [ANAS_PHONE] * 2
        product.advance(timedelta(hours=1))
        assert product.outbox().count(ANAS_PHONE) == 3, "once more, and never again"
        assert self.state(product) == "failed"

    def test_throttled_for_a_while(self, product: Product) -> None:
        event = self.bundle_due(product)
        product.refuse_sms("Throttling", 400, times=3)
        product.notify(event)
        product.advance(timedelta(hours=1))
        assert product.outbox() == [ANAS_PHONE] * 2

    def test_refused_it_escalates_each_case(self, product: Product) -> None:
        event = self.bundle_due(product)
        product.refuse_sms()
        assert product.notify(event) == []
        assert self.state(product) == "failed"
        assert Counter(f["level"] for f in product.followups()) == {0: 1, 1: 2}
        product.drain()
        assert product.outbox()[1:] == [DIEGOS_EMAIL] * 2
        product.advance(minutes(6))
        assert product.outbox()[3:] == [DIEGOS_PHONE]

    def test_refused_it_escalates_nothing_where_an_email_was_sent(self, product: Product) -> None:
        product.open_store(policy=LATE | {"sms_per_hour": 1})
        give(product, 2)
        product.refuse_sms()
        product.advance(minutes(7))
        assert [f["level"] for f in product.followups()] == [0, 0]

    def test_collected_while_the_bundle_is_sent_it_comes_with_the_next(self, product: Product) -> None:
        event = self.bundle_due(product)
        another = product.unhappy()
        product.just_before("Publish", lambda: product.notify(another), function="Notify")
        product.notify(event)
        product.advance(minutes(31))
        assert product.outbox() == [ANAS_PHONE] * 3
        assert {i["state"] for i in product.items("DELIVERY#0")} == {"sent"}

    def test_after_stop_it_is_not_sent(self, product: Product) -> None:
        event = self.bundle_due(product)
        product.cloud.receive_sms(ANA["phone"], "STOP")
        product.drain()
        product.notify(event)
        product.drain()
        assert self.state(product) == "failed"
        assert not any("te esperan" in m["text"] for m in product.cloud.outbox())

    def test_a_full_bundle_leaves_the_rest_to_the_next(
        self, product: Product, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bundles, "DELIVERIES_AT_MOST", 2)
        product.open_store(contacts=[PHONE_ONLY], policy=LATE | {"sms_per_hour": 1})
        give(product, 4)
        assert Counter(d["state"] for d in product.items("DELIVERY#")) == {
            "sent": 1,
            "digested": 2,
            "pending": 1,
        }
        product.advance(minutes(40))
        assert {d["state"] for d in product.items("DELIVERY#")} == {"sent"}
        assert product.outbox() == [ANAS_PHONE] * 3


def test_a_digest_of_an_earlier_release_is_told(product: Product) -> None:
    product.open_store(contacts=[PHONE_ONLY], policy=LATE | {"sms_per_hour": 1})
    give(product, 2)
    (collecting,) = product.items("COLLECTING#")
    held = next(iter(collecting["delivery_names"])).partition("#")[0]
    product.table._client.delete_item(
        TableName=product.table._name, Key={k: {"S": collecting[k]} for k in ("pk", "sk")}
    )
    product.change(
        {
            "pk": "STORE#norte",
            "sk": "DIGEST#2026-03-10T15#ana",
            "store_id": "norte",
            "hour": "2026-03-10T15",
            "contact_id": "ana",
            "followups": {held},
            "state": "pending",
            "attempts": 0,
            "unclear": 0,
            "due_pk": "due#3",
            "due_at": "2026-03-10T16:00:00.000Z",
        }
    )
    product.advance(minutes(64))
    assert product.outbox() == [ANAS_PHONE] * 2
    assert [i["state"] for i in product.items("DIGEST#")] == ["cancelled"]
