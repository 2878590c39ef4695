"""Promises in the table, beside their follow-up: each change with the dates that it sets and the counts that it moves.

A promise has a version of its own, so that the sweep and the desk cannot overwrite each other. What an owner has
for a day, and what became of a month's promises, are counted in the transaction that changes the promise.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from lazo.followup.model import Priority
from lazo.promise.availability import SEARCH_WINDOW, at_risk_time
from lazo.promise.model import Promise, PromiseChange, next_checkpoint
from lazo.store.model import Store
from lazo.table import due
from lazo.table.dynamodb import counter_names, keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put, Update
from lazo.table.followups import ChangedMeanwhile
from lazo.timestamps import format_timestamp

KIND = "PROMISE"
LOAD_KEPT_FOR = timedelta(days=30)

_RECORD = Record(Promise)


def get(table: Table, followup_id: str, promise_id: str) -> Promise | None:
    """The promise as it is now (a consistent read), or None."""
    item = table.get(keys.child(followup_id, KIND, promise_id))
    return promise_from_item(item) if item else None


def promises_of_followup(table: Table, followup_id: str) -> list[Promise]:
    """All promises of a follow-up, the first one made first."""
    prefix = keys.child(followup_id, KIND, "")
    return sorted(
        map(promise_from_item, table.query_prefix(prefix.pk, prefix.sk)), key=lambda promise: promise.made_at
    )


def daily_commitments(table: Table, store_id: str, owner: str, first: date) -> dict[date, int]:
    """How many promises the owner has for each day from `first` on, as far as a date that fits is looked for."""
    last = first + SEARCH_WINDOW
    begin, end = (keys.load(store_id, owner, day.isoformat()) for day in (first, last))
    found = table.query_range(begin.pk, begin.sk, end.sk)
    return {date.fromisoformat(keys.day_of_load(Key.key_of(item))): item["n"] for item in found}


def promise_writes(
    changes: Iterable[PromiseChange], store: Store, priority: Priority, now: datetime
) -> list[Put | Update]:
    """The writes of promises made and changed together: each on the condition that nobody changed it since it was read,
    and an owner's day on the condition that it has room; followups.ChangedMeanwhile when that does not hold."""
    every = list(changes)
    return [
        *(_replaced(each) for each in every),
        *(put for each in every for put in _dates(each, store, priority, now)),
        *_loads(every, store),
        *_months(every, store),
    ]


def _replaced(change: PromiseChange) -> Put:
    item, changed = _item(change.after), ChangedMeanwhile(change.after.followup_id)
    if change.before is None:
        return Put(item, condition="attribute_not_exists(pk)", error=changed)
    seen = {":seen": change.before.version}
    return Put(item, condition="version = :seen", values=seen, error=changed)


def _dates(change: PromiseChange, store: Store, priority: Priority, now: datetime) -> Iterator[Put]:
    """The dates of a promise that was made, or has another date. What is set for one that has ended does nothing."""
    before, after = change.before, change.after
    if not after.open or (before and before.due == after.due):
        return
    about, ref = after.followup_id, after.promise_id
    yield due.put_date(about, "promise_due", after.due, priority, ref, promise_id=ref)
    near = at_risk_time(after.due, now, store)
    yield due.put_date(about, "delay_notice", near, priority, ref, promise_id=ref)
    if before is None and (look := next_checkpoint(after, now)):
        yield due.put_date(about, "promise_checkpoint", look, priority, ref, promise_id=ref)


def _loads(changes: Iterable[PromiseChange], store: Store) -> Iterator[Update]:
    """What owners' days gain and lose; a day that gains must have room for it."""
    moved: Counter[tuple[str, date]] = Counter()
    for change in changes:
        for promise, sign in ((change.before, -1), (change.after, 1)):
            if promise and promise.open:
                moved[promise.owner, store.hours.local_date(promise.due)] += sign
    for (owner, day), n in sorted(moved.items()):
        if n == 0:
            continue
        ends = datetime.combine(day + LOAD_KEPT_FOR, time.min, UTC)
        values = {":n": n, ":expires": int(ends.timestamp())}
        room = {":room": store.policy.promises_per_day - n} if n > 0 else {}
        yield Update(
            keys.load(store.store_id, owner, day.isoformat()),
            "SET expires_at = :expires ADD n :n",
            values | room,
            condition="attribute_not_exists(n) OR n <= :room" if room else None,
            error=ChangedMeanwhile(owner),
        )


def _months(changes: Iterable[PromiseChange], store: Store) -> Iterator[Update]:
    """What was made, and what became of what was owed, by owner and month."""
    counted: dict[str, Counter[str]] = {}
    for change in changes:
        for name, at in _counted(change):
            counted.setdefault(f"{store.hours.local_date(at):%Y-%m}", Counter())[name] += 1
    for month, names in sorted(counted.items()):
        listed = sorted(names.items())
        yield Update(
            keys.promises_of_month(store.store_id, month),
            "ADD " + ", ".join(f"#n{number} :n{number}" for number in range(len(listed))),
            {f":n{number}": n for number, (_, n) in enumerate(listed)},
            names={f"#n{number}": name for number, (name, _) in enumerate(listed)},
        )


def _counted(change: PromiseChange) -> Iterator[tuple[str, datetime]]:
    after = change.after
    if change.before is None:
        yield counter_names.promise("made", after.owner), after.made_at
    elif change.before.open and after.settled_at:
        yield counter_names.promise(after.state, after.owner), after.settled_at


def _item(promise: Promise) -> Item:
    key = keys.child(promise.followup_id, KIND, promise.promise_id)
    return {"pk": key.pk, "sk": key.sk, **_RECORD.item(promise), **(_listed(promise) if promise.open else {})}


def _listed(promise: Promise) -> dict[str, str]:
    place = keys.promise_place(format_timestamp(promise.due), promise.followup_id, promise.promise_id)
    return {"list_pk": keys.PROMISES_LIST, "list_at": place}


def promise_from_item(item: Mapping[str, Any]) -> Promise:
    """A promise from its item."""
    return _RECORD.read(item)
