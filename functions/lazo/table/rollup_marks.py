"""Mark counters that changed, so that the sweep rolls up their month (`lazo.table.rollups`).

The mark is a date of the counters' own item, set by the write that changes them: whatever changes a day, however late,
is rolled up. `changes` grows with each write, so that a roll-up never takes away a mark that it has not read.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from lazo.table.dynamodb import keys
from lazo.table.dynamodb.writes import Key, Update, add_counts
from lazo.timestamps import format_timestamp

ROLL_UP_AFTER: Final = timedelta(hours=1)
"""Figures of several stores are at most so old, and a sweep. A shorter time costs more: a roll-up reads the month."""

MARK: Final = "due_pk = if_not_exists(due_pk, :due_pk), due_at = if_not_exists(due_at, :due_at)"
"""What sets a mark in an update expression, unless there is one; `ADD changes :one` belongs to it."""


def mark_values(key: Key, now: datetime) -> dict[str, str | int]:
    """Return the values of MARK and `:one` for the item at `key`."""
    due_at = format_timestamp(now + ROLL_UP_AFTER)
    return {":due_pk": keys.due_partition(key, "figures"), ":due_at": due_at, ":one": 1}


def add_counts_and_mark(key: Key, counts: Mapping[str, int], now: datetime) -> Update:
    """Return the write that adds to counters of a store's day or month, by attribute, and marks it."""
    added = add_counts(key, counts)
    expression = f"SET {MARK} {added.expression}, changes :one"
    return Update(key, expression, {**added.values, **mark_values(key, now)}, names=added.names)
