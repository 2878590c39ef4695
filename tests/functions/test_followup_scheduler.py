"""followup_scheduler handles each due item once, oldest first within a priority, at a bounded cost."""

import json
import pkgutil
import random
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from inspect import isfunction
from types import SimpleNamespace
from typing import Any

import pytest

from followup_scheduler import due_kinds, kinds
from followup_scheduler.effects import Complete
from lazo.table import due
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.timestamps import format_timestamp
from tests.builders import ANA, START, consent, minutes
from tests.functions.alerts import take_on
from tests.functions.sweeps import IDLE, put_broken_item
from tests.product import Product, output
from tests.recount import counted


class TestSweep:
    def test_a_sweep_handles_more_than_a_page_of_one_partition(self, product: Product) -> None:
        product.open_store(policy={"answers_per_hour": 1000})
        for _ in range(60):
            given = product.accept(score=10)
            product.change(product._item(given), due_pk="due#4")
        product.wait(minutes(2))
        assert product.scheduler() == {"acted": 60, "failed": 0}
        assert counted(product.cloud.items())["DAY#2026-03-10"]["s10"] == 60

    def test_a_sweep_starts_nothing_when_its_time_is_nearly_over(self, product: Product) -> None:
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

    def test_after_an_outage_short_sweeps_handle_urgent_items_first(
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
    def test_a_sweep_with_nothing_due_has_a_constant_cost(
        self, product: Product, open_followups: int
    ) -> None:
        for number in range(open_followups):
            product.change(
                {
                    "pk": f"FU#{number}",
                    "sk": "FU",
                    "due_pk": f"due#{number % 7}",
                    "due_at": format_timestamp(product.now() + timedelta(seconds=1)),
                }
            )
        product.cloud.faults.clear()
        assert product.scheduler() == IDLE
        first = product.calls("FollowupScheduler")
        assert first == ["GetItem", "PutItem", *["Query"] * 7], "a new copy asks whose table it is, once"
        assert product.scheduler() == IDLE
        assert product.calls("FollowupScheduler")[len(first) :] == ["Query"] * 7

    def test_an_item_changed_since_the_index_was_read_is_skipped(self, product: Product) -> None:
        """Another process was faster between reading the index and the item."""
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.just_before("GetItem", lambda: take_on(product), function="FollowupScheduler")
        assert product.scheduler() == IDLE
        assert product.events()[-1]["type"] == "followup.opened"

    def test_an_item_of_an_unknown_kind_fails_until_its_kind_is_registered(
        self, product: Product, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        odd = (lambda key: key.sk.startswith("ODD#"), lambda item, now, context: [Complete()])
        put_broken_item(product)
        assert product.scheduler() == {"acted": 0, "failed": 1}
        monkeypatch.setattr(due_kinds, "KINDS", (*due_kinds.KINDS, odd))
        product.wait(minutes(2))
        assert product.scheduler() == {"acted": 1, "failed": 0}
        assert "due_at" not in product.items("ODD#")[0]

    def test_every_handler_of_kinds_is_registered(self) -> None:
        modules = [import_module(f"{kinds.__name__}.{m.name}") for m in pkgutil.iter_modules(kinds.__path__)]
        own = {f for module in modules for f in vars(module).values() if isfunction(f)}
        public = {
            f for f in own if f.__module__.startswith(kinds.__name__) and not f.__name__.startswith("_")
        }
        registered = [handle for _, handle in due_kinds.KINDS]
        assert len(registered) == len(public) > len(modules)
        assert set(registered) == public

    def test_a_sweep_reports_how_late_it_is(self, product: Product) -> None:
        product.open_store()
        product.accept(score=10)
        product.wait(minutes(5))
        put_broken_item(product)
        with output() as written:
            product.scheduler()
        lines = [json.loads(line) for line in written.getvalue().splitlines()]
        (metrics,) = (line for line in lines if "_aws" in line)
        assert metrics["OldestDueSeconds"] == [180.0]  # due at two minutes
        assert (metrics["DueItems"], metrics["DueItemsFailed"]) == ([1.0], [1.0])
        (error,) = (line for line in lines if "_aws" not in line)
        assert (error["error"], error["kind"]) == ("LookupError", "ODD")

    def test_a_light_follow_up_is_reminded_after_four_hours(self, product: Product) -> None:
        product.open_store(contacts=[ANA])
        product.unhappy(score=7, phone="+56911111111", consent=consent())
        product.drain()
        product.advance(minutes(239))
        assert product.followup()["round"] == 0
        product.advance(minutes(1))
        assert product.followup()["round"] == 1
        assert product.followup()["next_reminder_at"] == "2026-03-11T11:00:00.000Z"  # 08:00 in Santiago


@pytest.mark.parametrize("take", [due.complete, partial(due.reschedule, until=START + minutes(60))])
def test_a_date_that_was_moved_since_it_was_read_stays_as_it_is(product: Product, take: Any) -> None:
    """A deadline that somebody gives a case meanwhile is reminded of, whatever the sweep decided about the old one."""
    product.table.put(due.put_date("f1", "reminder", START, deadline="old"))
    (key,) = due.due_item_keys(product.table, START)
    seen = due.get_due_item(product.table, key, START)
    product.table.put(due.put_date("f1", "reminder", START + minutes(30), deadline="new"))
    assert take(product.table, key, seen) is False
    assert list(due.due_item_keys(product.table, START + minutes(29))) == []
    assert list(due.due_item_keys(product.table, START + minutes(30))) == [key]
