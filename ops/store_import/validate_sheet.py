"""Checks a whole sheet of stores and lists every mistake with its row, its column and the reason."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from ops.store_import.columns import (
    FIXED_COLUMNS,
    TOUCHPOINT_COLUMNS,
    BadCell,
    contact_column,
    read_cell,
    unknown_columns,
)
from ops.store_import.errors import plain_reason
from ops.store_import.policy import contradictions
from ops.store_import.spreadsheet import Row, Sheet
from ops.store_import.store_file import (
    ContactRow,
    StoreEntry,
    StoreRow,
    differing_identity_fields,
    store_entry,
)

_NAMED: Final = re.compile(r"([a-z_]+(?:\.[\w-]+)*)(?:\[\d+\])*: ")
"""The field that a rule about several fields names at the beginning of its message."""
_ALWAYS_OPEN: Final = {"always": True}


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """What is wrong in one cell: the row as the spreadsheet counts it, the column's name, and why."""

    row: int
    column: str
    reason: str


@dataclass(slots=True)
class _StoreRowDraft:
    """A row while it is checked. `numbers` of its contacts may have gaps; `store` is None while there are mistakes."""

    row: Row
    data: dict[str, Any] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    store: StoreRow | None = None

    def mistake(self, column: str, reason: str) -> Mistake:
        return Mistake(self.row.number, column, reason)


@dataclass(frozen=True, slots=True)
class CheckedSheet:
    """The stores of a sheet with their rows, and all mistakes in order. With a mistake no store may be written."""

    entries: tuple[tuple[int, StoreEntry], ...]
    mistakes: tuple[Mistake, ...]


def check_sheet(sheet: Sheet) -> CheckedSheet:
    """Check each cell, each row by itself, and the rows against each other."""
    strange = unknown_columns(sheet.columns)
    if strange:
        return CheckedSheet(
            (), tuple(sorted(Mistake(1, c, _unknown_column(like)) for c, like in strange.items()))
        )
    rows = [_draft_of(row) for row in sheet.rows]
    mistakes = [mistake for each in rows for mistake in _row_mistakes(each)]
    mistakes += _duplicate_mistakes(rows)
    mistakes += _identity_mistakes(rows)
    entries = tuple((each.row.number, store_entry(each.store)) for each in rows if each.store)
    return CheckedSheet(entries, tuple(sorted(set(mistakes))))


def _unknown_column(like: str) -> str:
    return "is no column of a sheet of stores" + (f"; is {like} meant?" if like else "")


def _draft_of(row: Row) -> _StoreRowDraft:
    found = _StoreRowDraft(row, unreadable=dict(row.unreadable))
    contacts: dict[int, dict[str, Any]] = {}
    for column, cell in {**row.cells, **dict.fromkeys(row.unreadable, "")}.items():
        try:
            value = None if column in row.unreadable else read_cell(column, cell)
        except BadCell as error:
            found.unreadable[column] = f"{cell!r} {error}" if cell not in str(error) else str(error)
            value = None
        contact = contact_column(column)
        if contact:
            contacts.setdefault(contact[0], {})[contact[1]] = value
        else:
            _set(found.data, column, value)
    found.data.setdefault("hours", {})
    found.numbers = sorted(contacts)
    found.data["contacts"] = [contacts[number] for number in found.numbers]
    return found


def _set(data: dict[str, Any], column: str, value: Any) -> None:
    """Put a value where a file of stores has it."""
    if state := TOUCHPOINT_COLUMNS.get(column):
        data.setdefault("touchpoints", []).extend({**each, **state} for each in value or ())
        return
    *tables, name = column.split(".")
    for table in tables:
        data = data.setdefault(table, {})
    data[name] = value


def _row_mistakes(each: _StoreRowDraft) -> Iterator[Mistake]:
    """Yield the mistakes of one row; without any, set the `store` of the row."""
    for column, reason in each.unreadable.items():
        yield each.mistake(column, reason)
    if any(column.startswith("hours.") for column in each.unreadable):
        # Hours that cannot be read are reported already; any valid hours let the rest of the row be checked.
        each.data["hours"] = _ALWAYS_OPEN
    try:
        store = StoreRow.model_validate(each.data)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            column, reason = _locate(each, problem["loc"], plain_reason(problem))
            if column not in each.unreadable:
                yield each.mistake(column, reason)
        return
    wrong = list(contradictions(store.policy))
    for contradiction in wrong:
        column, _, reason = contradiction.partition(": ")
        yield each.mistake(f"policy.{column}", reason)
    if not wrong and not each.unreadable:
        each.store = store


def _locate(each: _StoreRowDraft, location: tuple[int | str, ...], reason: str) -> tuple[str, str]:
    """The column of an error, and the reason without the column's name."""
    match location:
        case ("contacts", int() as index, *rest):
            number = each.numbers[index]
            return ".".join(
                ["contacts", str(number), *_names(rest)]
            ) if rest else f"contacts.{number}", reason
        case ("touchpoints", int() as index, *rest):
            code = each.data["touchpoints"][index]["code"]
            return "touchpoints", f"{code!r}: {'.'.join(_names(rest))}: {reason}"
        case ("contacts",):
            return "contacts.1", "is missing"
        case ():
            return _column_in(reason)
    return ".".join(_names(location)), reason


def _column_in(reason: str) -> tuple[str, str]:
    """The column that a rule about the whole row names, and the reason without it; `store_id` when it names none."""
    found = _NAMED.match(reason)
    path = found[1].split(".") if found else []
    while path and ".".join(path) not in FIXED_COLUMNS:
        path.pop()
    return (".".join(path), reason[found.end() :]) if found and path else ("store_id", reason)


def _names(location: Iterable[int | str]) -> list[str]:
    return [step for step in location if isinstance(step, str) and step != "[key]"]


def _duplicate_mistakes(rows: Iterable[_StoreRowDraft]) -> Iterator[Mistake]:
    """Yield ids and codes that stand in several rows, whatever else is wrong with these."""
    ids: dict[str, int] = {}
    codes: dict[str, int] = {}
    for each in rows:
        store_id = each.data.get("store_id")
        if isinstance(store_id, str):
            first = ids.setdefault(store_id, each.row.number)
            if first != each.row.number:
                yield each.mistake("store_id", f"{store_id!r} stands in row {first} too")
        own: set[str] = set()
        for place in each.data.get("touchpoints", ()):
            first = codes.setdefault(place["code"], each.row.number)
            if first != each.row.number or place["code"] in own:
                where = f"in row {first} too" if first != each.row.number else "there twice"
                yield each.mistake("touchpoints", f"the code {place['code']!r} stands {where}")
            own.add(place["code"])


def _identity_mistakes(rows: Iterable[_StoreRowDraft]) -> Iterator[Mistake]:
    """Yield each contact_id that is another person in another row."""
    first: dict[str, tuple[int, ContactRow]] = {}
    for each in rows:
        for number, contact in zip(each.numbers, each.store.contacts if each.store else (), strict=False):
            at, seen = first.setdefault(contact.contact_id, (each.row.number, contact))
            for name in differing_identity_fields(seen, contact):
                yield each.mistake(
                    f"contacts.{number}.{name}",
                    f"{contact.contact_id!r} has another {name} than in row {at}; a contact_id is one person",
                )
