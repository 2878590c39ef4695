"""The answers of this month and the last, in one query: what the board shows, and whether a month says anything yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from desk.insights.periods import Period, period_of
from lazo.insight.bands import BandCounts
from lazo.insight.score import ENOUGH
from lazo.table.dynamodb.table import Table
from lazo.table.rollups import ALL_STORES
from lazo.table.views.answer_counts import counts_by_month
from lazo.table.views.month_figures import group_months, group_stores_by_month

FIRST_DAYS: Final = 7
"""So long a month may be too young to be shown by itself."""


@dataclass(frozen=True, slots=True)
class RunningMonth:
    """The running month where the last one is shown in its place, and how many answers count in it so far."""

    period: Period
    n: int


def recent_bands(
    table: Table, store_ids: Sequence[str], group: str | None, today: date
) -> dict[str, BandCounts]:
    """Return the answers of this month and the last (`2026-11`), without months that have none: of one store as of now,
    of a group or of several stores as rolled up. One query."""
    month = period_of("month", today)
    if len(store_ids) == 1:
        # The whole month, since a store's day may be ahead of UTC's.
        found = counts_by_month(table, store_ids, month.before.first, month.last, ())
        return {name: counts.bands for name, counts in found[store_ids[0]].items()}
    if group:
        months = group_months(table, group, month.before.id, month.id)
        return {name: figures.answers.bands for name, figures in months.items()}
    by_store = group_stores_by_month(table, ALL_STORES, month.before.id, month.id, frozenset(store_ids))
    return {
        name: sum((each.bands for each in stores.values()), BandCounts()) for name, stores in by_store.items()
    }


def too_young(table: Table, store_ids: Sequence[str], group: str | None, today: date) -> RunningMonth | None:
    """Return the running month if the last one says more: in its first week, with fewer than 20 answers that count and
    fewer than the last one has; else None. One query in that week, none later."""
    month = period_of("month", today)
    if today.day > FIRST_DAYS or not store_ids:
        return None
    found = recent_bands(table, store_ids, group, today)
    now, last = (found.get(each.id, BandCounts()).n for each in (month, month.before))
    return RunningMonth(month, now) if now < min(ENOUGH, last) else None
