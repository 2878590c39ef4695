"""Visitors (or tickets) of a store by day, one item a month: they are entered, and nothing adds to them.

Whatever enters them marks their month, so that it is rolled up with the answers of the same days.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from lazo.table.dynamodb import counter_names, figure_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Update
from lazo.table.rollup_marks import MARK, mark_values


def enter_visitors(table: Table, store_id: str, visitors: Mapping[date, int], now: datetime) -> None:
    """Write the visitors of a store's days, in place of what was entered for them: one write for each month."""
    months: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for day, n in visitors.items():
        months[f"{day:%Y-%m}"][counter_names.visitors(day.day)] = n
    for month, days in months.items():
        key = figure_keys.visitors_of_month(store_id, month)
        sets = ", ".join(f"{name} = :{name}" for name in days)
        values = {f":{name}": n for name, n in days.items()}
        table.update(Update(key, f"SET {sets}, {MARK} ADD changes :one", {**values, **mark_values(key, now)}))


def visitors_by_day(table: Table, store_id: str, months: Iterable[str]) -> dict[date, int]:
    """Return what was entered for a store in these months (`2026-11`). One call for a hundred months."""
    found: dict[date, int] = {}
    for item in table.batch_get(figure_keys.visitors_of_month(store_id, month) for month in months).values():
        found |= visitors_in(item)
    return found


def visitors_in(item: Item) -> dict[date, int]:
    """Return what was entered, from a month's item."""
    month = figure_keys.month_of_visitors(Key.key_of(item))
    return {date.fromisoformat(f"{month}-{day:02}"): n for day, n in counter_names.visitors_in(item)}
