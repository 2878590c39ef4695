"""Reads and writes spreadsheets, CSV and XLSX: a sheet has named columns and rows of text."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from lazo.text.csv_cells import BOM, neutralize_formula

DELIMITERS: Final = (",", ";", "\t")
"""Excel separates with semicolons where the comma is the decimal sign."""
_FORMULA_GUARD: Final = re.compile(r"^'(?=[\s\"'`´“”‘’«\u200b\ufeff]*[=+\-@＝＋－＠])")
"""The apostrophe that `lazo.spreadsheet` puts before what would run as a formula."""


class BadSheet(ValueError):
    """The file is no sheet, or its first row does not name the columns."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as the spreadsheet shows it; the first row has the columns. `cells` by column, without empty ones."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns in order, and the rows that are not empty."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(path: Path) -> Sheet:
    """Read a file ending in .csv or .xlsx, of which the first worksheet counts. BadSheet says what is wrong with it;
    OSError when it cannot be opened."""
    match path.suffix.lower():
        case ".csv":
            return _sheet_of(_csv_rows(path.read_bytes()))
        case ".xlsx":
            return _sheet_of(_xlsx_rows(path.read_bytes()))
    raise BadSheet(f"{path.name} ends neither in .csv nor in .xlsx")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a sheet as CSV. No cell of it runs as a formula; `read_sheet` returns the cells as they were."""
    text = StringIO()
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([neutralize_formula(cell) for cell in row] for row in rows)
    return text.getvalue()


def xlsx_bytes(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a sheet as XLSX: all cells text, the first row frozen."""
    book = Workbook(write_only=True)
    page = book.create_sheet("stores")
    page.freeze_panes = "B2"
    page.append([_text_cell(page, name, bold=True) for name in columns])
    for row in rows:
        page.append([_text_cell(page, cell) for cell in row])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _text_cell(page: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(page, value=text or None)
    if text:
        cell.data_type = "s"  # also what begins with =
        cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _sheet_of(rows: Iterator[tuple[int, list[str]]]) -> Sheet:
    header = next(((number, cells) for number, cells in rows if any(cells)), None)
    if header is None:
        raise BadSheet("the file is empty")
    number, names = header
    columns = tuple(name.strip() for name in names)
    while columns and not columns[-1]:
        columns = columns[:-1]
    repeated = {name for name in columns if name and columns.count(name) > 1}
    if "" in columns:
        raise BadSheet(f"row {number}: column {columns.index('') + 1} has no name")
    if repeated:
        raise BadSheet(f"row {number}: column {min(repeated)!r} stands there twice")
    found = []
    for at, cells in rows:
        if any(cells[len(columns) :]):
            raise BadSheet(f"row {at} has more cells than there are columns")
        filled = {name: cell for name, cell in zip(columns, cells, strict=False) if cell}
        if filled:
            found.append(Row(at, filled))
    return Sheet(columns, tuple(found))


def _csv_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadSheet(
            f"line {line} is not UTF-8: save it as 'CSV UTF-8', or as an Excel workbook (.xlsx)"
        ) from error
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [_FORMULA_GUARD.sub("", cell).strip() for cell in cells]
    except csv.Error as error:
        raise BadSheet(f"row {number + 1}: {error}") from error


def _xlsx_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise BadSheet("the file is no Excel workbook (.xlsx)") from error
    page = book.worksheets[0]
    for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
        yield number, [_cell_text(cell) for cell in cells]


def _cell_text(cell: Any) -> str:
    """The text of a cell that a spreadsheet may have turned into a number, a date, a time or a truth value."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return f"{cell:%Y-%m-%d}" if cell.time() == time() else cell.isoformat(" ")
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
    return str(cell).strip()
