"""Read when the answers of a day came, and their scores, by touchpoint; and how many are being written now."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from lazo import ids
from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.timestamps import parse_timestamp

_OLDEST_PAGE: Final = timedelta(hours=2)
"""An answer has the id that its page was served with: so much before the day those pages are looked for."""
_CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)
"""How far a client's clock, and so an id, may be ahead."""
_LAST_IN_MILLISECOND: Final = b"\xff" * ids.ENTROPY_BYTES


def times_and_scores(table: Table, store: Store, day: date) -> dict[str, list[tuple[datetime, int]]]:
    """Return time and score of each answer of a day by the store's calendar, by touchpoint (its code): suspect ones
    too, without those that are not finished or are restricted. One query for each 1 MB."""
    zone = ZoneInfo(store.timezone)
    begins = datetime.combine(day, time(), zone)
    ends = datetime.combine(day + timedelta(days=1), time(), zone)
    first = keys.answer(store.store_id, ids.new_ulid(begins - _OLDEST_PAGE, bytes(ids.ENTROPY_BYTES)))
    last = keys.answer(store.store_id, ids.new_ulid(ends, _LAST_IN_MILLISECOND))
    found: defaultdict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for item in table.query_attributes(first, last, ["code", "at", "score", "provisional", "restricted_at"]):
        at = parse_timestamp(item["at"])
        if begins <= at < ends and not item.keys() & {"provisional", "restricted_at"}:
            found[item["code"]].append((at, item["score"]))
    return dict(found)


def count_provisional(table: Table, store_id: str, now: datetime) -> int:
    """Return of how many answers of a store only the first tap has come, on pages served in the last two hours. One
    query for each 1 MB; eventually consistent."""
    first = keys.answer(store_id, ids.new_ulid(now - _OLDEST_PAGE, bytes(ids.ENTROPY_BYTES)))
    last = keys.answer(store_id, ids.new_ulid(now + _CLOCKS_DIFFER_BY, _LAST_IN_MILLISECOND))
    return sum(
        item.get("provisional", False) for item in table.query_attributes(first, last, ["provisional"])
    )
