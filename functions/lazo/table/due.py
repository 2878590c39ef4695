"""The index of everything that has a date: it nominates, and never decides.

A follow-up's deadline stands on its own item. Each further date is an item: its key says what it is for, its values for
which state of the follow-up it was set; whether that still holds is asked when the date comes. Setting it again moves
it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from lazo.followup import deadlines
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Table
from lazo.table.dynamodb.writes import Item, Key, Put, Update
from lazo.timestamps import format_timestamp, parse_timestamp

PAGE = 50


def due_item_keys(table: Table, now: datetime) -> Iterator[Key]:
    """Keys of the items whose date has come: what is urgent first, then what has a high priority, then the others, of
    each the oldest first; one query a partition and page. An item acted on must have left the index, or moved on,
    before the next page is asked for."""
    for partitions in keys.DUE_PARTITIONS:
        yield from _due_in_partitions(table, partitions, now)


def _due_in_partitions(table: Table, partitions: Sequence[str], now: datetime) -> Iterator[Key]:
    open_partitions = list(partitions)
    seen: set[Key] = set()
    while open_partitions:
        for partition in tuple(open_partitions):
            page = table.due_keys(partition, format_timestamp(now), PAGE)
            fresh = [key for key in page if key not in seen]
            seen.update(fresh)
            yield from fresh
            if len(page) < PAGE or not fresh:
                open_partitions.remove(partition)


def get_due_item(table: Table, key: Key, now: datetime) -> Item | None:
    """The item at `key` as it is now, if it is there and its date has still come."""
    item = table.get(key)
    return item if item and item.get("due_at", "~") <= format_timestamp(now) else None


class MovedMeanwhile(Exception):
    """Somebody else moved the item, or took it out of the index, since it was read."""


def reschedule(
    table: Table,
    key: Key,
    item: Item,
    until: datetime,
    failures: int | None = None,
    more: Sequence[Put | Update] = (),
) -> bool:
    """Look at the item again at `until`, not before, and write what follows with it, all or nothing. False when
    somebody else moved it since it was read: of two sweeps at once, one gets True. Raises what `more` means when that
    does not hold."""
    write = Update(
        key,
        "SET due_at = :until" + (", due_failures = :failures" if failures is not None else ""),
        {":until": format_timestamp(until), ":failures": failures, ":seen": item["due_at"]},
        condition="due_at = :seen",
        error=MovedMeanwhile(),
    )
    return _change(table, write, more)


def complete(table: Table, key: Key, item: Item, more: Sequence[Put | Update] = ()) -> bool:
    """Take the item out of the index, and write what follows with it, all or nothing. Returns and raises as `move`
    does."""
    seen = {":seen": item["due_at"]}
    write = Update(key, "REMOVE due_pk, due_at", seen, condition="due_at = :seen", error=MovedMeanwhile())
    return _change(table, write, more)


def bring_forward(table: Table, key: Key, now: datetime) -> bool:
    """Have the next sweep look at the item, as if it had never failed; False when it has no date any more."""
    write = Update(
        key,
        "SET due_at = :now, due_failures = :none, failed_after = :none",
        {":now": format_timestamp(now), ":none": 0},
        condition="attribute_exists(due_at)",
    )
    try:
        table.update(write)
    except ConditionFailed:
        return False
    return True


def count_failure_after_move(table: Table, key: Key) -> int:
    """Count that what follows an item failed once it had been moved on; how often that was so far, 0 when the item
    has no date any more."""
    write = Update(
        key,
        "ADD failed_after :one",
        {":one": 1},
        condition="attribute_exists(due_pk) AND attribute_exists(due_at)",
    )
    try:
        return int(table.update(write)["failed_after"])
    except ConditionFailed:
        return 0


def overdue_seconds(item: Item, now: datetime) -> float:
    """For how many seconds the item has been due."""
    return (now - parse_timestamp(item["due_at"])).total_seconds()


def _change(table: Table, write: Update, more: Sequence[Put | Update]) -> bool:
    try:
        if more:
            table.transact([write, *more])
        else:
            table.update(write)
    except MovedMeanwhile:
        return False
    return True


def put_date(
    followup_id: str, kind: str, at: datetime, priority: str = "normal", ref: str = "", **values: Any
) -> Put:
    """The write that sets a date; `ref` tells several of one kind apart, `values` are plain."""
    key = keys.date(followup_id, kind, ref)
    return Put(
        {
            "pk": key.pk,
            "sk": key.sk,
            "followup_id": followup_id,
            **values,
            "due_pk": keys.due_partition(key, priority),
            "due_at": format_timestamp(at),
        }
    )


def reminder_dates(after: FollowUp, store: Store, now: datetime) -> Iterator[Put]:
    """The write of the date at which whoever has to meet the follow-up's deadline is reminded of it, if there is
    one."""
    at = deadlines.reminder_time(after, store, now)
    if at and after.deadline:
        yield put_date(
            after.followup_id, "reminder", at, after.priority, deadline=format_timestamp(after.deadline)
        )


def retention_date(opened: FollowUp, store: Store) -> Put:
    """The date on which what tells of somebody is removed from a follow-up that no answer opened."""
    at = opened.opened_at + timedelta(days=store.policy.retention_days)
    return put_date(opened.followup_id, "retention", at)


def is_date(key: Key, kind: str) -> bool:
    """Whether a date of this kind stands at `key`."""
    return keys.is_date(key, kind)
