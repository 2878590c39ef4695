"""Spreadsheets, read and written: CSV as they save it, and XLSX. A sheet has columns by name, and rows of text."""

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

from lazo.text.csv_cells import BOM, harmless

DELIMITERS: Final = (",", ";", "\t")
"""Excel separates by semicolons wherever the comma is the decimal sign."""
_GUARDED: Final = re.compile(r"^'(?=[\s\"'`´“”‘’«\u200b\ufeff]*[=+\-@＝＋－＠])")
"""The apostrophe that `lazo.text.csv_cells` puts before what would run as a formula."""


class BadSheet(ValueError):
    """A file that is no sheet, or whose first row names no columns."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as the spreadsheet shows it, the first row being that of the columns; `cells` by column, without those
    that are empty."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns in their order, and the rows that are not empty."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read(path: Path) -> Sheet:
    """The sheet of a file ending in .csv or .xlsx (its first worksheet). BadSheet says what is wrong with it; OSError
    when it cannot be read."""
    match path.suffix.lower():
        case ".csv":
            return _sheet(_csv_rows(path.read_bytes()))
        case ".xlsx":
            return _sheet(_xlsx_rows(path.read_bytes()))
    raise BadSheet(f"{path.name} ends neither in .csv nor in .xlsx")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The sheet as CSV; no cell of it would run as a formula, and `read` gives back what was written."""
    text = StringIO()
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def xlsx_bytes(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The sheet as XLSX: every cell a text, the first row fixed."""
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


def _sheet(rows: Iterator[tuple[int, list[str]]]) -> Sheet:
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
            yield number, [_GUARDED.sub("", cell).strip() for cell in cells]
    except csv.Error as error:
        raise BadSheet(f"row {number + 1}: {error}") from error


def _xlsx_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise BadSheet("the file is no Excel workbook (.xlsx)") from error
    page = book.worksheets[0]
    for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
        yield number, [_as_text(cell) for cell in cells]


def _as_text(cell: Any) -> str:
    """What a cell shows, as far as spreadsheets turn what is typed into something else by themselves."""
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
