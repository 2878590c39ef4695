"""Items that followup_scheduler fails to handle are retried later, and stop no others."""

from datetime import timedelta

from tests.builders import minutes
from tests.functions.sweeps import IDLE, put_broken_item
from tests.product import Product


class TestFailingItems:
    def test_failing_items_stop_no_other(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        for number in range(3):
            put_broken_item(product, number)
        assert product.scheduler() == {"acted": 1, "failed": 3}
        assert product.followup()["level"] == 1

    def test_a_failing_item_is_retried_later_each_time_and_reported_as_a_dead_letter(
        self, product: Product
    ) -> None:
        pk, sk = put_broken_item(product)
        for wait in (1, 2, 4, 8, 16, 32, 64):
            assert product.scheduler() == {"acted": 0, "failed": 1}
            product.wait(minutes(wait) - timedelta(milliseconds=1))
            assert product.scheduler() == IDLE
            product.wait(timedelta(milliseconds=1))
        assert product.dead_letters() == {}
        assert product.scheduler() == {"acted": 0, "failed": 1}
        product.wait(timedelta(days=1) - timedelta(milliseconds=1))
        assert product.scheduler() == IDLE
        letters = product.dead_letters()
        assert letters == {"SweepDeadLetters": [{"pk": pk, "sk": sk, "reason": "failed 8 times"}]}
        product.wait(timedelta(milliseconds=1))
        assert product.scheduler() == {"acted": 0, "failed": 1}
        assert [each["reason"] for each in product.dead_letters()["SweepDeadLetters"]][1:] == [
            "failed 9 times"
        ]

    def test_after_many_failures_an_item_is_retried_once_a_day(self, product: Product) -> None:
        put_broken_item(product, due_failures=100)
        assert product.scheduler() == {"acted": 0, "failed": 1}
        assert product.scheduler() == IDLE
        assert product.items("ODD#")[0]["due_at"] == "2026-03-11T15:00:00.000Z"
        assert len(product.dead_letters()["SweepDeadLetters"]) == 1

    def test_follow_ups_of_a_deleted_store_fail_and_stop_no_other(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        other = product.open_store(store_id="sur")
        product.notify(product.unhappy(store_id=other.store_id))
        product.cloud.client("dynamodb").delete_item(
            TableName=product.cloud.physical_id("Table"),
            Key={"pk": {"S": "STORE#norte"}, "sk": {"S": "STORE"}},
        )
        product.wait(minutes(10))
        assert product.scheduler() == {"acted": 1, "failed": 1}
        assert {f["store_id"]: f["level"] for f in product.followups()} == {"norte": 0, "sur": 1}

    def test_a_failing_item_that_cannot_be_rescheduled_stops_no_other(self, product: Product) -> None:
        put_broken_item(product)
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.fault(function="FollowupScheduler", operation="UpdateItem", times=3)
        assert product.scheduler() == {"acted": 1, "failed": 1}
        assert product.followup()["level"] == 1

    def test_an_unreachable_dead_letter_queue_stops_no_other(self, product: Product) -> None:
        put_broken_item(product, due_failures=7)
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.fault(function="FollowupScheduler", operation="SendMessage", times=3)
        assert product.scheduler() == {"acted": 1, "failed": 1}
        assert product.followup()["level"] == 1
        assert product.dead_letters() == {}
        product.scheduler()
        assert len(product.dead_letters()["SweepDeadLetters"]) == 1

    def test_an_escalation_that_could_not_be_published_is_alerted_by_the_next_sweep(
        self, product: Product
    ) -> None:
        """The escalation is stored, its event is not published: the next sweep publishes its deliveries."""
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.fault(function="FollowupScheduler", operation="Publish", times=3)
        assert product.scheduler() == {"acted": 0, "failed": 1}
        assert product.followup()["level"] == 1
        product.advance(minutes(2))
        assert [m["level"] for m in product.cloud.outbox()] == [0, 0, 1, 1]
        assert product.followup()["level"] == 1

    def test_more_than_a_page_of_failing_items_stops_no_other(self, product: Product) -> None:
        """More than a page of them in one partition, all older."""
        for number in range(60):
            put_broken_item(product, number)
        product.wait(minutes(1))
        put_broken_item(product, 999)
        assert product.scheduler() == {"acted": 0, "failed": 61}
