"""Scores of several stores together: those of a brand, or all that are asked for, from months that are rolled up.

Nothing is read of single stores: a page has a query for each brand on it, whatever stores it has (one more for each
1 MB, which is some 18 months of 2,000 stores).
"""

from collections.abc import Sequence

from api.parameters import Group
from api.stores_asked import StoresAsked
from lazo.insight.bands import BandCounts
from lazo.insight.periods import CalendarSpan
from lazo.table.dynamodb.table import Table
from lazo.table.rollups import ALL_STORES, brand_group
from lazo.table.stores import brands_of_stores
from lazo.table.views.month_figures import StoreAnswers, brands_of_months, totals_of_groups


def brands_of(table: Table, stores: StoresAsked, days: CalendarSpan) -> list[str]:
    """Return the brands of these stores, by name; of every store, those that have answers in the months of `days`."""
    if stores.every:
        return brands_of_months(table, _months(days))
    return sorted(set(brands_of_stores(table, stores.ids).values()))


def group_figures(
    table: Table, stores: StoresAsked, group: Group, rows: Sequence[tuple[tuple[str, str], CalendarSpan]]
) -> list[StoreAnswers]:
    """Return the answers of each row, a brand (or ("", "")) and a span of whole months: of these stores alone."""
    months: dict[str, set[str]] = {}
    for (name, _), span in rows:
        months.setdefault(name, set()).update(_months(span))
    keys = {name: brand_group(name) if group == "brand" else ALL_STORES for name in months}
    wanted = {keys[name]: (min(each), max(each)) for name, each in months.items()}
    found = totals_of_groups(table, wanted, None if stores.every else frozenset(stores.ids))
    return [
        sum((found[keys[name]].get(month, _NONE) for month in _months(span)), _NONE)
        for (name, _), span in rows
    ]


_NONE = StoreAnswers(BandCounts(), 0)


def _months(days: CalendarSpan) -> list[str]:
    """Return the months (`2026-11`) that have any of the days."""
    first, last = (day.year * 12 + day.month - 1 for day in (days.first, days.last))
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(first, last + 1)]
