"""The index of everything that has a date: nominates, and never decides."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Item, Key, Put, Table, TransactionRefused, Update
from lazo.timestamps import from_text, to_text

PAGE = 50


def come(table: Table, now: datetime) -> Iterator[Key]:
    """Keys of the items whose date has come: what is urgent first, then what has a high priority, then the others, of
    each the oldest first; one query a partition and page. An item acted on must have left the index, or moved on,
    before the next page is asked for."""
    for partitions in keys.DUE_PARTITIONS:
        yield from _come(table, partitions, now)


def _come(table: Table, partitions: Sequence[str], now: datetime) -> Iterator[Key]:
    open_partitions = list(partitions)
    seen: set[Key] = set()
    while open_partitions:
        for partition in tuple(open_partitions):
            page = table.due_keys(partition, to_text(now), PAGE)
            fresh = [key for key in page if key not in seen]
            seen.update(fresh)
            yield from fresh
            if len(page) < PAGE or not fresh:
                open_partitions.remove(partition)


def get(table: Table, key: Key, now: datetime) -> Item | None:
    """The item at `key` as it is now, if it is there and its date has still come."""
    item = table.get(key)
    return item if item and item.get("due_at", "~") <= to_text(now) else None


def move(
    table: Table,
    key: Key,
    item: Item,
    until: datetime,
    failures: int | None = None,
    more: Sequence[Put | Update] = (),
) -> bool:
    """Look at the item again at `until`, not before, and write what follows with it, all or nothing. False when
    somebody else moved it since it was read: of two sweeps at once, one gets True. TransactionRefused when `more`
    does not hold."""
    write = Update(
        key,
        "SET due_at = :until" + (", due_failures = :failures" if failures is not None else ""),
        {":until": to_text(until), ":failures": failures, ":seen": item["due_at"]},
        condition="due_at = :seen",
    )
    return _change(table, write, more)


def drop(table: Table, key: Key, item: Item, more: Sequence[Put | Update] = ()) -> bool:
    """Take the item out of the index, and write what follows with it, all or nothing. False and TransactionRefused as
    for `move`."""
    write = Update(key, "REMOVE due_pk, due_at", {":seen": item["due_at"]}, condition="due_at = :seen")
    return _change(table, write, more)


def bring_forward(table: Table, key: Key, now: datetime) -> bool:
    """Have the next sweep look at the item, as if it had never failed; False when it has no date any more."""
    write = Update(
        key,
        "SET due_at = :now, due_failures = :none, failed_after = :none",
        {":now": to_text(now), ":none": 0},
        condition="attribute_exists(due_at)",
    )
    try:
        table.update(write)
    except ConditionFailed:
        return False
    return True


def failed_after(table: Table, key: Key) -> int:
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


def lag(item: Item, now: datetime) -> float:
    """For how many seconds the item has been due."""
    return (now - from_text(item["due_at"])).total_seconds()


def _change(table: Table, write: Update, more: Sequence[Put | Update]) -> bool:
    try:
        if more:
            table.transact([write, *more])
        else:
            table.update(write)
    except ConditionFailed:
        return False
    except TransactionRefused as refused:
        if refused.failed[0]:
            return False
        raise
    return True
