"""Promises in the table, beside their follow-up: each change with the dates that it sets and the counters that it
moves.

A promise has its own version, so that the sweep and the desk cannot overwrite each other. The transaction that changes
it also counts the owner's day and the month's outcomes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from lazo.followup.model import CUSTOMER, Priority
from lazo.promise.availability import SEARCH_WINDOW, at_risk_time
from lazo.promise.call_slots import CALLS_AT_MOST
from lazo.promise.model import JUDGED, Promise, PromiseChange, next_checkpoint
from lazo.store.model import Store
from lazo.table import due, week_counts
from lazo.table.dynamodb import counter_names, figure_keys, keys, listing
from lazo.table.dynamodb.records import Children, Record
from lazo.table.dynamodb.table import Table, TransactionRefused
from lazo.table.dynamodb.writes import Item, Key, Put, Update, count_within, set_attributes
from lazo.table.followups import ChangedMeanwhile
from lazo.table.rollup_marks import add_counts_and_mark
from lazo.timestamps import format_timestamp

PROMISES = Children(
    "PROMISE", Record(Promise, sparse=("reason", "first_contact")), "promise_id", order=["made_at"]
)
COMMITMENTS_KEPT_FOR = timedelta(days=30)


def get_promise(table: Table, followup_id: str, promise_id: str) -> Promise | None:
    """Return the current promise (a consistent read), or None."""
    item = table.get(PROMISES.key(followup_id, promise_id))
    return PROMISES.read(item) if item else None


promises_of_followup = PROMISES.of_followup


def daily_commitments(table: Table, store_id: str, owner: str, first: date) -> dict[date, int]:
    """Return the owner's number of promises for each day from `first` on, as far as dates are searched."""
    last = first + SEARCH_WINDOW
    begin, end = (keys.daily_commitments(store_id, owner, day.isoformat()) for day in (first, last))
    found, _ = table.query_range(begin, end)
    return {date.fromisoformat(keys.day_of_commitments(Key.key_of(item))): item["n"] for item in found}


def promise_writes(
    changes: Iterable[PromiseChange], store: Store, priority: Priority, now: datetime
) -> list[Put | Update]:
    """Return the writes of promises that are made and changed together. Their error is followups.ChangedMeanwhile: a
    promise was changed since it was read, or the owner's day has no room."""
    every = list(changes)
    return [
        *(_promise_puts(each) for each in every),
        *(put for each in every for put in _date_puts(each, store, priority, now)),
        *_commitment_updates(every, store),
        *_slot_updates(every),
        *_monthly_counts(every, store, now),
        *week_counts.count_ended_promises(every, store),
    ]


def _promise_puts(change: PromiseChange) -> Put:
    item, changed = promise_item(change.after), ChangedMeanwhile(change.after.followup_id)
    if change.before is None:
        return Put(item, condition="attribute_not_exists(pk)", error=changed)
    seen = {":seen": change.before.version}
    return Put(item, condition="version = :seen", values=seen, error=changed)


def _date_puts(change: PromiseChange, store: Store, priority: Priority, now: datetime) -> Iterator[Put]:
    """Yield the dates of a promise that is new or has a new date. The sweep ignores those of one that has ended."""
    before, after = change.before, change.after
    if not after.open or (before and before.due == after.due):
        return
    about, ref = after.followup_id, after.promise_id
    yield due.put_date(about, "promise_due", after.due, priority, ref, promise_id=ref)
    near = at_risk_time(after.due, now, store)
    yield due.put_date(about, "delay_notice", near, priority, ref, promise_id=ref)
    if before is None and (look := next_checkpoint(after, now)):
        yield due.put_date(about, "promise_checkpoint", look, priority, ref, promise_id=ref)


def _commitment_updates(changes: Iterable[PromiseChange], store: Store) -> Iterator[Update]:
    """Yield the updates of owners' days; a day that gains a promise must have room."""
    moved: Counter[tuple[str, date]] = Counter()
    for change in changes:
        for promise, sign in ((change.before, -1), (change.after, 1)):
            if promise and promise.open and not promise.first_contact:
                moved[promise.owner, store.hours.local_date(promise.due)] += sign
    for (owner, day), n in sorted(moved.items()):
        if n == 0:  # a promise that stays on its day must not fail on a full one
            continue
        yield count_within(
            keys.daily_commitments(store.store_id, owner, day.isoformat()),
            store.policy.promises_per_day if n > 0 else None,
            datetime.combine(day + COMMITMENTS_KEPT_FOR, time.min, UTC),
            n=n,
            error=ChangedMeanwhile(owner),
        )


def _slot_updates(changes: Iterable[PromiseChange]) -> Iterator[Update]:
    """Yield the updates of the times that customers chose to be called, each of which must have room."""
    for after in (change.after for change in changes if change.before is None):
        if after.made_by == CUSTOMER:
            yield count_within(
                keys.call_slot(after.store_id, format_timestamp(after.due)),
                CALLS_AT_MOST,
                after.due + COMMITMENTS_KEPT_FOR,
                error=ChangedMeanwhile(after.followup_id),
            )


def _monthly_counts(changes: Iterable[PromiseChange], store: Store, now: datetime) -> Iterator[Update]:
    """Yield the updates that count promises made and outcomes, by owner and month."""
    counted: dict[str, Counter[str]] = {}
    for change in changes:
        for name, at in _counted(change):
            counted.setdefault(f"{store.hours.local_date(at):%Y-%m}", Counter())[name] += 1
    for month, names in sorted(counted.items()):
        yield add_counts_and_mark(figure_keys.promises_of_month(store.store_id, month), names, now)


def outcomes_in(item: Item) -> Counter[str]:
    """Return how many promises a month's item counts, of all owners, by the names of PromiseFigures."""
    counted: Counter[str] = Counter()
    for outcome, _, n in counter_names.promises_in(item):
        counted[outcome] += n
    return counted


def counted_outcomes(promise: Promise) -> Iterator[tuple[str, datetime]]:
    """Yield the counters that count a promise, and when each did. It was made for its first owner, who may be another
    than now."""
    yield counter_names.promise("made", promise.owner), promise.made_at
    if promise.settled_at:
        yield counter_names.promise(promise.state, promise.owner), promise.settled_at


def _counted(change: PromiseChange) -> Iterator[tuple[str, datetime]]:
    after = change.after
    if change.before is None:
        yield counter_names.promise("made", after.owner), after.made_at
    elif change.before.open and after.settled_at:
        yield counter_names.promise(after.state, after.owner), after.settled_at


def promise_item(promise: Promise) -> Item:
    """Return the item of a promise: an open one is listed by its date, one whose outcome counts by when it ended."""
    return PROMISES.item(promise.followup_id, promise) | _listed(promise)


def list_again(table: Table, promise: Promise) -> bool:
    """List a promise that ended before there was its list. Returns False if it was written meanwhile, which lists it,
    or erased."""
    key = PROMISES.key(promise.followup_id, promise.promise_id)
    seen = {":seen": promise.version}
    try:
        table.transact([set_attributes(key, _listed(promise), condition="version = :seen", values=seen)])
    except TransactionRefused:
        return False
    return True


def _listed(promise: Promise) -> dict[str, str]:
    if promise.open:
        listed, at = listing.OPEN_PROMISES, promise.due
    elif promise.settled_at and promise.state in JUDGED:
        listed, at = listing.ENDED_PROMISES, promise.settled_at
    else:
        return {}
    position = listing.promise_position(format_timestamp(at), promise.followup_id, promise.promise_id)
    return listed.attributes(promise.store_id, position)
