"""Reads a sheet of visitors (or tickets) by store and day, and checks all of it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from lazo.insight.response_rate import MOST_VISITORS
from ops.store_import.spreadsheet import Row, Sheet
from ops.store_import.validate_sheet import Mistake

COLUMNS: Final = ("store_id", "day", "visitors")
_WHOLE: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CheckedVisitors:
    """Visitors by store and day, and all mistakes in order. With a mistake nothing may be written."""

    visitors: Mapping[str, Mapping[date, int]]
    mistakes: tuple[Mistake, ...]


def check_visitors(sheet: Sheet, known: Collection[str], today: date) -> CheckedVisitors:
    """Check each cell, and the rows against each other. `known`: the ids of all stores; `today`: the last day that
    anywhere has begun."""
    if set(sheet.columns) != set(COLUMNS):
        told = f"the columns must be {', '.join(COLUMNS)}, not {', '.join(sheet.columns)}"
        return CheckedVisitors({}, (Mistake(1, "", told),))
    found: defaultdict[str, dict[date, int]] = defaultdict(dict)
    rows: dict[tuple[str, date], int] = {}
    mistakes: list[Mistake] = []
    for row in sheet.rows:
        wrong = list(_row_mistakes(row, known, today))
        mistakes += wrong
        if wrong:
            continue
        store_id, day = row.cells["store_id"], date.fromisoformat(row.cells["day"])
        before = rows.setdefault((store_id, day), row.number)
        if before != row.number:
            mistakes.append(Mistake(row.number, "day", f"the same store and day stand in row {before} too"))
        found[store_id][day] = int(row.cells["visitors"])
    return CheckedVisitors(found, tuple(sorted(mistakes)))


def day_mistake(text: str, today: date) -> str | None:
    """Return why a text is no day of which visitors may be entered; None if it is one."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or text != day.isoformat():
        return f"{text!r} must be a day like 2026-11-28"
    return f"{text} has not been yet" if day > today else None


def _row_mistakes(row: Row, known: Collection[str], today: date) -> Iterator[Mistake]:
    for column in COLUMNS:
        cell = row.cells.get(column)
        if column in row.unreadable:
            yield Mistake(row.number, column, row.unreadable[column])
        elif cell is None:
            yield Mistake(row.number, column, "is missing")
        elif column == "store_id" and cell not in known:
            yield Mistake(row.number, column, f"there is no store {cell!r}")
        elif column == "day" and (why := day_mistake(cell, today)):
            yield Mistake(row.number, column, why)
        elif column == "visitors" and not (_WHOLE.fullmatch(cell) and int(cell) <= MOST_VISITORS):
            yield Mistake(row.number, column, f"{cell!r} must be a whole number, at most {MOST_VISITORS}")
