"""The weeks of stores, each in one small item: written once the week is over, so that a digest of thousands of stores
reads one partition. What is counted later (an answer that arrives late, an erasure) is not in it."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from lazo.insight.answer_counts import total_counts
from lazo.insight.bands import BandCounts
from lazo.insight.response_rate import VisitorFigures, visitor_figures
from lazo.insight.week_figures import WeekFigures
from lazo.insight.weeks import Week
from lazo.promise.kept_rate import PromiseFigures
from lazo.table.counted_names import bands_in
from lazo.table.dynamodb import figure_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put
from lazo.table.views import answer_counts
from lazo.table.visitors import visitors_by_day, visitors_in
from lazo.table.week_counts import done_in_week
from lazo.timestamps import format_timestamp, parse_timestamp

BATCHED: Final = 300
"""Up to so many stores are read by batches of a hundred; more by a query of the week, 1 MB for some 5,000 stores."""


@dataclass(frozen=True, slots=True)
class CountedWeek:
    """A store's week as it was counted at `read_at`. `praise`: the ULIDs of answers whose words may be read to others,
    the most telling first."""

    figures: WeekFigures
    praise: tuple[str, ...]
    read_at: datetime


def count_week(table: Table, store_id: str, week: Week) -> WeekFigures:
    """Return the figures of a store's week as they are now: a query of its days and two batches."""
    days = answer_counts.counts_by_day(table, store_id, week.monday, week.sunday)
    total = total_counts(days.values())
    solved, promises = done_in_week(table, store_id, week)
    months = dict.fromkeys(f"{day:%Y-%m}" for day in (week.monday, week.sunday))
    entered = visitors_by_day(table, store_id, months)
    visitors = visitor_figures(
        {day: counts.bands for day, counts in days.items()},
        {day: n for day, n in entered.items() if week.monday <= day <= week.sunday},
    )
    return WeekFigures(total.bands, total.suspect, solved, promises, visitors)


def visitors_of_week(table: Table, store_ids: Iterable[str], week: Week) -> dict[str, VisitorFigures]:
    """Return the visitors of each store in a week as they are entered now, without stores that have none; one batch for
    eleven stores."""
    days = [week.monday + timedelta(days=n) for n in range(7)]
    months = sorted({f"{day:%Y-%m}" for day in days})
    keys = {
        store_id: (
            [figure_keys.day(store_id, day) for day in days],
            [figure_keys.visitors_of_month(store_id, month) for month in months],
        )
        for store_id in store_ids
    }
    items = table.batch_get(key for of_store in keys.values() for some in of_store for key in some)
    found: dict[str, VisitorFigures] = {}
    for store_id, (of_days, of_months) in keys.items():
        bands = {day: bands_in(items[key]) for day, key in zip(days, of_days, strict=True) if key in items}
        entered = {
            day: n
            for key in of_months
            if key in items
            for day, n in visitors_in(items[key]).items()
            if day in days
        }
        if entered:
            found[store_id] = visitor_figures(bands, entered)
    return found


def has_answers_by(table: Table, store_id: str, day: date) -> bool:
    """Return whether a store had counted any answer by the end of a day of its calendar. One query."""
    first, last = figure_keys.day(store_id, date.min), figure_keys.day(store_id, day)
    return bool(table.query_range(first, last, 1)[0])


def week_put(store_id: str, week: Week, figures: WeekFigures, praise: Iterable[str], now: datetime) -> Put:
    """Return the write of a store's week."""
    bands, promises = figures.bands, figures.promises
    counts: dict[str, Any] = {
        "bands": [bands.promoters, bands.passives, bands.detractors],
        "suspect": figures.suspect,
        "solved": figures.solved,
        "promises": [promises.kept, promises.late, promises.broken],
    }
    if figures.visitors.visitors:
        answered = figures.visitors.bands
        counts["visitors"] = [
            figures.visitors.visitors,
            answered.promoters,
            answered.passives,
            answered.detractors,
        ]
    key = figure_keys.store_week(store_id, str(week))
    text = json.dumps(counts, separators=(",", ":"))
    return Put(key.item(counts=text, praise=list(praise), read_at=format_timestamp(now)))


def counted_weeks(table: Table, store_ids: Collection[str], week: Week) -> dict[str, CountedWeek]:
    """Return the week of each store that has one: a batch for each hundred, or a query for each 1 MB of the week."""
    if len(store_ids) <= BATCHED:
        wanted = [figure_keys.store_week(store_id, str(week)) for store_id in store_ids]
        items: Iterable[Item] = table.batch_get(wanted).values() if wanted else ()
    else:
        items = table.query_prefix(figure_keys.store_week("", str(week)).pk)
    found = {figure_keys.store_of_week(Key.key_of(item)): _store_week(item) for item in items}
    return {store_id: found[store_id] for store_id in store_ids if store_id in found}


def _store_week(item: Item) -> CountedWeek:
    counts: dict[str, Any] = json.loads(item["counts"])
    kept, late, broken = counts["promises"]
    visitors, *answered = counts.get("visitors", [0])
    figures = WeekFigures(
        BandCounts(*counts["bands"]),
        counts["suspect"],
        counts["solved"],
        PromiseFigures(kept=kept, late=late, broken=broken),
        VisitorFigures(visitors, BandCounts(*answered)),
    )
    return CountedWeek(figures, tuple(item["praise"]), parse_timestamp(item["read_at"]))
