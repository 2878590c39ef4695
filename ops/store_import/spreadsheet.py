"""Reads and writes spreadsheets, CSV and XLSX: a sheet has named columns and rows of text."""

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO, StringIO
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from lazo.text.csv_cells import BOM, neutralize_formula
from ops.store_import.cell_text import UnreadableCell, plain_text
from ops.store_import.errors import BadSheet
from ops.store_import.workbook import MAX_COLUMNS, Cell, MergedCells, Rows, Workbook
from ops.store_import.workbook_archive import COMPOUND_FILE, MAX_FILE_BYTES, ZIP

DELIMITERS: Final = (",", ";", "\t")
"""Excel separates with semicolons where the comma is the decimal sign."""
_FORMULA_GUARD: Final = re.compile(r"(?:^|(?<=[;\t\r\n]))'(?=[\s\"'`´“”‘’«\u200b\ufeff]*[=+\-@＝＋－＠])")
"""The apostrophe that `neutralize_formula` puts before what would run as a formula."""
_SEPARATOR_LINE: Final = re.compile(r"\"?sep=([^\r\n\"])\"?\r?\n", re.IGNORECASE)
"""Excel writes it before the first row, and shows it nowhere."""
KEY_COLUMN: Final = "store_id"
"""The row in which it stands names the columns."""
HEADER_ROWS: Final = 20
"""How many rows with cells are looked at to find it."""
MAX_ROWS: Final = 200_000
MAX_MERGED_CELLS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """`number` as the spreadsheet shows it. `cells` by column, without empty ones; `unreadable`: why others cannot be
    read, by column."""

    number: int
    cells: Mapping[str, str]
    unreadable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns in order, and the rows that are not empty. Of a workbook: the sheet's `name`, and the names of others
    that have stores too."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    name: str = ""
    not_read: tuple[str, ...] = ()


def read_sheet(path: Path) -> Sheet:
    """Read a file ending in .csv or .xlsx; what it is, its content says. BadSheet tells what is wrong with it; OSError
    when it cannot be opened."""
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise BadSheet(f"{path.name} ends neither in .csv nor in .xlsx")
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise BadSheet(f"the file has more than {MAX_FILE_BYTES // 1_000_000} MB")
    if path.suffix.lower() == ".xlsx" or data.startswith((ZIP, COMPOUND_FILE)):
        return _chosen_sheet(Workbook(data))
    return _sheet_of(_csv_rows(data))


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
    book = openpyxl.Workbook(write_only=True)
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


def _chosen_sheet(workbook: Workbook) -> Sheet:
    """Read the first sheet in which a row names the columns. Programs put others before it: charts, a cover, a summary
    of what was exported."""
    if not workbook.sheets:
        raise BadSheet("the workbook has no sheet with cells")
    heads = [list(islice(sheet.rows(), HEADER_ROWS)) for sheet in workbook.sheets]
    named = [
        sheet for sheet, head in zip(workbook.sheets, heads, strict=True) if _header_index(head) is not None
    ]
    filled = [sheet for sheet, head in zip(workbook.sheets, heads, strict=True) if head]
    page = next(iter([*named, *filled, *workbook.sheets]))
    found = _sheet_of(page.rows(), f"sheet {page.name!r}, ")
    found = _without_merged_cells(found, page.merged)
    return replace(found, name=page.name, not_read=tuple(each.name for each in named[1:]))


def _header_index(rows: Sequence[tuple[int, Sequence[Cell]]]) -> int | None:
    """Where among these rows the columns are named. A title may stand above."""
    return next((index for index, (_, cells) in enumerate(rows) if KEY_COLUMN in cells), None)


def _sheet_of(rows: Rows, where: str = "") -> Sheet:
    """Name the cells by their columns. `where` begins what is said of the header."""
    head = [row for row in islice(rows, HEADER_ROWS) if any(row[1])]
    if not head:
        raise BadSheet("the file is empty")
    start = _header_index(head) or 0
    number, names = head[start]
    columns = _column_names(names, f"{where}row {number}")
    found: list[Row] = []
    for at, cells in chain(head[start + 1 :], rows):
        if any(cells[len(columns) :]):
            raise BadSheet(f"{where}row {at} has more cells than there are columns")
        if len(found) == MAX_ROWS:
            raise BadSheet(f"the file has more than {MAX_ROWS} rows")
        filled = {name: cell for name, cell in zip(columns, cells, strict=False) if cell}
        if filled:
            read = {name: cell for name, cell in filled.items() if isinstance(cell, str)}
            told = {name: cell.reason for name, cell in filled.items() if isinstance(cell, UnreadableCell)}
            found.append(Row(at, read, told))
    return Sheet(columns, tuple(found))


def _column_names(cells: Sequence[Cell], where: str) -> tuple[str, ...]:
    """Return the columns' names. BadSheet when one has none, cannot be read, or stands there twice."""
    names = list(cells)
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise BadSheet(f"{where} has more than {MAX_COLUMNS} columns")
    if "" in names:
        raise BadSheet(f"{where}: column {names.index('') + 1} has no name")
    columns = []
    for name in names:
        if isinstance(name, UnreadableCell):
            raise BadSheet(f"{where}: {name.reason}")
        columns.append(name)
    name, times = Counter(columns).most_common(1)[0]
    if times > 1:
        raise BadSheet(f"{where}: column {name!r} stands there twice")
    return tuple(columns)


def _without_merged_cells(sheet: Sheet, merged: Iterable[MergedCells]) -> Sheet:
    """Make cells that show the value of another one unreadable."""
    last = max((row.number for row in sheet.rows), default=0)
    told: defaultdict[int, dict[str, str]] = defaultdict(dict)
    left = MAX_MERGED_CELLS
    for area in merged:
        rows = range(area.top, min(area.bottom, last) + 1)
        columns = sheet.columns[area.left - 1 : area.right]
        left -= len(rows) * len(columns)
        if left < 0:
            raise BadSheet(f"the sheet has more than {MAX_MERGED_CELLS} merged cells: split them")
        for number in rows if columns else ():
            told[number].update(
                dict.fromkeys(columns, f"({area.name}) are merged cells: split them, and fill in each")
            )
    rows_left = (
        replace(row, unreadable={**row.unreadable, **told.get(row.number, {})}) for row in sheet.rows
    )
    return replace(sheet, rows=tuple(rows_left)) if told else sheet


def _csv_rows(data: bytes) -> Rows:
    text = _csv_content(data)
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    declared = _SEPARATOR_LINE.match(text)
    if declared:
        delimiter, text = declared[1], text[declared.end() :]
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            filled = next((n for n in range(len(cells), 0, -1) if cells[n - 1]), 0)
            if filled > MAX_COLUMNS:
                raise BadSheet(f"row {number} has more than {MAX_COLUMNS} columns")
            yield number, [_csv_cell(cell) for cell in cells[:filled]]
    except csv.Error as error:
        raise BadSheet(f"row {number + 1}: {error}") from error


def _csv_content(data: bytes) -> str:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):  # Excel's "Unicode text"
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadSheet(
            f"line {line} is not UTF-8: save it as 'CSV UTF-8', or as an Excel workbook (.xlsx)"
        ) from error


def _csv_cell(cell: str) -> Cell:
    if cell.startswith("="):
        return UnreadableCell("is a formula: type the value itself")
    try:
        return plain_text(_FORMULA_GUARD.sub("", cell))
    except ValueError as error:
        return UnreadableCell(str(error))
