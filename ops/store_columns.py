"""The columns of a sheet of shops, one row a shop: the fields of a file of shops (docs/stores.md) with a dot between
the names, `policy.take_on_minutes` say, and `contacts.1.phone` for the first contact's phone.

What is a list in a file is one cell here, with semicolons between its entries.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, get_args

from lazo.translations import LANGUAGES
from ops.store_file import ContactRow, StoreRow
from ops.store_policy import TABLES, PolicyRow, Stage

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_CONTACTS: Final = 20

_SPAN: Final = re.compile(r"(\d?\d:\d\d)\s*[-–]\s*(\d?\d:\d\d)")
_DAYS: Final = re.compile(r"([\d-]+)\s*(?:\.\.|…)\s*([\d-]+)")
_BETWEEN: Final = re.compile(r"(?<!\\);")
_YES: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_CONTACT: Final = re.compile(r"contacts\.([1-9]\d?)\.([a-z_]+)")


class BadCell(ValueError):
    """What stands in a cell cannot be read."""


def spans(cell: str) -> list[list[str]]:
    """Hours of a day: `09:00-14:00; 16:00-21:00`, or `closed`."""
    if cell.lower() == "closed":
        return []
    return [list(span(part)) for part in entries(cell)]


def span(cell: str) -> tuple[str, str]:
    """From a time to a time: `22:00-07:00`."""
    found = _SPAN.fullmatch(cell)
    if not found:
        raise BadCell("must be times like 09:00-18:00")
    return found[1].zfill(5), found[2].zfill(5)


def days(cell: str) -> list[list[str]]:
    """Days off or seasons, from the first to the last: `2026-12-28..2027-01-08; 02-01..02-28`."""
    found = [_DAYS.fullmatch(part) for part in entries(cell)]
    if not all(found):
        raise BadCell("must be days like 2026-12-28..2027-01-08")
    return [[each[1], each[2]] for each in found if each]


def special(cell: str) -> dict[str, list[list[str]]]:
    """Hours of single dates: `2026-12-24: 09:00-13:00; 2026-12-31: closed`; several spans of one date with `+`."""
    found = {}
    for part in entries(cell):
        day, colon, hours = part.partition(":")
        if not colon or day.strip() in found:
            raise BadCell("must be dates with their hours, like 2026-12-24: 09:00-13:00")
        found[day.strip()] = spans(hours.strip().replace("+", ";"))
    return found


def holidays(cell: str) -> str | list[list[str]]:
    """`closed`, `as_usual`, or hours of their own."""
    return cell.lower() if cell.lower() in ("closed", "as_usual") else spans(cell)


def yes_or_no(cell: str) -> bool:
    """`yes` or `no`."""
    if cell.lower() not in _YES:
        raise BadCell("must be yes or no")
    return _YES[cell.lower()]


def entries(cell: str) -> list[str]:
    r"""What stands between semicolons; one that is meant as such is written `\;`."""
    parts = (part.strip().replace("\\;", ";") for part in _BETWEEN.split(cell))
    return [part for part in parts if part]


def places(cell: str) -> list[dict[str, str]]:
    """Touchpoints: `caja1: Caja 1; caja2: Caja 2`."""
    found = []
    for part in entries(cell):
        code, colon, label = part.partition(":")
        if not colon or not label.strip():
            raise BadCell(f"{part!r} must be a code and where it hangs, like caja1: Caja 1")
        found.append({"code": code.strip(), "label": label.strip()})
    return found


def _listed(texts: Iterable[str]) -> str:
    return "; ".join(text.replace(";", "\\;") for text in texts)


def _days_shown(value: Iterable[Sequence[str]]) -> str:
    return "; ".join(f"{first}..{last}" for first, last in value)


def _spans_shown(value: Iterable[Sequence[str]], between: str = "; ") -> str:
    return between.join(f"{begin}-{end}" for begin, end in value) or "closed"


def _special_shown(value: Mapping[str, Any]) -> str:
    return "; ".join(f"{day}: {_spans_shown(hours, ' + ')}" for day, hours in sorted(value.items()))


def _plain_shown(value: Any) -> str:
    return str(value) if not isinstance(value, bool) else "yes" if value else "no"


Cell = tuple[Callable[[str], Any], Callable[[Any], str]]
"""How a cell is read, and how a value is shown in one."""

_TEXT: Final[Cell] = (str, _plain_shown)
_LIST: Final[Cell] = (entries, lambda value: _listed(value))
_SPAN_CELL: Final[Cell] = (span, lambda value: f"{value[0]}-{value[1]}")
_BY_COLUMN: Final[Mapping[str, Cell]] = {
    **{f"hours.{day}": (spans, _spans_shown) for day in WEEKDAYS},
    "hours.always": (yes_or_no, _plain_shown),
    "hours.holidays": (holidays, lambda value: value if isinstance(value, str) else _spans_shown(value)),
    "hours.special": (special, _special_shown),
    "hours.closed": (days, _days_shown),
    "competitors": _LIST,
    "staff": _LIST,
    "policy.customer_quiet": _SPAN_CELL,
    "policy.tell_customer": (yes_or_no, _plain_shown),
    "quiet": _SPAN_CELL,
    "away": (days, _days_shown),
}
"""Columns whose cells are more than a text; those of contacts without the contact's number."""

_NESTED: Final = {"hours", "contacts", "touchpoints", "policy", "question"}


def _fixed() -> tuple[str, ...]:
    """All columns but those of contacts, in the order of a file."""
    columns: list[str] = []
    for field in StoreRow.model_fields:
        match field:
            case "hours":
                more = ["hours.always", *(f"hours.{day}" for day in WEEKDAYS)]
                columns += [*more, "hours.holidays", "hours.special", "hours.closed"]
            case "contacts":
                pass
            case "touchpoints":
                columns += ["touchpoints", "touchpoints.retired"]
            case "question":
                columns += [f"question.{language}" for language in LANGUAGES]
            case "policy":
                columns += _policy_columns()
            case _:
                columns.append(field)
    return tuple(columns)


def _policy_columns() -> list[str]:
    entries_of = {"remind_minutes": get_args(Stage), "incentive_most": ("urgent", "high", "normal", "light")}
    assert set(entries_of) == set(TABLES)
    return [
        f"policy.{column}"
        for field in PolicyRow.model_fields
        for column in (
            [f"{field}.{entry}" for entry in entries_of[field]] if field in entries_of else [field]
        )
    ]


FIXED: Final = _fixed()


def contact_columns(number: int) -> list[str]:
    """The columns of the shop's contact with this number, from 1 on."""
    return [f"contacts.{number}.{field}" for field in ContactRow.model_fields]


def unknown(columns: Iterable[str]) -> dict[str, str]:
    """The columns that mean nothing, each with what may have been meant, or ""."""
    known = {*FIXED, *(c for number in range(1, MOST_CONTACTS + 1) for c in contact_columns(number))}
    strange = [column for column in columns if column not in known]
    return {column: next(iter(get_close_matches(column, known, 1, 0.75)), "") for column in strange}


@cache
def contact_of(column: str) -> tuple[int, str] | None:
    """Number and field of a contact's column; None for another column."""
    found = _CONTACT.fullmatch(column)
    return (int(found[1]), found[2]) if found else None


def value(column: str, cell: str) -> Any:
    """What a cell says; BadCell when it says nothing that can be read."""
    return _reader(column)(cell)


@cache
def _reader(column: str) -> Callable[[str], Any]:
    if column in ("touchpoints", "touchpoints.retired"):
        return places
    contact = contact_of(column)
    return _BY_COLUMN.get(contact[1] if contact else column, _TEXT)[0]


def shown(settings: Mapping[str, Any], touchpoints: Iterable[Any]) -> dict[str, str]:
    """A shop as the cells of its row, by column; empty ones left out. `touchpoints`: of lazo.store.model."""
    cells: dict[str, str] = {}
    for field, what in settings.items():
        if field == "contacts":
            for number, contact in enumerate(what, start=1):
                cells |= {f"contacts.{number}.{name}": _cell(name, each) for name, each in contact.items()}
        elif isinstance(what, Mapping):
            cells |= _table_shown(field, what)
        else:
            cells[field] = _cell(field, what)
    for column, active in (("touchpoints", True), ("touchpoints.retired", False)):
        cells[column] = _listed(f"{t.code}: {t.label}" for t in touchpoints if t.active is active)
    return {column: cell for column, cell in cells.items() if cell}


def _table_shown(field: str, table: Mapping[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, what in table.items():
        column = f"{field}.{name}"
        if isinstance(what, Mapping) and column not in _BY_COLUMN:
            cells |= {f"{column}.{entry}": _cell(column, each) for entry, each in what.items()}
        else:
            cells[column] = _cell(column, what)
    return cells


def _cell(column: str, what: Any) -> str:
    _, show = _BY_COLUMN.get(column, _TEXT)
    return show(what) if what not in (None, [], {}, ()) or column.startswith("hours.") else ""
