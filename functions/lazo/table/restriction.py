"""Restrict the use of a customer's data, and lift that, in rounds that may be repeated.

A restricted answer or follow-up is marked. Whoever reads a marked answer gets it without its content
(`lazo.table.answers`), a marked follow-up has ended until the mark is removed (`lazo.followup.model`), and the dates of
its partition wait. An answer given after the request is another matter, and not marked.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final

from lazo.followup import lifecycle
from lazo.followup import model as followup
from lazo.store.model import Store
from lazo.table import answers, customer_rights, due, erasure, followups, retention
from lazo.table.customer_rights import Way
from lazo.table.dynamodb import customer_partition, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Update, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

MOST_ITEMS: Final = 1000
"""Answers and follow-ups of one key that are looked through, the newest."""
REPEATED_FOR: Final = timedelta(minutes=5)
"""For this long after the request, rounds go on: an index is behind by moments."""

FindStore = Callable[[str | None], Store | None]


def restrict(table: Table, customer_keys: Sequence[str], way: Way, now: datetime) -> None:
    """Store that what was left with these keys until now may only be stored; rounds apply it."""
    table.transact([customer_rights.restriction_update(key, True, way, now) for key in customer_keys])


def lift(table: Table, customer_keys: Sequence[str], way: Way, now: datetime) -> None:
    """Store that what was left with these keys may be used again; rounds apply it."""
    table.transact([customer_rights.restriction_update(key, False, way, now) for key in customer_keys])


def restriction_round(table: Table, customer_key: str, find_store: FindStore, now: datetime) -> int:
    """Do one round for a key. Returns how many answers and follow-ups were marked, or unmarked; with none, and when no
    more can come, completes it. Raises followups.ChangedMeanwhile if one was changed meanwhile."""
    item = table.get(customer_partition.customer_rights(customer_key))
    if item is None or "due_at" not in item:
        return 0
    restricted_at = customer_rights.rights_from_item(item).restricted_at
    asked_at = parse_timestamp(item["asked_at"])
    if restricted_at:
        steps = _marks(table, customer_key, restricted_at, now)
    else:
        steps = _unmarks(table, customer_key, find_store, now)
    changed = sum(1 for step in islice(steps, erasure.ROUND_SIZE) if step())
    if not changed and now - asked_at >= REPEATED_FOR:
        _complete(table, customer_key, item)
    return changed


def _complete(table: Table, customer_key: str, item: Item) -> None:
    seen = {":seen": item["asked_at"]}
    done = Update(
        customer_partition.customer_rights(customer_key),
        "REMOVE due_pk, due_at",
        seen,
        condition="asked_at = :seen",
    )
    table.update_if(done)


Step = Callable[[], bool]
"""Marks or unmarks one thing. Returns whether anything was written."""


def _marks(table: Table, customer_key: str, at: datetime, now: datetime) -> Iterator[Step]:
    for item in erasure.items_left(table, customer_key, MOST_ITEMS):
        if _given_at(item) <= format_timestamp(at) and "restricted_at" not in item:
            yield partial(_mark, table, item, now)


def _mark(table: Table, item: Item, now: datetime) -> bool:
    # The answer goes last: the next round finds it again if this one is interrupted.
    marked = _mark_followup(table, _followup_id(item), now)
    return _mark_answer(table, item, now) or marked


def _mark_followup(table: Table, followup_id: str, now: datetime) -> bool:
    before = followups.get_followup(table, followup_id)
    if before is None or before.restricted_at or before.erased_at:
        return False
    followups.replace_followup(table, before, lifecycle.restrict(before, now))
    return True


def _mark_answer(table: Table, item: Item, now: datetime) -> bool:
    if not _is_answer(item):
        return False
    write = set_attributes(
        Key.key_of(item),
        {"restricted_at": format_timestamp(now)},
        # One that is not classified waits until the restriction is lifted.
        "REMOVE due_pk, due_at, source_mark",
        condition="attribute_exists(pk) AND attribute_not_exists(erased_at)",
    )
    return table.update_if(write) is not None


def _unmarks(table: Table, customer_key: str, find_store: FindStore, now: datetime) -> Iterator[Step]:
    for item in erasure.items_left(table, customer_key, MOST_ITEMS):
        store = find_store(item["store_id"]) if "restricted_at" in item else None
        if store and not _restricted_by_another(table, item, customer_key):
            yield partial(_unmark, table, item, store, now)


def _unmark(table: Table, item: Item, store: Store, now: datetime) -> bool:
    unmarked = _unmark_followup(table, _followup_id(item), store, now)
    return _unmark_answer(table, item, store, now) or unmarked


def _unmark_followup(table: Table, followup_id: str, store: Store, now: datetime) -> bool:
    before = followups.get_followup(table, followup_id)
    if before is None or before.restricted_at is None:
        return False
    after = lifecycle.lift_restriction(before, store, now)
    followups.replace_followup(table, before, after, more=list(due.reminder_dates(after, store, now)))
    return True


def _unmark_answer(table: Table, item: Item, store: Store, now: datetime) -> bool:
    if not _is_answer(item):
        return False
    key = Key.key_of(item)
    answer = answers.answer_from_item(item, whole=True)
    condition, values = "attribute_exists(restricted_at)", {}
    if answer.classification is None:
        values = {":due": keys.due_partition(key), ":now": format_timestamp(now)}
    due_again = "SET due_pk = :due, due_at = :now " if values else ""
    if table.update_if(Update(key, f"{due_again}REMOVE restricted_at", values, condition)) is None:
        return False
    retention.remove_if_too_old(table, item, store, now)
    return True


def _restricted_by_another(table: Table, item: Item, customer_key: str) -> bool:
    answer = item if _is_answer(item) else _answer_of(table, item)
    others = erasure.keys_of(answer or item) - {customer_key}
    return customer_rights.rights_of(table, others).restricted_at is not None


def _answer_of(table: Table, item: Item) -> Item | None:
    ulid = item.get("answer_ulid")
    return table.get(keys.answer(item["store_id"], ulid)) if ulid else None


def _followup_id(item: Item) -> str:
    return (
        followup.followup_id_for(item["store_id"], item["ulid"]) if _is_answer(item) else item["followup_id"]
    )


def _is_answer(item: Item) -> bool:
    return answers.is_answer(Key.key_of(item))


def _given_at(item: Item) -> str:
    return str(item.get("answered_at", item.get("at", "")))
