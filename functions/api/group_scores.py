"""Scores of several stores together: those of a brand, or all that are asked for, from months that are rolled up.

Of whole months nothing is read of single stores: a page has a query for each brand on it, whatever stores it has (one
more for each 1 MB, which is some 18 months of 2,000 stores). Parts of months are added up by day: of every store by a
query for each brand, of some by a batch for each hundred of their months, and a page then has fewer rows.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from api.parameters import Group
from api.stores_asked import StoresAsked
from lazo.errors import Problem, Rejected
from lazo.insight.answer_counts import AnswerCounts, total_counts
from lazo.insight.bands import BandCounts
from lazo.insight.month_figures import MonthFigures
from lazo.insight.periods import CalendarSpan
from lazo.table.dynamodb.table import Table
from lazo.table.rollups import ALL_STORES, brand_group
from lazo.table.stores import brands_of_stores
from lazo.table.views.month_figures import (
    StoreAnswers,
    brand_months_by_day,
    brands_of_months,
    group_months,
    total_store_months,
    totals_of_groups,
)

Row = tuple[tuple[str, str], CalendarSpan]
MOST_STORE_MONTHS: Final = 1000
"""So many months of stores are read by day for a page, ten batches."""


def brands_of(table: Table, stores: StoresAsked, days: CalendarSpan) -> list[str]:
    """Return the brands of these stores, by name; of every store, those that have answers in the months of `days`."""
    if stores.every:
        return brands_of_months(table, _months(days))
    return sorted(set(brands_of_stores(table, stores.ids).values()))


def rows_at_once(stores: StoresAsked, rows: Sequence[Row]) -> int:
    """Return how many of these rows a page may have: as many as take MOST_STORE_MONTHS by day, but one at least."""
    if stores.every:
        return len(rows)
    months: set[str] = set()
    for n, (_, span) in enumerate(rows):
        months.update(() if _is_of_whole_months(span) else _months(span))
        if n and len(months) * len(stores.ids) > MOST_STORE_MONTHS:
            return n
    return len(rows)


def group_figures(table: Table, stores: StoresAsked, group: Group, rows: Sequence[Row]) -> list[StoreAnswers]:
    """Return the answers of each row, a brand (or ("", "")) and a span of days: of these stores alone. Raises Rejected
    for days of months that were rolled up before days were kept."""
    whole = [row for row in rows if _is_of_whole_months(row[1])]
    parts = [row for row in rows if not _is_of_whole_months(row[1])]
    found = {**_of_months(table, stores, group, whole), **_of_days(table, stores, group, parts)}
    return [found[row] for row in rows]


def _of_months(
    table: Table, stores: StoresAsked, group: Group, rows: Sequence[Row]
) -> Mapping[Row, StoreAnswers]:
    wanted = {_key(group, name): (min(each), max(each)) for name, each in _months_by_name(rows).items()}
    found = totals_of_groups(table, wanted, None if stores.every else frozenset(stores.ids))
    return {
        row: sum((found[_key(group, row[0][0])].get(month, _NONE) for month in _months(row[1])), _NONE)
        for row in rows
    }


def _of_days(
    table: Table, stores: StoresAsked, group: Group, rows: Sequence[Row]
) -> Mapping[Row, StoreAnswers]:
    months = _months_by_name(rows)
    if stores.every:
        figures = {
            name: group_months(table, _key(group, name), min(each), max(each), by_day=True)
            for name, each in months.items()
        }
    else:
        every = sorted({month for each in months.values() for month in each})
        figures = (
            brand_months_by_day(table, stores.ids, every)
            if group == "brand"
            else {"": total_store_months(table, stores.ids, every, by_day=True)}
        )
    return {row: _days_together(figures.get(row[0][0], {}), row[1]) for row in rows}


def _days_together(figures: Mapping[str, MonthFigures], span: CalendarSpan) -> StoreAnswers:
    total = AnswerCounts()
    for month in _months(span):
        if month in figures:
            days = figures[month].days
            if days is None:
                raise Rejected(Problem("days_unknown", "from"))
            total += total_counts(counts for day, counts in days.items() if span.first <= day < span.end)
    return StoreAnswers(total.bands, total.suspect)


def _months_by_name(rows: Sequence[Row]) -> dict[str, set[str]]:
    months: dict[str, set[str]] = {}
    for (name, _), span in rows:
        months.setdefault(name, set()).update(_months(span))
    return months


def _key(group: Group, name: str) -> str:
    return brand_group(name) if group == "brand" else ALL_STORES


def _is_of_whole_months(days: CalendarSpan) -> bool:
    return days.first.day == days.end.day == 1


_NONE = StoreAnswers(BandCounts(), 0)


def _months(days: CalendarSpan) -> list[str]:
    """Return the months (`2026-11`) that have any of the days."""
    first, last = (day.year * 12 + day.month - 1 for day in (days.first, days.last))
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(first, last + 1)]
