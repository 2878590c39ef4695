"""Promises in the product: counted in the transaction that changes them, and their dates acted on once."""

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
from lazo.promise.model import Promise, PromiseRequest
from lazo.store.model import Store
from lazo.table import cases, customers
from lazo.table import promises as ledger
from lazo.table.followups import ChangedMeanwhile
from lazo.table.messaging import opt_outs
from tests.builders import ANA, DIEGO, MARTA, START, consent, minutes
from tests.product import AFTER, CRASH, Product

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = date(2026, 3, 13)
DUE = datetime.fromisoformat("2026-03-13T23:59:00-03:00")
QUIET = {"contact_hours": 720, "customer_update_days": 60, "tell_customer": False}
"""No other date of the follow-up comes in the days of these tests."""


class Shop:
    """A shop with a follow-up that Ana has taken on, and what she does about it."""

    def __init__(self, product: Product, quiet: list[str] | None = None, **policy: Any) -> None:
        self.product = product
        self.store: Store = product.open_store(
            contacts=[{**ANA, "quiet": quiet}, DIEGO, MARTA],
            policy={**QUIET, "remind_minutes": {"contacted": 0}, **policy},
        )
        self._forms = 0
        product.unhappy(phone="+56987654321", name="Eva", consent=consent(), customer_key="k1")
        self.id: str = product.followup()["followup_id"]
        self.does(lambda act: take_on(self.case, act))
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

    def does(self, doing: Any) -> None:
        step: CaseChange = doing(self.act)
        cases.commit_change(self.product.table, self.case, step, self.store)

    def makes(self, when: availability.DayOrInstant = FRIDAY, **changes: Any) -> Promise:
        act = self.act
        asked = PromiseRequest(
            **{"what": "Una mesa nueva", "when": when, "owner": "ana", "hears_by": "phone", **changes}
        )
        reach = customers.reachable_answer(self.product.table, self.case.followup)
        loads = ledger.daily_commitments(
            self.product.table, "norte", asked.owner, availability.day_of(when, self.store.hours)
        )
        made = promise_lifecycle.make_promise(
            asked, act.idempotency_key, self.id, self.store, reach, loads, act.contact, act.now
        )
        cases.commit_change(
            self.product.table, self.case, promise_actions.add_promise(self.case, made, act), self.store
        )
        return made

    def moves(self, promise: Promise, when: availability.DayOrInstant) -> None:
        now = self.case.promise(promise.promise_id)

        def move(act: ActionContext) -> CaseChange:
            moved = promise_lifecycle.move_promise(
                now, when, "ana", "Falta", None, self.store, {}, act.contact, act.now
            )
            return promise_actions.move_promise(self.case, moved, None, act)

        self.does(move)

    def keeps(self, promise: Promise) -> None:
        self.does(lambda act: promise_actions.keep_promise(self.case, promise.promise_id, "", act))

    def promise(self) -> Promise:
        (one,) = ledger.promises_of_followup(self.product.table, self.id)
        return one

    def told(self, purpose: str) -> list[tuple[str, str]]:
        """Who was sent a message of a purpose, and how."""
        owed = [d for d in self.product.items("DELIVERY#") if d["purpose"] == purpose]
        return sorted((d["contact_id"], d["channel"]) for d in owed if d["state"] == "sent")

    def months(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for item in self.product.items("PROMISES#"):
            found.update({name: n for name, n in item.items() if name not in ("pk", "sk")})
        return found

    def loads(self) -> dict[str, int]:
        return {item["sk"]: item["n"] for item in self.product.items("LOAD#") if item["n"]}


@pytest.fixture
def shop(product: Product) -> Shop:
    return Shop(product)


def recounted(product: Product) -> tuple[dict[str, int], Counter[str]]:
    """Owners' days and the months' figures, counted anew from the promises."""
    days: Counter[str] = Counter()
    figures: Counter[str] = Counter()
    for item in product.items("PROMISE#"):
        figures["made#ana"] += 1
        if item["state"] == "open":
            days[f"LOAD#{item['owner']}#{item['due'][:10]}"] += 1
        else:
            figures[f"{item['state']}#{item['owner']}"] += 1
    return dict(days), figures


def test_owners_days_and_the_months_figures_are_what_a_recount_gives(shop: Shop) -> None:
    first, second, third = (shop.makes(datetime(2026, 3, 12 + n, 18, tzinfo=START.tzinfo)) for n in range(3))
    assert shop.loads() == {f"LOAD#ana#2026-03-{12 + n}": 1 for n in range(3)}
    shop.moves(second, datetime(2026, 3, 12, 20, tzinfo=START.tzinfo))
    shop.keeps(first)
    assert (shop.loads(), shop.months()) == recounted(shop.product)
    assert shop.months() == {"made#ana": 3, "kept#ana": 1}
    shop.product.advance(20 * DAY)
    assert (shop.loads(), shop.months()) == recounted(shop.product)
    assert shop.months() == {"made#ana": 3, "kept#ana": 1, "broken#ana": 2}
    assert third.promise_id in {
        each.promise_id for each in ledger.promises_of_followup(shop.product.table, shop.id)
    }


def test_two_who_promise_the_last_place_of_a_day_at_once_do_not_both_get_it(product: Product) -> None:
    shop = Shop(product, promises_per_day=1)
    act = shop.act
    asked = PromiseRequest("Una silla", FRIDAY, "ana", "in_person")
    late = promise_lifecycle.make_promise(
        asked, act.idempotency_key, shop.id, shop.store, None, {}, act.contact, act.now
    )
    shop.makes()
    with pytest.raises(ChangedMeanwhile):
        cases.commit_change(
            product.table, shop.case, promise_actions.add_promise(shop.case, late, act), shop.store
        )
    with pytest.raises(Rejected, match="owner_full"):
        shop.makes()
    shop.moves(shop.promise(), date(2026, 3, 16))
    assert shop.makes().due == DUE, "what was moved away leaves room"


def test_a_date_in_danger_then_missed_then_broken(shop: Shop) -> None:
    product = shop.product
    shop.makes(checkpoints=(date(2026, 3, 11), date(2026, 3, 12)))
    product.advance(DAY)
    assert shop.told("promise_checkpoint") == [("ana", "email"), ("ana", "sms")]
    shop.does(lambda act: promise_actions.add_progress(shop.case, shop.promise().promise_id, "Pedida", act))
    product.advance(DAY)
    assert len(shop.told("promise_checkpoint")) == 2, "there was progress before the second"
    product.advance(DUE - 4 * HOUR - product.now())
    assert shop.told("promise_at_risk") == [("ana", "email"), ("ana", "sms")]
    assert shop.promise().is_at_risk(product.now())
    product.advance(4 * HOUR)
    chain = [("ana", "email"), ("ana", "sms"), ("diego", "email"), ("diego", "sms")]
    assert shop.told("promise_missed") == chain
    assert shop.promise().missed == DUE
    product.advance(2 * DAY)
    assert shop.promise().open
    product.advance(DAY)
    assert shop.promise().state == "broken"
    assert [e.what for e in shop.case.history][-2:] == ["promise_missed", "promise_broken"]
    assert shop.told("promise_missed") == chain
    assert {item["sk"] for item in product.items("DATE#promise") if "due_at" in item} == set()
    assert not [item for item in product.items("PROMISE#") if "list_pk" in item]


def test_kept_or_moved_in_time_nobody_is_told_anything(shop: Shop) -> None:
    promise, other = shop.makes(), shop.makes(what="Una silla")
    shop.moves(promise, date(2026, 3, 20))
    shop.keeps(other)
    shop.product.advance(DUE + HOUR - shop.product.now())
    for purpose in ("promise_at_risk", "promise_missed"):
        assert shop.told(purpose) == []
    shop.product.advance(7 * DAY)
    assert len(shop.told("promise_missed")) == 4, "the new date counts"


def test_what_waits_for_the_morning_is_not_told_once_it_is_kept(product: Product) -> None:
    shop = Shop(product, quiet=["21:00", "08:00"])
    promise = shop.makes()
    product.advance(DUE - product.now())
    assert shop.told("promise_missed") == [("diego", "email"), ("diego", "sms")]
    product.advance(6 * HOUR)
    shop.keeps(promise)
    assert shop.promise().state == "late"
    product.advance(DAY)
    assert shop.told("promise_missed") == [("diego", "email"), ("diego", "sms")]


def test_after_a_day_without_sweeps_a_promise_takes_one_step(shop: Shop) -> None:
    shop.makes()
    shop.product.wait(7 * DAY)
    shop.product.drain()
    shop.product.scheduler()
    assert (shop.promise().state, shop.promise().missed) == ("open", DUE)
    shop.product.wait(minutes(1))
    shop.product.scheduler()
    assert shop.promise().state == "broken"
    assert shop.months() == {"made#ana": 1, "broken#ana": 1}


def test_two_sweeps_and_a_crash_act_once_on_each_date(shop: Shop) -> None:
    product = shop.product
    shop.makes()
    product.wait(DUE - 4 * HOUR - product.now())
    met = product.just_before("TransactWriteItems", product.scheduler, function="FollowupScheduler")
    product.scheduler()
    assert met["done"]
    product.drain()
    assert shop.told("promise_at_risk") == [("ana", "email"), ("ana", "sms")]
    product.wait(4 * HOUR)
    product.fault(operation="TransactWriteItems", function="FollowupScheduler", kind=CRASH, when=AFTER)
    assert product.dies(product.scheduler)
    product.restart("FollowupScheduler")
    product.advance(HOUR)
    assert len(shop.told("promise_missed")) == 4
    assert [e.what for e in shop.case.history].count("promise_missed") == 1
    assert shop.promise().version == 3


def test_a_date_that_was_moved_and_taken_back_is_told_of_again(shop: Shop) -> None:
    product = shop.product
    thursday = datetime.fromisoformat("2026-03-12T18:00:00-03:00")
    made = shop.makes(thursday)
    product.advance(thursday - 4 * HOUR - product.now())
    shop.moves(made, DUE)
    shop.moves(made, thursday)
    product.wait(3 * HOUR)
    assert product.scheduler()["failed"] == 0
    product.drain()
    assert shop.told("promise_at_risk") == [("ana", "email")] * 2 + [("ana", "sms")] * 2


class TestTheNotice:
    def test_it_does_not_go_out_in_the_morning_when_the_promise_was_kept_before(
        self, product: Product
    ) -> None:
        """Owed at 7:00, four hours before the date; customers hear nothing before nine."""
        shop = Shop(product, delay_notice="send")
        made = shop.makes(datetime.fromisoformat("2026-03-13T11:00:00-03:00"))
        product.advance(datetime.fromisoformat("2026-03-13T07:30:00-03:00") - product.now())
        (owed,) = product.items("MESSAGE#")
        assert (owed["state"], owed["not_before"]) == ("pending", "2026-03-13T12:00:00.000Z")
        shop.keeps(made)
        product.advance(2 * HOUR)
        assert [m for m in product.cloud.outbox() if m["to"] == "+56987654321"] == []
        assert [m["state"] for m in product.items("MESSAGE#")] == ["cancelled"]

    def test_where_the_store_wants_it_the_customer_hears_before_the_date(self, product: Product) -> None:
        shop = Shop(product, delay_notice="send")
        shop.makes(datetime(2026, 3, 13, 18, tzinfo=START.tzinfo))
        product.advance(datetime(2026, 3, 13, 14, tzinfo=START.tzinfo) - product.now())
        (told,) = [m for m in product.cloud.outbox() if m["to"] == "+56987654321"]
        assert "Una mesa nueva" in told["text"]
        assert datetime.fromisoformat(told["at"]) < shop.promise().due
        assert shop.told("promise_late_told") == [("ana", "email"), ("ana", "sms")]
        assert shop.told("promise_at_risk") == [], "or she would tell the customer once more"
        product.advance(4 * HOUR)
        assert len([m for m in product.cloud.outbox() if m["to"] == "+56987654321"]) == 1

    def test_else_it_waits_to_be_approved(self, shop: Shop) -> None:
        shop.makes()
        shop.product.advance(DUE - shop.product.now())
        assert [m for m in shop.product.cloud.outbox() if m["to"] == "+56987654321"] == []

    def test_after_stop_nobody_writes(self, product: Product) -> None:
        shop = Shop(product, delay_notice="send")
        shop.makes()
        product.table.put(opt_outs.record_opt_out("k1", "page", product.now()))
        product.advance(DUE - product.now())
        assert [m for m in product.cloud.outbox() if m["to"] == "+56987654321"] == []
        assert shop.told("promise_at_risk")
