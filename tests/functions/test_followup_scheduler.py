"""followup_scheduler: whatever has a date that has come is done once, also after losses, at once, or late."""

import json
import pkgutil
import random
from collections import Counter
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from followup_scheduler import due_kinds, kinds
from followup_scheduler.effects import Complete
from lazo import clock
from lazo.followup import lifecycle
from lazo.table import due, followups
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.timestamps import format_timestamp
from tests.builders import ANA, DIEGO, WEEK, consent, make_store, minutes
from tests.product import AFTER, CRASH, TIMEOUT, Cancelled, Product, counted, output, recount

NINE_TO_NINE = {**WEEK, "holidays": "as_usual"}
IDLE = {"acted": 0, "failed": 0}


def new_events(product: Product) -> list[tuple[str, int]]:
    """Type and level of what a sweep now tells the topic."""
    before = len(product.events())
    product.scheduler()
    return [(e["type"], e["level"]) for e in product.events()[before:]]


class TestLosses:
    def test_the_event_was_lost(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        product.wait(timedelta(seconds=59))
        assert new_events(product) == []
        product.wait(timedelta(seconds=1))
        assert set(new_events(product)) == {("followup.delivery_due", 0)}
        product.notify(product.events()[-1])
        assert set(product.states().values()) == {"sent"}

    def test_it_tells_again_every_two_minutes_until_somebody_listens(self, product: Product) -> None:
        product.open_store(policy={"take_on_minutes": 60})
        product.unhappy()
        told = []
        for minute in range(1, 8):
            product.wait(minutes(1))
            if new_events(product):
                told.append(minute)
        assert told == [1, 3, 5, 7]

    def test_two_sweeps_tell_once(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        product.wait(minutes(1))
        product.just_before("UpdateItem", product.scheduler, function="FollowupScheduler")
        assert new_events(product) == [("followup.delivery_due", 0)] * 2, "one for each delivery"

    def test_claimed_while_the_sweep_looks(self, product: Product) -> None:
        product.open_store()
        event = product.unhappy()
        product.wait(minutes(1))
        product.fault(operation="Publish", function="Notify", kind=TIMEOUT, when=AFTER)
        product.just_before("UpdateItem", lambda: product.notify(event), function="FollowupScheduler")
        product.scheduler()
        sms = product.deliveries()["0#0#sms#ana"]
        assert sms["state"] == "sending"
        assert sms["due_at"] == sms["lease_until"] == "2026-03-10T15:02:00.000Z"

    def test_the_stream_lost_the_answers(self, product: Product) -> None:
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


class TestDeadlines:
    def test_up_the_chain_at_the_deadline_and_not_before(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10) - timedelta(milliseconds=1))
        assert new_events(product) == []
        product.wait(timedelta(milliseconds=1))
        assert new_events(product) == [("followup.overdue", 1)]
        it = product.followup()
        assert (it["level"], it["version"], it["stage"]) == (1, 2, "open")
        assert it["deadline"] == it["due_at"] == "2026-03-10T15:20:00.000Z"
        owed = {k: (d["state"], d["purpose"]) for k, d in product.deliveries().items() if k[0] == "1"}
        assert owed == dict.fromkeys(("1#0#sms#diego", "1#0#email#diego"), ("pending", "escalation"))
        assert new_events(product) == []

    @pytest.mark.parametrize("nth", range(1, 9))
    def test_two_sweeps_at_once(self, product: Product, nth: int) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        met = product.just_before(None, product.scheduler, function="FollowupScheduler", nth=nth)
        product.scheduler()
        assert met["done"], "fewer calls than thought: choose a smaller range"
        assert product.followup()["level"] == 1
        assert product.followup()["version"] == 2
        assert [e["type"] for e in product.events()].count("followup.overdue") == 1
        assert len(product.deliveries()) == 4

    def test_a_conflict_is_not_somebody_elses_change(self, product: Product) -> None:
        """Another transaction on the same item, which may yet fail: tried again, not given up."""
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.cloud.faults._faults.append(Cancelled(reasons=("TransactionConflict", "None", "None")))
        assert product.scheduler() == {"acted": 0, "failed": 1}
        assert product.followup()["level"] == 0
        product.wait(minutes(1))
        assert new_events(product) == [("followup.overdue", 1)]

    def test_taken_on_while_the_sweep_looks(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.just_before("TransactWriteItems", lambda: take_on(product), function="FollowupScheduler")
        assert new_events(product) == []
        it = product.followup()
        assert (it["owner"], it["level"], it["stage"]) == ("ana", 0, "taken_on")
        assert it["due_at"] == it["deadline"] == "2026-03-11T15:10:00.000Z", "the clock of the next stage"
        assert len(product.deliveries()) == 2

    def test_taken_on_nothing_is_heard_until_its_next_deadline(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        product.drain()
        take_on(product)
        sent = len(product.outbox())
        product.advance(timedelta(hours=24) - minutes(1))
        assert len(product.outbox()) == sent
        assert product.followup()["version"] == 2

    def test_a_day_without_sweeps_is_one_step(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(timedelta(days=1))
        assert new_events(product) == [("followup.overdue", 1)]
        assert product.followup()["deadline"] == "2026-03-11T15:10:00.000Z"
        assert new_events(product) == []
        product.wait(minutes(1))
        assert set(new_events(product)) == {("followup.delivery_due", 1)}

    def test_the_whole_chain_and_then_a_reminder_a_day(self, product: Product) -> None:
        product.open_store(hours=NINE_TO_NINE)
        product.unhappy()
        product.drain()
        product.advance(timedelta(days=4))
        happened = [(m["at"][:16], m["to"], m["purpose"]) for m in product.cloud.outbox()]
        sms, email = "+569223456", "@aurora.example"
        assert happened == [
            ("2026-03-10T15:00", f"{sms}71", "alert"),
            ("2026-03-10T15:00", f"ana{email}", "alert"),
            ("2026-03-10T15:10", f"{sms}72", "escalation"),
            ("2026-03-10T15:10", f"diego{email}", "escalation"),
            ("2026-03-10T15:20", f"marta{email}", "escalation"),
            ("2026-03-10T15:30", f"marta{email}", "reminder"),
            ("2026-03-11T15:30", f"marta{email}", "reminder"),
            ("2026-03-12T15:30", f"marta{email}", "reminder"),
            ("2026-03-13T15:30", f"marta{email}", "reminder"),
        ]
        it = product.followup()
        assert (it["level"], it["round"]) == (2, 4)
        assert product.dead_letters() == {}

    def test_a_clock_set_back_between_looking_and_acting(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        set_back = clock._offset - timedelta(seconds=1)
        met = product.just_before("GetItem", lambda: clock.shift(set_back), function="FollowupScheduler")
        product.scheduler()
        assert met["done"]
        product.advance(minutes(2))
        assert product.followup()["level"] == 1

    def test_a_chain_that_was_shortened_ends_at_who_is_left(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        product.drain()
        product.advance(minutes(25))
        assert product.followup()["level"] == 2
        product.open_store(contacts=[ANA, DIEGO])
        before = len(product.outbox())
        product.advance(timedelta(days=1))
        assert product.outbox()[before:] == [("sms", DIEGO["phone"]), ("email", DIEGO["email"])]

    def test_a_deadline_waits_while_the_store_is_closed(self, product: Product) -> None:
        product.open_store(hours=NINE_TO_NINE)
        product.wait(timedelta(hours=8, minutes=55))  # 20:55 in Santiago
        product.unhappy()
        product.drain()
        product.advance(timedelta(hours=12, minutes=9))
        assert product.followup()["level"] == 0
        product.advance(minutes(1))
        assert product.followup()["level"] == 1

    def test_crash_at_every_call(self, product: Product) -> None:
        """The next sweeps make it good: each level once, and everybody told."""
        product.open_store(policy={"sms_per_hour": 1000})
        for nth in range(1, 100):
            event = product.unhappy()
            product.notify(event)
            product.wait(minutes(10))
            product.cloud.faults.clear()
            fault = product.fault(function="FollowupScheduler", kind=CRASH, nth=nth)
            product.dies(product.scheduler)
            struck = fault.struck
            product.cloud.faults.clear()
            product.advance(minutes(4))
            mine = next(f for f in product.followups() if f["followup_id"] == event["followup_id"])
            assert (mine["level"], mine["version"]) == (1, 2)
            told = [m for m in product.cloud.outbox() if m["followup_id"] == event["followup_id"]]
            assert Counter((m["channel"], m["level"]) for m in told) == {
                (channel, level): 1 for channel in ("sms", "email") for level in (0, 1)
            }
            now = followups.followup_from_item(mine)
            followups.replace_followup(
                product.table, now, lifecycle.take_on(now, "diego", make_store(), product.now())
            )
            if not struck:
                break
        assert nth > 6


def take_on(product: Product) -> None:
    before = followups.followup_from_item(product.followup())
    followups.replace_followup(
        product.table, before, lifecycle.take_on(before, "ana", make_store(), product.now())
    )


def poison(product: Product, number: int = 1, **changes: Any) -> tuple[str, str]:
    """An item that is due and that no sweep can act on."""
    key = {"pk": f"ODD#{number}", "sk": f"ODD#{number}"}
    product.change({**key, "due_pk": "due#0", "due_at": format_timestamp(product.now()), **changes})
    return key["pk"], key["sk"]


class TestPoison:
    def test_one_failing_item_stops_no_other(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        for number in range(3):
            poison(product, number)
        assert product.scheduler() == {"acted": 1, "failed": 3}
        assert product.followup()["level"] == 1

    def test_it_waits_longer_each_time_and_ends_in_the_dead_letter_store(self, product: Product) -> None:
        pk, sk = poison(product)
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

    def test_after_months_of_failures_still_once_a_day(self, product: Product) -> None:
        poison(product, due_failures=100)
        assert product.scheduler() == {"acted": 0, "failed": 1}
        assert product.scheduler() == IDLE
        assert product.items("ODD#")[0]["due_at"] == "2026-03-11T15:00:00.000Z"
        assert len(product.dead_letters()["SweepDeadLetters"]) == 1

    def test_a_store_that_is_gone(self, product: Product) -> None:
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

    def test_a_failing_item_that_cannot_be_put_off_stops_no_other(self, product: Product) -> None:
        poison(product)
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.fault(function="FollowupScheduler", operation="UpdateItem", times=3)
        assert product.scheduler() == {"acted": 1, "failed": 1}
        assert product.followup()["level"] == 1

    def test_a_dead_letter_store_that_is_down_stops_no_other(self, product: Product) -> None:
        poison(product, due_failures=7)
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.fault(function="FollowupScheduler", operation="SendMessage", times=3)
        assert product.scheduler() == {"acted": 1, "failed": 1}
        assert product.followup()["level"] == 1
        assert product.dead_letters() == {}
        product.scheduler()
        assert len(product.dead_letters()["SweepDeadLetters"]) == 1

    def test_the_topic_is_down(self, product: Product) -> None:
        """Escalated and not told: the deliveries stand in the index, the next sweep tells."""
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.fault(function="FollowupScheduler", operation="Publish", times=3)
        assert product.scheduler() == {"acted": 0, "failed": 1}
        assert product.followup()["level"] == 1
        product.advance(minutes(2))
        assert [m["level"] for m in product.cloud.outbox()] == [0, 0, 1, 1]
        assert product.followup()["level"] == 1

    def test_many_failing_items_do_not_hold_up_those_behind_them(self, product: Product) -> None:
        """More than a page of them in one partition, all older."""
        for number in range(60):
            poison(product, number)
        product.wait(minutes(1))
        poison(product, 999)
        assert product.scheduler() == {"acted": 0, "failed": 61}


class TestSweep:
    def test_more_than_a_page_in_one_partition(self, product: Product) -> None:
        product.open_store(policy={"answers_per_hour": 1000})
        for _ in range(60):
            given = product.accept(score=10)
            product.change(product._item(given), due_pk="due#4")
        product.wait(minutes(2))
        assert product.scheduler() == {"acted": 60, "failed": 0}
        assert counted(product.cloud.items())["DAY#2026-03-10"]["s10"] == 60

    def test_it_begins_nothing_when_its_time_is_nearly_over(self, product: Product) -> None:
        product.open_store()
        for _ in range(3):
            product.accept(score=10)
        product.wait(minutes(2))
        product.cloud.functions["FollowupScheduler"].load()
        from followup_scheduler import app

        assert app.handle(lambda: 9_999, app.wire()) == IDLE
        left = iter([20_000, 10_000, 9_999])
        assert app.handle(lambda: next(left), app.wire()) == {"acted": 2, "failed": 0}
        assert product.scheduler() == {"acted": 1, "failed": 0}

    def test_after_an_outage_what_is_urgent_comes_first_and_a_short_sweep_goes_on_next_minute(
        self, product: Product, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """150 dates, of which each sweep has time for 60; of each priority the oldest comes first."""
        product.cloud.functions["FollowupScheduler"].load()
        from followup_scheduler import app

        due_then: dict[int, Item] = {}
        for n in random.Random(1).sample(range(150), 150):
            at, priority = product.now() - minutes(n), ("urgent", "high", "normal")[n % 3]
            due_then[n] = due.put_date(f"f{n:03}", "reminder", at, priority, deadline="").item
            product.change(due_then[n])
        acted: list[int] = []

        def noted(table: Table, key: Key, now: datetime) -> Item | None:
            acted.append(int(key.pk[-3:]))
            return due.get_due_item(table, key, now)

        monkeypatch.setattr(
            app,
            "due",
            SimpleNamespace(
                get_due_item=noted, due_item_keys=due.due_item_keys, overdue_seconds=due.overdue_seconds
            ),
        )
        for sweep in (60, 60, 30):
            left = iter([20_000] * 60 + [9_999])
            assert app.handle(lambda left=left: next(left), app.wire()) == {"acted": sweep, "failed": 0}
        assert [n % 3 for n in acted] == [0] * 50 + [1] * 50 + [2] * 50, "urgent, high, normal"
        for partition in {item["due_pk"] for item in due_then.values()}:
            mine = [n for n in acted if due_then[n]["due_pk"] == partition]
            assert mine == sorted(mine, reverse=True), "the oldest first"
        assert product.scheduler() == IDLE

    @pytest.mark.parametrize("open_followups", [0, 40, 200])
    def test_with_nothing_due_its_cost_does_not_grow(self, product: Product, open_followups: int) -> None:
        for number in range(open_followups):
            product.change(
                {
                    "pk": f"FU#{number}",
                    "sk": "FU",
                    "due_pk": f"due#{number % 6}",
                    "due_at": format_timestamp(product.now() + timedelta(seconds=1)),
                }
            )
        product.cloud.faults.clear()
        assert product.scheduler() == IDLE
        first = product.calls("FollowupScheduler")
        assert first == ["GetItem", "PutItem", *["Query"] * 6], "a new copy asks whose table it is, once"
        assert product.scheduler() == IDLE
        assert product.calls("FollowupScheduler")[len(first) :] == ["Query"] * 6

    def test_the_index_only_nominates(self, product: Product) -> None:
        """Somebody was quicker between the index and the item."""
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.just_before("GetItem", lambda: take_on(product), function="FollowupScheduler")
        assert product.scheduler() == IDLE
        assert product.events()[-1]["type"] == "followup.opened"

    def test_an_item_of_no_known_kind_fails_until_its_kind_is_in_the_tuple(
        self, product: Product, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        odd = SimpleNamespace(
            matches=lambda key: key.sk.startswith("ODD#"), handle=lambda item, now, context: [Complete()]
        )
        poison(product)
        assert product.scheduler() == {"acted": 0, "failed": 1}
        monkeypatch.setattr(due_kinds, "KINDS", (*due_kinds.KINDS, odd))
        product.wait(minutes(2))
        assert product.scheduler() == {"acted": 1, "failed": 0}
        assert "due_at" not in product.items("ODD#")[0]

    def test_every_module_of_kinds_is_in_the_tuple(self) -> None:
        modules = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
        assert [kind.__name__ for kind in due_kinds.KINDS] == [f"{kinds.__name__}.{name}" for name in modules]

    def test_it_says_how_late_it_is(self, product: Product) -> None:
        product.open_store()
        product.accept(score=10)
        product.wait(minutes(5))
        poison(product)
        with output() as written:
            product.scheduler()
        lines = [json.loads(line) for line in written.getvalue().splitlines()]
        (metrics,) = (line for line in lines if "_aws" in line)
        assert metrics["OldestDueSeconds"] == [180.0]  # due at two minutes
        assert (metrics["DueItems"], metrics["DueItemsFailed"]) == ([1.0], [1.0])
        (error,) = (line for line in lines if "_aws" not in line)
        assert (error["error"], error["kind"]) == ("LookupError", "ODD")

    def test_a_light_one_takes_its_time(self, product: Product) -> None:
        product.open_store(contacts=[ANA])
        product.unhappy(score=7, phone="+56911111111", consent=consent())
        product.drain()
        product.advance(minutes(239))
        assert product.followup()["round"] == 0
        product.advance(minutes(1))
        assert product.followup()["round"] == 1
        assert datetime.fromisoformat(product.followup()["deadline"]) == product.now() + timedelta(days=1)
