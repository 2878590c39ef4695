"""Cases whose customers agreed to hear of improvements, in the table, and whom an improvement was told to.

The cases are listed when somebody marks them. Whether the customer still wants to hear of it, is decided by the case.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from lazo.followup.model import FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.table.dynamodb import customer_partition, improvement_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Key, Put, Update, set_attributes
from lazo.timestamps import format_timestamp

TOLD_KEPT_FOR: Final = timedelta(days=366)
"""Longer than an improvement is told."""


class ToldBefore(Exception):
    """The customer was told of this improvement."""


def interest_puts(before: FollowUp, after: FollowUp) -> list[Put]:
    """Return the write that lists a case when its customer agrees to hear of improvements."""
    if before.interested or not after.interested:
        return []
    key = improvement_keys.interested(after.store_id, after.followup_id)
    return [Put(key.item(store_id=after.store_id, followup_id=after.followup_id))]


def interest_deletes(table: Table, about: FollowUp) -> list[Delete]:
    """Return the write that takes a case out of the list, if it is there."""
    key = improvement_keys.interested(about.store_id, about.followup_id)
    return [Delete(key)] if table.get(key) else []


def next_interested(
    table: Table, store_ids: tuple[str, ...], came_to: str, most: int
) -> tuple[list[tuple[str, str]], str | None]:
    """Return the ids of store and follow-up of up to `most` cases of these stores (of all if there are none), after
    where the last call `came_to` ("" for the first), and where this one came to; None if no more follow."""
    found: list[Key] = []
    for first, last in improvement_keys.interested_ranges(store_ids):
        begin = max(first.sk, f"{came_to}!" if came_to else "")
        if begin > last.sk:
            continue
        items, stopped = table.query_range(Key(first.pk, begin), last, most - len(found))
        found += map(Key.key_of, items)
        if stopped or len(found) == most:
            break
    ids = [improvement_keys.interested_ids(key) for key in found]
    return ids, found[-1].sk if len(found) == most else None


def was_told(table: Table, customer_keys: Sequence[str], improvement_id: str) -> bool:
    """Whether a customer was told of an improvement, by any of their keys."""
    return any(table.get(customer_partition.told_improvement(key, improvement_id)) for key in customer_keys)


def told_writes(message: CustomerMessage, improvement_id: str, now: datetime) -> Iterator[Put | Update]:
    """Yield the writes that record, and count, that a message tells its customer of an improvement. Their error is
    ToldBefore."""
    expires = int((now + TOLD_KEPT_FOR).timestamp())
    for key in message.customer_keys:
        marker = customer_partition.told_improvement(key, improvement_id).item(expires_at=expires)
        yield Put(marker, condition="attribute_not_exists(pk)", error=ToldBefore(improvement_id))
    yield Update(improvement_keys.customers_count(improvement_id), "ADD n :one", {":one": 1})


def move_telling(table: Table, improvement_id: str, came_to: str, due_at: datetime, *, waiting: bool) -> None:
    """Record how far telling came, when it goes on, and whether anybody whom it came past has to wait."""
    moved = {"came_to": came_to, "waiting": waiting, "due_at": format_timestamp(due_at)}
    table.update(set_attributes(improvement_keys.telling(improvement_id), moved))


def end_telling(table: Table, improvement_id: str) -> None:
    """Take the date out of the index: everybody is told who is to be."""
    table.update(
        Update(improvement_keys.telling(improvement_id), "REMOVE due_pk, due_at, came_to, waiting", {})
    )
