"""Improvements in the table, listed by the day from which they hold, and whom they are told to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from lazo.insight.improvements import Improvement, newest_first
from lazo.table.dynamodb import improvement_keys, keys, listing
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put
from lazo.table.published_improvements import move_publication
from lazo.timestamps import format_timestamp

PAGE: Final = 20
_LOOKED_AT: Final = 100
"""Positions of one query: as many as one batch reads."""
_QUERIES: Final = 5
"""Queries of one page, for readers who see few of all improvements."""
_RECORD: Final = Record(Improvement, sparse=("store_ids", "form_id"))


class ImprovementChanged(Exception):
    """Somebody else changed the improvement since it was read."""


@dataclass(frozen=True, slots=True)
class ImprovementPage:
    """Improvements, the newest first. `cursor`: where the next page begins, None if there can be no more."""

    improvements: tuple[Improvement, ...]
    cursor: str | None


def get_improvement(table: Table, improvement_id: str) -> Improvement | None:
    """Return the improvement (a consistent read), or None."""
    item = table.get(improvement_keys.improvement(improvement_id))
    return _from_item(item) if item else None


def get_improvements(table: Table, improvement_ids: Iterable[str]) -> list[Improvement]:
    """Return the improvements with these ids, the newest first; one batch per hundred."""
    found = table.batch_get(improvement_keys.improvement(each) for each in improvement_ids)
    return newest_first(map(_from_item, found.values()))


def every_improvement_id(table: Table) -> list[str]:
    """Return the ids of all improvements, by the day from which they hold."""
    rows = table.every_entry(listing.IMPROVEMENTS_LIST)
    return [listing.improvement_id_at(row["list_at"]) for row in rows]


def save_improvement(table: Table, before: Improvement | None, after: Improvement, now: datetime) -> None:
    """Write an improvement that is new (`before` is None) or replaces `before`, and publish or withdraw it where that
    changes, all or nothing. When it is published, customers are told from `now` on.

    Raises ImprovementChanged if it is not as in `before` any more.
    """
    changed = ImprovementChanged(after.improvement_id)
    seen = "version = :seen" if before else "attribute_not_exists(pk)"
    values = {":seen": before.version} if before else None
    places = (_published_at(before) if before else [], _published_at(after))
    newly = after.published_at is not None and (before is None or before.published_at is None)
    table.transact(
        [
            Put(_item(after), condition=seen, values=values, error=changed),
            *move_publication(after.improvement_id, *places),
            *([_telling_put(after, now)] if newly else []),
        ]
    )


def list_improvements(
    table: Table, is_visible: Callable[[Improvement], bool], after: str | None = None
) -> ImprovementPage:
    """Return a page of the improvements that are visible, the newest first, from the first or after the cursor `after`.
    A short page with a cursor means that the search stopped early. An invalid cursor starts from the first."""
    found: list[Improvement] = []
    last = parse_cursor(after) or "~"
    for _ in range(_QUERIES):
        rows, stopped = table.query_listing(
            listing.IMPROVEMENTS_LIST, "0", last, limit=_LOOKED_AT, newest_first=True
        )
        positions = [row["list_at"] for row in rows if row["list_at"] != last]
        for each in _at(table, positions):
            if not is_visible(each):
                continue
            if len(found) == PAGE:
                return ImprovementPage(tuple(found), _position(found[-1]))
            found.append(each)
        if stopped is None:
            return ImprovementPage(tuple(found), None)
        last = stopped
    return ImprovementPage(tuple(found), last)


def published_between(table: Table, first: date, last: date) -> list[Improvement]:
    """Return what is published and holds since a day from `first` to `last`, the newest first."""
    begin, end = f"{first.isoformat()}#", f"{last.isoformat()}#~"
    positions = [row["list_at"] for row in table.every_entry(listing.IMPROVEMENTS_LIST, begin, end)]
    return [each for each in _at(table, positions) if each.published_at]


def parse_cursor(text: str | None) -> str | None:
    """Return untrusted `text` if it is a position to begin a page at, else None."""
    return text if text and listing.is_improvement_position(text) else None


def _at(table: Table, positions: Iterable[str]) -> Iterator[Improvement]:
    """Yield the improvements at these positions, the newest first, without those that have moved."""
    listed = {listing.improvement_id_at(each): each for each in positions}
    for found in get_improvements(table, listed):
        if _position(found) == listed[found.improvement_id]:
            yield found


def _published_at(improvement: Improvement) -> list[Key]:
    if improvement.published_at is None:
        return []
    if improvement.store_ids:
        return [improvement_keys.published_in_store(store_id) for store_id in improvement.store_ids]
    return [improvement_keys.published_in_brand(improvement.brand)]


def _telling_put(improvement: Improvement, now: datetime) -> Put:
    key = improvement_keys.telling(improvement.improvement_id)
    due = {"due_pk": keys.due_partition(key), "due_at": format_timestamp(now)}
    return Put(key.item(improvement_id=improvement.improvement_id, **due))


def _position(improvement: Improvement) -> str:
    return listing.improvement_position(improvement.in_place_from.isoformat(), improvement.improvement_id)


def _item(improvement: Improvement) -> dict[str, Any]:
    listed = {"list_pk": listing.IMPROVEMENTS_LIST, "list_at": _position(improvement)}
    key = improvement_keys.improvement(improvement.improvement_id)
    return key.item(**_RECORD.item(improvement), **listed)


def _from_item(item: Mapping[str, Any]) -> Improvement:
    return _RECORD.read({"store_ids": [], **item})
