"""The columns of a sheet of stores, one row a store: how each cell is read, and how a value is shown in one.

Columns are the fields of a file of stores (docs/stores.md) with dots between the names: `policy.take_on_minutes`, and
`contacts.1.phone` for the first contact's phone. A list is one cell, with semicolons between its entries.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from lazo.translations import LANGUAGES
from ops.store_import.policy import SETTINGS
from ops.store_import.store_file import ContactRow, StoreRow

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_CONTACTS: Final = 20
TOUCHPOINT_COLUMNS: Final[Mapping[str, Mapping[str, bool]]] = {
    "touchpoints": {"active": True},
    "touchpoints.retired": {"active": False},
    "touchpoints.test": {"test": True},
}
"""The columns of touchpoints, and what is set of those in each."""

_TIME_SPAN: Final = re.compile(r"(\d?\d:\d\d)\s*[-–]\s*(\d?\d:\d\d)")
_DAYS: Final = re.compile(r"([\d-]+)\s*(?:\.\.|…)\s*([\d-]+)")
_SEPARATOR: Final = re.compile(r"(?<!\\);")
_YES: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_CONTACT: Final = re.compile(r"contacts\.([1-9]\d?)\.([a-z_]+)")


class BadCell(ValueError):
    """The text of a cell cannot be read."""


def read_spans(cell: str) -> list[list[str]]:
    """Read the hours of a day: `09:00-14:00; 16:00-21:00`, or `closed`."""
    if cell.lower() == "closed":
        return []
    return [list(read_span(part)) for part in read_list(cell)]


def read_span(cell: str) -> tuple[str, str]:
    """Read a span of time: `22:00-07:00`."""
    found = _TIME_SPAN.fullmatch(cell)
    if not found:
        raise BadCell("must be times like 09:00-18:00")
    return found[1].zfill(5), found[2].zfill(5)


def read_days(cell: str) -> list[list[str]]:
    """Read days off or seasons, each from its first day to its last: `2026-12-28..2027-01-08; 02-01..02-28`."""
    found = [_DAYS.fullmatch(part) for part in read_list(cell)]
    if not all(found):
        raise BadCell("must be days like 2026-12-28..2027-01-08")
    return [[each[1], each[2]] for each in found if each]


def read_special_dates(cell: str) -> dict[str, list[list[str]]]:
    """Read hours of single dates: `2026-12-24: 09:00-13:00; 2026-12-31: closed`, with `+` between spans of one date."""
    found = {}
    for part in read_list(cell):
        day, colon, hours = part.partition(":")
        if not colon or day.strip() in found:
            raise BadCell("must be dates with their hours, like 2026-12-24: 09:00-13:00")
        found[day.strip()] = read_spans(hours.strip().replace("+", ";"))
    return found


def read_holidays(cell: str) -> str | list[list[str]]:
    """Read `closed`, `as_usual`, or the hours of holidays."""
    return cell.lower() if cell.lower() in ("closed", "as_usual") else read_spans(cell)


def read_yes_or_no(cell: str) -> bool:
    """Read `yes` or `no`."""
    if cell.lower() not in _YES:
        raise BadCell("must be yes or no")
    return _YES[cell.lower()]


def read_list(cell: str) -> list[str]:
    r"""Read a list with semicolons between its entries; a semicolon of the text is written `\;`."""
    parts = (part.strip().replace("\\;", ";") for part in _SEPARATOR.split(cell))
    return [part for part in parts if part]


def read_touchpoints(cell: str) -> list[dict[str, str]]:
    """Read touchpoints: `caja1: Caja 1; caja2: Caja 2`."""
    found = []
    for part in read_list(cell):
        code, colon, label = part.partition(":")
        if not colon or not label.strip():
            raise BadCell(f"{part!r} must be a code and where it hangs, like caja1: Caja 1")
        found.append({"code": code.strip(), "label": label.strip()})
    return found


def _show_list(texts: Iterable[str]) -> str:
    return "; ".join(text.replace(";", "\\;") for text in texts)


def _show_days(value: Iterable[Sequence[str]]) -> str:
    return "; ".join(f"{first}..{last}" for first, last in value)


def _show_spans(value: Iterable[Sequence[str]], between: str = "; ") -> str:
    return between.join(f"{begin}-{end}" for begin, end in value) or "closed"


def _show_special_dates(value: Mapping[str, Any]) -> str:
    return "; ".join(f"{day}: {_show_spans(hours, ' + ')}" for day, hours in sorted(value.items()))


def _show_plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


Cell = tuple[Callable[[str], Any], Callable[[Any], str]]
"""How a cell is read, and how a value is shown in one."""

_TEXT: Final[Cell] = (str, _show_plain)
_LIST: Final[Cell] = (read_list, _show_list)
_SPAN_CELL: Final[Cell] = (read_span, lambda value: f"{value[0]}-{value[1]}")
_BY_TYPE: Final[Mapping[Any, Cell]] = {bool: (read_yes_or_no, _show_plain), tuple[str, str]: _SPAN_CELL}
"""How cells of a policy setting are read, by the setting's type; those of other types hold a text."""
_BY_COLUMN: Final[Mapping[str, Cell]] = {
    **{f"hours.{day}": (read_spans, _show_spans) for day in WEEKDAYS},
    "hours.always": (read_yes_or_no, _show_plain),
    "hours.holidays": (read_holidays, lambda value: value if isinstance(value, str) else _show_spans(value)),
    "hours.special": (read_special_dates, _show_special_dates),
    "hours.closed": (read_days, _show_days),
    "competitors": _LIST,
    "staff": _LIST,
    **{f"policy.{setting.name}": _BY_TYPE[setting.type] for setting in SETTINGS if setting.type in _BY_TYPE},
    "quiet": _SPAN_CELL,
    "away": (read_days, _show_days),
}
"""Columns whose cells are more than a text; those of contacts without the contact's number."""


def _fixed_columns() -> tuple[str, ...]:
    """List all columns but those of contacts, in the order of a file."""
    columns: list[str] = []
    for field in StoreRow.model_fields:
        match field:
            case "hours":
                more = ["hours.always", *(f"hours.{day}" for day in WEEKDAYS)]
                columns += [*more, "hours.holidays", "hours.special", "hours.closed"]
            case "contacts":
                pass
            case "touchpoints":
                columns += TOUCHPOINT_COLUMNS
            case "question":
                columns += [f"question.{language}" for language in LANGUAGES]
            case "policy":
                columns += _policy_columns()
            case _:
                columns.append(field)
    return tuple(columns)


def _policy_columns() -> list[str]:
    """List a column for each setting, and for each entry of a setting that is a table."""
    return [
        f"policy.{setting.name}{entry}"
        for setting in SETTINGS
        for entry in [f".{key}" for key in setting.metadata.get("entries", ())] or [""]
    ]


FIXED_COLUMNS: Final = _fixed_columns()


def contact_columns(number: int) -> list[str]:
    """List the columns of the contact with this number, from 1 on."""
    return [f"contacts.{number}.{field}" for field in ContactRow.model_fields]


def used_columns(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """List the columns that have a cell in one of the rows, in the order of a file, contacts before touchpoints."""
    contacts = [column for number in range(1, MAX_CONTACTS + 1) for column in contact_columns(number)]
    at = FIXED_COLUMNS.index("touchpoints")
    used = {column for row in rows for column in row}
    return [column for column in (*FIXED_COLUMNS[:at], *contacts, *FIXED_COLUMNS[at:]) if column in used]


def unknown_columns(columns: Iterable[str]) -> dict[str, str]:
    """Find the columns that do not exist, each with the closest one that does, or ""."""
    known = {*FIXED_COLUMNS, *(c for number in range(1, MAX_CONTACTS + 1) for c in contact_columns(number))}
    strange = [column for column in columns if column not in known]
    return {column: next(iter(get_close_matches(column, known, 1, 0.75)), "") for column in strange}


@cache
def contact_column(column: str) -> tuple[int, str] | None:
    """The contact's number and field that a column stands for; None for a column of no contact."""
    found = _CONTACT.fullmatch(column)
    return (int(found[1]), found[2]) if found else None


def read_cell(column: str, cell: str) -> Any:
    """Read a cell. BadCell when that fails."""
    return _reader(column)(cell)


@cache
def _reader(column: str) -> Callable[[str], Any]:
    if column in TOUCHPOINT_COLUMNS:
        return read_touchpoints
    contact = contact_column(column)
    return _BY_COLUMN.get(contact[1] if contact else column, _TEXT)[0]


def row_cells(settings: Mapping[str, Any], touchpoints: Collection[Any]) -> dict[str, str]:
    """The cells of a store's row by column, without empty ones. `settings` as the table holds them."""
    cells: dict[str, str] = {}
    for field, value in settings.items():
        if field == "contacts":
            for number, contact in enumerate(value, start=1):
                cells |= {
                    f"contacts.{number}.{name}": _show_cell(name, each) for name, each in contact.items()
                }
        elif isinstance(value, Mapping):
            cells |= _table_cells(field, value)
        else:
            cells[field] = _show_cell(field, value)
    for column, state in TOUCHPOINT_COLUMNS.items():
        shown = (t for t in touchpoints if _state_of(t) == state)
        cells[column] = _show_list(f"{t.code}: {t.label}" for t in shown)
    return {column: cell for column, cell in cells.items() if cell}


def _state_of(touchpoint: Any) -> dict[str, bool]:
    """Return what one of TOUCHPOINT_COLUMNS says of it. A test that is retired is shown as retired."""
    return {"test": True} if touchpoint.test and touchpoint.active else {"active": touchpoint.active}


def _table_cells(field: str, table: Mapping[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in table.items():
        column = f"{field}.{name}"
        if isinstance(value, Mapping) and column not in _BY_COLUMN:
            cells |= {f"{column}.{entry}": _show_cell(column, each) for entry, each in value.items()}
        else:
            cells[column] = _show_cell(column, value)
    return cells


def _show_cell(column: str, value: Any) -> str:
    _, show = _BY_COLUMN.get(column, _TEXT)
    return show(value) if value not in (None, [], {}, ()) or column.startswith("hours.") else ""
