"""Find months whose rolled up figures are not what was counted, and let the sweep roll them up again.

A month that is marked is not stale: the sweep will come to it. Months from before there were roll-ups are found too.
"""

from collections import Counter, defaultdict
from datetime import datetime

from lazo.table import rollups
from lazo.table.day_columns import Columns
from lazo.table.dynamodb import figure_keys, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Update
from lazo.table.rollup_marks import MARK, mark_values


def stale_store_months(table: Table, store_id: str, since: str | None = None) -> list[str]:
    """Return the months (`2026-11`) of a store, from `since` on, whose roll-up is wrong or missing."""
    counted: defaultdict[str, list[Item]] = defaultdict(list)
    for prefix in figure_keys.COUNTED_BY_MONTH:
        for item in table.query_prefix(keys.store(store_id).pk, f"{prefix}#"):
            found = figure_keys.counted_month(Key.key_of(item))
            if found and found[1] >= (since or ""):
                counted[found[1]].append(item)
    rolled = table.batch_get(figure_keys.store_month(store_id, month) for month in counted)
    return [
        month
        for month, items in sorted(counted.items())
        if not any("due_at" in item for item in items)
        and _differs(
            rolled.get(figure_keys.store_month(store_id, month)),
            rollups.month_sections(items),
            rollups.month_columns(items),
        )
    ]


def mark_store_month(table: Table, store_id: str, month: str, now: datetime) -> None:
    """Mark a month of a store, due now."""
    found = next(
        (
            Key.key_of(item)
            for prefix in figure_keys.COUNTED_BY_MONTH
            for item in table.query_prefix(keys.store(store_id).pk, f"{prefix}#{month}", limit=1)
        ),
        None,
    )
    if found:
        _mark(table, found, now)


def stale_group_months(table: Table, months: list[str]) -> list[str]:
    """Return those of the months (`2026-11`) whose roll-up of all stores is wrong or missing."""
    found = []
    for month in months:
        total = rollups.MonthTotal()
        for item in table.query_prefix(figure_keys.store_month("", month).pk):
            total.add(rollups.sections_in(item), rollups.days_in(item))
        group = table.get(figure_keys.group_month(rollups.ALL_STORES, month))
        if (group is None or "due_at" not in group) and _differs(group, total.sections, total.days):
            found.append(month)
    return found


def mark_group_month(table: Table, month: str, now: datetime) -> None:
    """Mark a month of all stores, due now."""
    _mark(table, figure_keys.group_month(rollups.ALL_STORES, month), now)


def _differs(rolled: Item | None, sections: rollups.Sections, days: Columns | None) -> bool:
    before = rollups.sections_in(rolled) if rolled and "counts" in rolled else {}
    if any(Counter(before.get(name, {})) != Counter(sections.get(name, {})) for name in rollups.SECTIONS):
        return True
    return before != {} and rolled is not None and rollups.days_in(rolled) != days


def _mark(table: Table, key: Key, now: datetime) -> None:
    values = mark_values(key, now)
    table.update(Update(key, f"SET {MARK} ADD changes :one", values))


def rolled_months(table: Table, since: str | None = None) -> list[str]:
    """Return the months of all stores, from `since` on, that have a roll-up or are marked for one."""
    items = table.query_prefix(figure_keys.group_month(rollups.ALL_STORES, "").pk, "MONTH#")
    months = (figure_keys.month_of_group(Key.key_of(item)) for item in items)
    return [month for month in months if month >= (since or "")]
