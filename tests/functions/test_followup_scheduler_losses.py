"""followup_scheduler makes up for lost events and lost stream records."""

from datetime import timedelta

from tests.builders import minutes
from tests.functions.sweeps import IDLE, new_events
from tests.product import AFTER, TIMEOUT, Product
from tests.recount import counted, recount


class TestLosses:
    def test_a_delivery_whose_event_was_lost_is_published_after_a_minute(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        product.wait(timedelta(seconds=59))
        assert new_events(product) == []
        product.wait(timedelta(seconds=1))
        assert set(new_events(product)) == {("followup.delivery_due", 0)}
        product.notify(product.events()[-1])
        assert set(product.states().values()) == {"sent"}

    def test_a_pending_delivery_is_published_every_two_minutes(self, product: Product) -> None:
        product.open_store(policy={"take_on_minutes": 60})
        product.unhappy()
        published_at = []
        for minute in range(1, 8):
            product.wait(minutes(1))
            if new_events(product):
                published_at.append(minute)
        assert published_at == [1, 3, 5, 7]

    def test_two_sweeps_publish_once(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        product.wait(minutes(1))
        product.just_before("UpdateItem", product.scheduler, function="FollowupScheduler")
        assert new_events(product) == [("followup.delivery_due", 0)] * 2, "one for each delivery"

    def test_a_delivery_claimed_during_the_sweep_keeps_its_lease(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.wait(minutes(1))
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER)
        product.just_before("UpdateItem", lambda: product.notify(event), function="FollowupScheduler")
        product.scheduler()
        sms = product.deliveries()["0#0#sms#ana"]
        assert sms["state"] == "sending"
        assert sms["due_at"] == sms["lease_until"] == "2026-03-10T15:02:00.000Z"

    def test_answers_lost_by_the_stream_are_classified_by_the_sweep(self, product: Product) -> None:
        product.open_store()
        unhappy, content = product.accept(score=2, reasons=("price",)), product.accept(score=10)
        product.wait(minutes(2) - timedelta(milliseconds=1))
        assert product.scheduler() == IDLE
        product.wait(timedelta(milliseconds=1))
        assert product.scheduler() == {"acted": 2, "failed": 0}
        assert [e["type"] for e in product.events()] == ["followup.opened"]
        assert product.followup()["answer_ulid"] == unhappy.ulid
        items = product.cloud.items()
        assert recount(items, "America/Santiago") == counted(items) != {}
        assert {i["ulid"] for i in items if "classified_at" in i} == {unhappy.ulid, content.ulid}
        assert product.scheduler() == IDLE

    def test_a_delivery_without_a_follow_up_leaves_the_index(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        it = product.followup()
        product.cloud.client("dynamodb").delete_item(
            TableName=product.cloud.physical_id("Table"), Key={k: {"S": it[k]} for k in ("pk", "sk")}
        )
        product.wait(minutes(1))
        assert new_events(product) == []
        assert all("due_at" not in d for d in product.deliveries().values())
