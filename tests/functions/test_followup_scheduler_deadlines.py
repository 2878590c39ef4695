"""followup_scheduler escalates at the deadline: one level at a time, also after crashes or when several sweeps run."""

from collections import Counter
from datetime import timedelta

import pytest

from lazo import clock
from lazo.followup import lifecycle
from lazo.table import followups
from tests.builders import ANA, DIEGO, make_store, minutes
from tests.functions.alerts import NINE_TO_NINE, take_on
from tests.functions.sweeps import new_events
from tests.product import Cancelled, Product


class TestDeadlines:
    def test_a_follow_up_is_escalated_at_the_deadline_and_not_before(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10) - timedelta(milliseconds=1))
        assert new_events(product) == []
        product.wait(timedelta(milliseconds=1))
        assert new_events(product) == [("followup.overdue", 1)]
        it = product.followup()
        assert (it["level"], it["version"], it["stage"]) == (1, 2, "open")
        assert it["deadline"] == it["due_at"] == "2026-03-10T15:20:00.000Z"
        escalations = {k: (d["state"], d["purpose"]) for k, d in product.deliveries().items() if k[0] == "1"}
        assert escalations == dict.fromkeys(("1#0#sms#diego", "1#0#email#diego"), ("pending", "escalation"))
        assert new_events(product) == []

    @pytest.mark.in_part(3)
    @pytest.mark.parametrize("nth", range(1, 9))
    def test_two_sweeps_at_once_escalate_once(self, product: Product, nth: int) -> None:
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

    def test_a_transaction_conflict_is_retried_by_the_next_sweep(self, product: Product) -> None:
        """Another transaction on the same item, which may yet fail: tried again, not given up."""
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.cloud.faults._faults.append(
            Cancelled(reasons=("TransactionConflict", "None", "None"), times=5)
        )
        assert product.scheduler() == {"acted": 0, "failed": 1}
        assert product.followup()["level"] == 0
        product.wait(minutes(1))
        assert new_events(product) == [("followup.overdue", 1)]

    def test_a_follow_up_taken_on_during_the_sweep_is_not_escalated(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        product.just_before("TransactWriteItems", lambda: take_on(product), function="FollowupScheduler")
        assert new_events(product) == []
        it = product.followup()
        assert (it["owner"], it["level"], it["stage"]) == ("ana", 0, "taken_on")
        assert it["due_at"] == it["deadline"] == "2026-03-11T15:10:00.000Z", "the clock of the next stage"
        assert len(product.deliveries()) == 2

    def test_a_follow_up_taken_on_is_quiet_until_its_next_deadline(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        product.drain()
        take_on(product)
        sent = len(product.outbox())
        product.advance(timedelta(hours=24) - minutes(1))
        assert len(product.outbox()) == sent
        assert product.followup()["version"] == 2

    def test_after_a_day_without_sweeps_a_follow_up_is_escalated_one_level(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(timedelta(days=1))
        assert new_events(product) == [("followup.overdue", 1)]
        assert product.followup()["deadline"] == "2026-03-11T15:10:00.000Z"
        assert new_events(product) == []
        product.wait(minutes(1))
        assert set(new_events(product)) == {("followup.delivery_due", 1)}

    def test_all_escalation_levels_and_then_a_daily_reminder(self, product: Product) -> None:
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
            # Five minutes later, with whatever else falls due in them; from then on with each morning's others.
            ("2026-03-10T15:35", f"marta{email}", "reminder"),
            ("2026-03-11T12:05", f"marta{email}", "reminder"),
            ("2026-03-12T12:05", f"marta{email}", "reminder"),
            ("2026-03-13T12:05", f"marta{email}", "reminder"),
            ("2026-03-14T12:05", f"marta{email}", "reminder"),
        ]
        it = product.followup()
        assert (it["level"], it["round"]) == (2, 5)
        assert product.dead_letters() == {}

    def test_a_clock_set_back_during_the_sweep(self, product: Product) -> None:
        product.open_store()
        product.notify(product.unhappy())
        product.wait(minutes(10))
        set_back = clock._offset - timedelta(seconds=1)
        met = product.just_before("GetItem", lambda: clock.shift(set_back), function="FollowupScheduler")
        product.scheduler()
        assert met["done"]
        product.advance(minutes(2))
        assert product.followup()["level"] == 1

    def test_removed_escalation_levels_end_at_the_last_one_left(self, product: Product) -> None:
        product.open_store()
        product.unhappy()
        product.drain()
        product.advance(minutes(25))
        assert product.followup()["level"] == 2
        product.open_store(contacts=[ANA, DIEGO])
        before = len(product.outbox())
        product.advance(timedelta(hours=12))
        assert sorted(product.outbox()[before:]) == [("email", DIEGO["email"]), ("sms", DIEGO["phone"])]

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
        """The next sweeps complete it: each level once, and everybody is alerted."""
        product.open_store(policy={"sms_per_hour": 1000, "contact_messages_per_hour": 1000})
        for nth in range(1, 100):
            event = product.unhappy()
            product.notify(event)
            product.wait(minutes(10))
            product.cloud.faults.clear()
            fault = product.crash("FollowupScheduler", nth)
            product.dies(product.scheduler)
            struck = fault.struck
            product.cloud.faults.clear()
            product.advance(minutes(4))
            mine = next(f for f in product.followups() if f["followup_id"] == event["followup_id"])
            assert (mine["level"], mine["version"]) == (1, 2)
            alerts = [m for m in product.cloud.outbox() if m["followup_id"] == event["followup_id"]]
            assert Counter((m["channel"], m["level"]) for m in alerts) == {
                (channel, level): 1 for channel in ("sms", "email") for level in (0, 1)
            }
            now = followups.followup_from_item(mine)
            followups.replace_followup(
                product.table, now, lifecycle.take_on(now, "diego", make_store(), product.now())
            )
            if not struck:
                break
        assert nth > 2
