"""The index `due` of everything that has a date: it finds candidates, and never decides.

A follow-up's deadline is on its own item. Each other date is an item: its key says what it is for, its values for which
state of the follow-up it was set; the sweep checks whether that still holds. Setting a date again moves it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from lazo.followup import deadlines
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Item, Key, Put, Update, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

PAGE = 50


def due_item_keys(table: Table, now: datetime) -> Iterator[Key]:
    """Yield keys of the items that are due: urgent ones, then high priority, then the others, oldest first in each; one
    query per partition and page. The caller must complete or reschedule the items of a page before it takes more."""
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
    """Return the current item at `key` if it is still due, else None."""
    item = table.get(key)
    return item if item and item.get("due_at", "~") <= format_timestamp(now) else None


class MovedMeanwhile(Exception):
    """Somebody else moved the item, or removed it from the index, since it was read."""


def reschedule(
    table: Table,
    key: Key,
    item: Item,
    until: datetime,
    failures: int | None = None,
    more: Sequence[Put | Update | Delete] = (),
) -> bool:
    """Move the item to `until`, and write `more`, all or nothing. Returns False if somebody else moved it since it was
    read: of two concurrent sweeps, one gets True. Raises the error of a write in `more` whose condition fails."""
    write = Update(
        key,
        "SET due_at = :until" + (", due_failures = :failures" if failures is not None else ""),
        {":until": format_timestamp(until), ":failures": failures, ":seen": item["due_at"]},
        condition="due_at = :seen",
        error=MovedMeanwhile(),
    )
    return _change(table, write, more)


def complete(table: Table, key: Key, item: Item, more: Sequence[Put | Update] = ()) -> bool:
    """Remove the item from the index, and write `more`, all or nothing. Returns and raises as `reschedule`."""
    seen = {":seen": item["due_at"]}
    write = Update(key, "REMOVE due_pk, due_at", seen, condition="due_at = :seen", error=MovedMeanwhile())
    return _change(table, write, more)


def bring_forward(table: Table, key: Key, now: datetime) -> bool:
    """Make the item due now, and reset its failures. Returns False if it has no date."""
    reset = {"due_at": format_timestamp(now), "due_failures": 0, "failed_after": 0}
    return table.update_if(set_attributes(key, reset, condition="attribute_exists(due_at)")) is not None


def count_failure_after_move(table: Table, key: Key) -> int:
    """Count a failure of a step that follows once the item was moved. Returns the count so far, 0 if the item has no
    date."""
    write = Update(
        key,
        "ADD failed_after :one",
        {":one": 1},
        condition="attribute_exists(due_pk) AND attribute_exists(due_at)",
    )
    return int((table.update_if(write) or {"failed_after": 0})["failed_after"])


def overdue_seconds(item: Item, now: datetime) -> float:
    """Return for how many seconds the item has been due."""
    return (now - parse_timestamp(item["due_at"])).total_seconds()


def _change(table: Table, write: Update, more: Sequence[Put | Update | Delete]) -> bool:
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
    """Return the write that sets a date. `ref` makes the key unique among dates of one kind; `values` are plain."""
    key = keys.date(followup_id, kind, ref)
    due = {"due_pk": keys.due_partition(key, priority), "due_at": format_timestamp(at)}
    return Put(key.item(followup_id=followup_id, **values, **due))


def reminder_dates(after: FollowUp, store: Store, now: datetime) -> Iterator[Put]:
    """Yield the write of the date to remind of the follow-up's deadline, if there is one."""
    at = deadlines.reminder_time(after, store, now)
    if at and after.deadline:
        yield put_date(
            after.followup_id, "reminder", at, after.priority, deadline=format_timestamp(after.deadline)
        )


def retention_date(opened: FollowUp, store: Store) -> Put:
    """Return the date on which to remove personal data from a follow-up that no answer opened."""
    at = opened.opened_at + timedelta(days=store.policy.retention_days)
    return put_date(opened.followup_id, "retention", at)


def is_date_of_followup(key: Key) -> bool:
    """Whether `key` is that of a date of a follow-up, of any kind."""
    return key.sk.startswith(keys.DATE_PREFIX) and key.pk.startswith(keys.followup("").pk)


def is_date(key: Key, kind: str) -> bool:
    """Whether `key` is that of a date of this kind."""
    return keys.is_date(key, kind)
