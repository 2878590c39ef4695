"""Promises are counted in the transaction that changes them, and each of their dates is handled once."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lazo.case import promise_actions
from lazo.case.actions import take_on
from lazo.case.model import ActionContext, CaseChange
from lazo.errors import Rejected
from lazo.promise import availability
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise.model import HEARS_BY, DayOrInstant, Promise, PromiseRequest
from lazo.store.model import Store
from lazo.table import cases
from lazo.table import promises as ledger
from lazo.table.followups import ChangedMeanwhile
from lazo.table.messaging import opt_outs
from tests.builders import ANA, DIEGO, MARTA, START, consent, minutes
from tests.product import AFTER, CRASH, Product
from tests.recount import counters_of

HOUR, DAY, FRIDAY = timedelta(hours=1), timedelta(days=1), date(2026, 3, 13)
DUE = datetime.fromisoformat("2026-03-13T23:59:00-03:00")
QUIET = {"contact_hours": 720, "customer_update_days": 60, "tell_customer": False}
"""No other date of the follow-up comes in the days of these tests."""


class StoreWithPromises:
    """A store with a follow-up that Ana has taken on, and her actions on its promises."""

    def __init__(self, product: Product, quiet: list[str] | None = None, **policy: Any) -> None:
        self.product = product
        self.store: Store = product.open_store(
            contacts=[{**ANA, "quiet": quiet}, DIEGO, MARTA],
            policy={**QUIET, "remind_minutes": {"contacted": 0}, **policy},
        )
        self._forms = 0
        product.unhappy(phone="+56987654321", name="Eva", consent=consent(), customer_key="k1")
        self.id: str = product.followup()["followup_id"]
        self.perform(lambda act: take_on(self.case, act))
        product.drain()

    @property
    def case(self) -> Any:
        found = cases.load_case(self.product.table, self.id)
        assert found
        return found

    @property
    def act(self) -> ActionContext:
        self._forms += 1
        return ActionContext(f"FORM{self._forms}", self.store, self.store.contacts[0], self.product.now())

    def perform(self, doing: Any) -> None:
        step: CaseChange = doing(self.act)
        cases.commit_change(self.product.table, self.case, step, self.store)

    def make_promise(self, when: DayOrInstant = FRIDAY, **changes: Any) -> Promise:
        act = self.act
        asked = PromiseRequest(
            **{"what": "Una mesa nueva", "when": when, "owner": "ana", "hears_by": "phone", **changes}
        )
        loads = ledger.daily_commitments(
            self.product.table, "norte", asked.owner, availability.day_of(when, self.store.hours)
        )
        made = promise_lifecycle.make_promise(
            asked, act.idempotency_key, self.id, self.store, HEARS_BY, loads, act.contact, act.now
        )
        cases.commit_change(
            self.product.table, self.case, promise_actions.add_promise(self.case, made, act), self.store
        )
        return made

    def move_promise(self, promise: Promise, when: DayOrInstant) -> None:
        now = self.case.promise(promise.promise_id)

        def move(act: ActionContext) -> CaseChange:
            moved = promise_lifecycle.move_promise(
                now, when, "ana", "Falta", None, self.store, {}, act.contact, act.now
            )
            return promise_actions.move_promise(self.case, moved, None, act)

        self.perform(move)

    def keep_promise(self, promise: Promise) -> None:
        self.perform(lambda act: promise_actions.keep_promise(self.case, promise.promise_id, "", act))

    def promise(self) -> Promise:
        (one,) = ledger.promises_of_followup(self.product.table, self.id)
        return one

    def sent_alerts(self, purpose: str) -> list[tuple[str, str]]:
        """Return contact and channel of each alert sent for a purpose."""
        deliveries = [d for d in self.product.items("DELIVERY#") if d["purpose"] == purpose]
        return sorted((d["contact_id"], d["channel"]) for d in deliveries if d["state"] == "sent")

    def monthly_figures(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for item in self.product.items("PROMISES#"):
            found.update(counters_of(item))
        return found

    def daily_commitments(self) -> dict[str, int]:
        return {item["sk"]: item["n"] for item in self.product.items("LOAD#") if item["n"]}


@pytest.fixture
def store(product: Product) -> StoreWithPromises:
    return StoreWithPromises(product)


def recounted(product: Product) -> tuple[dict[str, int], Counter[str]]:
    """Count daily commitments and monthly figures anew from the promises."""
    days: Counter[str] = Counter()
    figures: Counter[str] = Counter()
    for item in product.items("PROMISE#"):
        figures["made#ana"] += 1
        if item["state"] == "open":
            days[f"LOAD#{item['owner']}#{item['due'][:10]}"] += 1
        else:
            figures[f"{item['state']}#{item['owner']}"] += 1
    return dict(days), figures


def test_daily_commitments_and_monthly_figures_equal_a_recount(store: StoreWithPromises) -> None:
    first, second, third = (
        store.make_promise(datetime(2026, 3, 12 + n, 18, tzinfo=START.tzinfo)) for n in range(3)
    )
    assert store.daily_commitments() == {f"LOAD#ana#2026-03-{12 + n}": 1 for n in range(3)}
    store.move_promise(second, datetime(2026, 3, 12, 20, tzinfo=START.tzinfo))
    store.keep_promise(first)
    assert (store.daily_commitments(), store.monthly_figures()) == recounted(store.product)
    assert store.monthly_figures() == {"made#ana": 3, "kept#ana": 1}
    store.product.advance(20 * DAY)
    assert (store.daily_commitments(), store.monthly_figures()) == recounted(store.product)
    assert store.monthly_figures() == {"made#ana": 3, "kept#ana": 1, "broken#ana": 2}
    assert third.promise_id in {
        each.promise_id for each in ledger.promises_of_followup(store.product.table, store.id)
    }


def test_two_promises_for_the_last_place_of_a_day_at_once(product: Product) -> None:
    store = StoreWithPromises(product, promises_per_day=1)
    act = store.act
    asked = PromiseRequest("Una silla", FRIDAY, "ana", "in_person")
    late = promise_lifecycle.make_promise(
        asked, act.idempotency_key, store.id, store.store, ("in_person",), {}, act.contact, act.now
    )
    store.make_promise()
    with pytest.raises(ChangedMeanwhile):
        cases.commit_change(
            product.table, store.case, promise_actions.add_promise(store.case, late, act), store.store
        )
    with pytest.raises(Rejected, match="owner_full"):
        store.make_promise()
    store.move_promise(store.promise(), date(2026, 3, 16))
    assert store.make_promise().due == DUE, "what was moved away leaves room"


def test_a_promise_at_risk_then_missed_then_broken(store: StoreWithPromises) -> None:
    product = store.product
    store.make_promise(checkpoints=(date(2026, 3, 11), date(2026, 3, 12)))
    product.advance(DAY)
    assert store.sent_alerts("promise_checkpoint") == [("ana", "email"), ("ana", "sms")]
    store.perform(
        lambda act: promise_actions.add_progress(store.case, store.promise().promise_id, "Pedida", act)
    )
    product.advance(DAY)
    assert len(store.sent_alerts("promise_checkpoint")) == 2, "there was progress before the second"
    product.advance(DUE - 4 * HOUR - product.now() + minutes(6))
    assert store.sent_alerts("promise_at_risk") == [("ana", "email"), ("ana", "sms")]
    assert store.promise().is_at_risk(product.now())
    product.advance(13 * HOUR)
    chain = [("ana", "email"), ("ana", "sms"), ("diego", "email"), ("diego", "sms")]
    assert store.sent_alerts("promise_missed") == chain
    assert store.promise().missed == DUE
    product.advance(2 * DAY)
    assert store.promise().open
    product.advance(DAY)
    assert store.promise().state == "broken"
    assert [e.what for e in store.case.history][-2:] == ["promise_missed", "promise_broken"]
    assert store.sent_alerts("promise_missed") == chain
    assert {item["sk"] for item in product.items("DATE#promise") if "due_at" in item} == set()
    assert [item["list_pk"] for item in product.items("PROMISE#")] == ["ENDED_PROMISES"]


def test_a_promise_kept_or_moved_in_time_alerts_nobody(store: StoreWithPromises) -> None:
    promise, other = store.make_promise(), store.make_promise(what="Una silla")
    store.move_promise(promise, date(2026, 3, 20))
    store.keep_promise(other)
    store.product.advance(DUE + HOUR - store.product.now())
    assert store.sent_alerts("promise_at_risk") == store.sent_alerts("promise_missed") == []
    store.product.advance(7 * DAY + 8 * HOUR)
    assert len(store.sent_alerts("promise_missed")) == 4, "the new date counts"


def test_an_alert_waiting_for_the_morning_is_dropped_once_the_promise_is_kept(product: Product) -> None:
    store = StoreWithPromises(product, quiet=["21:00", "08:00"])
    promise = store.make_promise()
    product.advance(DUE - product.now())
    assert store.sent_alerts("promise_missed") == []
    product.advance(6 * HOUR)
    store.keep_promise(promise)
    product.advance(DAY)
    assert store.promise().state == "late"
    assert store.sent_alerts("promise_missed") == []


def test_after_a_day_without_sweeps_a_promise_takes_one_step(store: StoreWithPromises) -> None:
    store.make_promise()
    store.product.wait(7 * DAY)
    store.product.drain()
    store.product.scheduler()
    assert (store.promise().state, store.promise().missed) == ("open", DUE)
    store.product.wait(minutes(1))
    store.product.scheduler()
    assert store.promise().state == "broken"
    assert store.monthly_figures() == {"made#ana": 1, "broken#ana": 1}


def test_two_sweeps_and_a_crash_act_once_on_each_date(store: StoreWithPromises) -> None:
    product = store.product
    store.make_promise()
    product.wait(DUE - 4 * HOUR - product.now())
    met = product.just_before("TransactWriteItems", product.scheduler, function="FollowupScheduler")
    product.scheduler()
    assert met["done"]
    product.advance(minutes(6))
    assert store.sent_alerts("promise_at_risk") == [("ana", "email"), ("ana", "sms")]
    product.wait(4 * HOUR)
    product.fault(operation="TransactWriteItems", function="FollowupScheduler", kind=CRASH, when=AFTER)
    assert product.dies(product.scheduler)
    product.restart("FollowupScheduler")
    product.advance(9 * HOUR)
    assert len(store.sent_alerts("promise_missed")) == 4
    assert [e.what for e in store.case.history].count("promise_missed") == 1
    assert store.promise().version == 3


def test_a_date_moved_away_and_back_is_alerted_again(store: StoreWithPromises) -> None:
    product = store.product
    thursday = datetime.fromisoformat("2026-03-12T18:00:00-03:00")
    made = store.make_promise(thursday)
    product.advance(thursday - 4 * HOUR - product.now())
    store.move_promise(made, DUE)
    store.move_promise(made, thursday)
    product.wait(3 * HOUR)
    assert product.scheduler()["failed"] == 0
    product.drain()
    assert store.sent_alerts("promise_at_risk") == [("ana", "email")] * 2 + [("ana", "sms")] * 2


class TestDelayNotice:
    def test_no_notice_in_the_morning_when_the_promise_was_kept_before(self, product: Product) -> None:
        """Owed at 7:00, four hours before the date; customers hear nothing before nine."""
        store = StoreWithPromises(product, delay_notice="send")
        made = store.make_promise(datetime.fromisoformat("2026-03-13T11:00:00-03:00"))
        product.advance(datetime.fromisoformat("2026-03-13T07:30:00-03:00") - product.now())
        (notice,) = product.items("MESSAGE#")
        assert (notice["state"], notice["not_before"]) == ("pending", "2026-03-13T12:00:00.000Z")
        store.keep_promise(made)
        product.advance(2 * HOUR)
        assert [m for m in product.cloud.outbox() if m["to"] == "+56987654321"] == []
        assert [m["state"] for m in product.items("MESSAGE#")] == ["cancelled"]

    def test_the_notice_is_sent_before_the_date_when_the_policy_says_send(self, product: Product) -> None:
        store = StoreWithPromises(product, delay_notice="send")
        store.make_promise(datetime(2026, 3, 13, 18, tzinfo=START.tzinfo))
        product.advance(datetime(2026, 3, 13, 14, tzinfo=START.tzinfo) - product.now())
        (notice,) = [m for m in product.cloud.outbox() if m["to"] == "+56987654321"]
        assert "Una mesa nueva" in notice["text"]
        assert datetime.fromisoformat(notice["at"]) < store.promise().due
        product.advance(minutes(6))
        assert store.sent_alerts("promise_late_told") == [("ana", "email"), ("ana", "sms")]
        assert store.sent_alerts("promise_at_risk") == [], "or she would tell the customer once more"
        product.advance(4 * HOUR)
        assert len([m for m in product.cloud.outbox() if m["to"] == "+56987654321"]) == 1

    def test_the_notice_waits_for_approval_by_default(self, store: StoreWithPromises) -> None:
        store.make_promise()
        store.product.advance(DUE - store.product.now())
        assert [m for m in store.product.cloud.outbox() if m["to"] == "+56987654321"] == []

    def test_no_notice_while_it_may_not_be_a_customer(self, product: Product) -> None:
        StoreWithPromises(product, delay_notice="send").make_promise()
        product.change(product.followup(), doubts=["honeypot"])
        product.advance(DUE - product.now())
        assert not any(m["to"] == "+56987654321" for m in product.cloud.outbox())

    def test_no_notice_after_stop(self, product: Product) -> None:
        store = StoreWithPromises(product, delay_notice="send")
        store.make_promise()
        product.table.put(opt_outs.record_opt_out("k1", "page", product.now()))
        product.advance(DUE - product.now())
        assert [m for m in product.cloud.outbox() if m["to"] == "+56987654321"] == []
        assert store.sent_alerts("promise_at_risk")
