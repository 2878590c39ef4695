"""Look at what rises in all stores once a week, in two steps.

On its Sunday night each store writes its weeks into the partition of the week (`store_weeks_put`, by
`lazo.table.nightly_looks`). Once every store of the world has had its Sunday morning, one look reads that partition
and writes all that it found into one item. It waits for late stores until `WAIT_UNTIL`, then looks at what is there. A
look is never repeated: each one may be wrong by chance, and their number is what chance is judged by.
"""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from lazo.insight.rising_look import RisingLook, StoreWeeks, find_rising
from lazo.insight.rising_themes import ThemeCounts
from lazo.table.dynamodb import figure_keys, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put, Update, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

READY: Final = time(12)
"""When every time zone has ended its Saturday: on Sunday, in UTC."""
WAIT_UNTIL: Final = time(18)
"""When the look does without stores that are late, on Sunday in UTC: before the earliest store opens on Monday."""
WEEKS_KEPT_FOR: Final = timedelta(days=35)
FLAGS_AT_MOST: Final = 800
"""Of stores, and as many of brands, the most certain: some 350 KB of the 400 KB that an item may have."""


def store_weeks_put(weeks: StoreWeeks, week: date) -> Put:
    """Return the write of a store's weeks up to `week`: one text, since nothing adds to it."""
    counts = {"answers": weeks.answers, "complaints": weeks.complaints}
    ends = datetime.combine(week, time(), UTC)
    item = figure_keys.store_weeks(week.isoformat(), weeks.store_id).item(
        brand=weeks.brand,
        counts=json.dumps(counts, separators=(",", ":")),
        expires_at=int((ends + WEEKS_KEPT_FOR).timestamp()),
    )
    return Put(item)


def look_date(week: date, now: datetime) -> Update:
    """Return the write that sets the date of the look at the weeks up to `week`, unless it has one."""
    key = figure_keys.rising_look(week.isoformat())
    at = max(now, _on_sunday(week, READY))
    return Update(
        key,
        "SET due_pk = if_not_exists(due_pk, :due_pk), due_at = if_not_exists(due_at, :at)",
        {":due_pk": keys.due_partition(key, "figures"), ":at": format_timestamp(at)},
    )


def was_looked_at(table: Table, week: date) -> bool:
    """Return whether the look at the weeks up to `week` was taken."""
    return "looked_at" in (table.get(figure_keys.rising_look(week.isoformat())) or {})


def is_too_late_to_wait(week: date, now: datetime) -> bool:
    """Return whether the look does without stores that are late."""
    return now >= _on_sunday(week, WAIT_UNTIL)


def all_store_weeks(table: Table, week: date) -> list[StoreWeeks]:
    """Return the weeks of all stores that have written them. One query for each 1 MB, about 1,000 stores."""
    return [
        _store_weeks(item) for item in table.query_prefix(figure_keys.store_weeks(week.isoformat(), "").pk)
    ]


def take_look(table: Table, item: Item, stores: list[StoreWeeks], of_stores: int, now: datetime) -> bool:
    """Look at the stores' weeks, and write what rises into the look's `item`, which is then no longer due. Returns
    False if another sweep has."""
    in_stores, in_brands = find_rising(stores)
    found = {
        "in_stores": [asdict(each) for each in in_stores[:FLAGS_AT_MOST]],
        "in_brands": [asdict(each) for each in in_brands[:FLAGS_AT_MOST]],
    }
    write = set_attributes(
        Key.key_of(item),
        {
            "found": json.dumps(found, separators=(",", ":"), ensure_ascii=False),
            "stores": len(stores),
            "of_stores": of_stores,
            "looked_at": format_timestamp(now),
        },
        "REMOVE due_pk, due_at",
        condition="due_at = :seen",
        values={":seen": item["due_at"]},
    )
    return table.update_if(write) is not None


def look_from_item(item: Item) -> RisingLook:
    """Return the look of an item that has been taken."""
    found = json.loads(item["found"])
    return RisingLook(
        week=week_from_item(item),
        looked_at=parse_timestamp(item["looked_at"]),
        stores=item["stores"],
        of_stores=item["of_stores"],
        in_stores=tuple(ThemeCounts(**each) for each in found["in_stores"]),
        in_brands=tuple(ThemeCounts(**each) for each in found["in_brands"]),
    )


def week_from_item(item: Item) -> date:
    """Return the last day of the weeks of a look's item."""
    return date.fromisoformat(figure_keys.week_of_look(Key.key_of(item)))


def _on_sunday(week: date, at: time) -> datetime:
    return datetime.combine(week + timedelta(days=1), at, UTC)


def _store_weeks(item: Item) -> StoreWeeks:
    counts = json.loads(item["counts"])
    store_id = figure_keys.store_of_month(Key.key_of(item))
    return StoreWeeks(store_id, item["brand"], counts["answers"], counts["complaints"])
