"""Reads the sheets of a workbook (.xlsx): what a person sees in each cell.

Only the parts that say this are read: names of sheets, texts, number formats, cells. So a mistake anywhere else in the
file, in a colour or a chart, harms nothing. What the file says about itself (its size, its counts) is not believed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from ops.store_import.cell_text import UnreadableCell, plain_text
from ops.store_import.errors import BadSheet
from ops.store_import.number_format import BUILT_IN, GENERAL, NotShown, shown_number, shown_text
from ops.store_import.workbook_archive import Attributes, WorkbookArchive, local_name

Cell = str | UnreadableCell
Rows = Iterator[tuple[int, list[Cell]]]

MAX_COLUMNS: Final = 500
"""A sheet of stores has fewer than 300 different ones."""

_ADDRESS: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_LARGEST_EXPONENT: Final = 308
"""Of a number in a spreadsheet (IEEE 754, binary64)."""
_NO_RESULT: Final = (
    "holds a formula without its result: open the file in a spreadsheet and save it, or type the value itself"
)


@dataclass(frozen=True, slots=True)
class MergedCells:
    """An area of the sheet that shows one value, which is kept in its first cell. Rows and columns count from 1."""

    name: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Worksheet:
    """A visible sheet with cells. `merged` is complete after all rows were read."""

    name: str
    _workbook: "Workbook"
    _part: str
    merged: list[MergedCells] = field(default_factory=list)

    def rows(self) -> Rows:
        """Yield each row that has a cell with content: its number, and its cells from column A on."""
        if not self._workbook.archive.has(self._part):
            raise BadSheet(f"the sheet {self.name!r} is missing in the workbook: save it anew as .xlsx")
        reader = _RowReader(self._workbook)
        for _ in self._workbook.archive.parse(self._part, reader.start, reader.end, reader.text):
            yield from reader.taken()
        self.merged = [area for area in map(_merged_cells, reader.merged) if area]


class Workbook:
    """The texts, number formats and sheets of a workbook. BadSheet when it cannot be read."""

    def __init__(self, data: bytes) -> None:
        self.archive = WorkbookArchive(data)
        parts = self.archive.relationships(self.archive.main_part)
        self.texts: list[str] = []
        self.formats: list[str] = []
        for kind, part in parts.values():
            if kind == "sharedStrings" and self.archive.has(part):
                self._read_texts(part)
            elif kind == "styles" and self.archive.has(part):
                self._read_formats(part)
        self.sheets = self._list_sheets(parts)

    def _list_sheets(self, parts: dict[str, tuple[str, str]]) -> list[Worksheet]:
        found: list[Worksheet] = []

        def start(tag: str, attributes: Attributes) -> None:
            if local_name(tag) == "sheet" and attributes.get("state", "visible") == "visible":
                ids = (value for name, value in attributes.items() if name.endswith(":id"))
                kind, part = parts.get(next(ids, ""), ("worksheet", ""))
                if kind == "worksheet":  # a sheet of charts has no cells
                    found.append(Worksheet(attributes.get("name", ""), self, part))

        for _ in self.archive.parse(self.archive.main_part, start):
            pass
        return found

    def _read_texts(self, part: str) -> None:
        reader = _TextReader()

        def start(tag: str, _: Attributes) -> None:
            reader.start(local_name(tag))

        def end(tag: str) -> None:
            name = local_name(tag)
            reader.end(name)
            if name == "si":
                self.texts.append(reader.take())

        for _ in self.archive.parse(part, start, end, reader.text):
            pass

    def _read_formats(self, part: str) -> None:
        codes = dict(BUILT_IN)
        ids: list[int] = []
        inside = ""

        def start(tag: str, attributes: Attributes) -> None:
            nonlocal inside
            name = local_name(tag)
            if name == "numFmt" and inside == "numFmts":
                codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode") or GENERAL
            elif name == "xf" and inside == "cellXfs":
                ids.append(_number(attributes.get("numFmtId")))
            elif name in ("numFmts", "cellXfs", "cellStyleXfs", "dxfs"):
                inside = name

        for _ in self.archive.parse(part, start):
            pass
        self.formats = [codes.get(each, GENERAL) for each in ids]


class _TextReader:
    """Joins the runs of a text, without the phonetic hints of East Asian texts."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._inside = False
        self._phonetic = False

    def start(self, name: str) -> None:
        if name == "t":
            self._inside = not self._phonetic
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        if name == "t":
            self._inside = False
        elif name == "rPh":
            self._phonetic = False

    def text(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)

    def take(self) -> str:
        taken = "".join(self._parts)
        self._parts = []
        return taken


class _RowReader:
    """Gathers rows while the parser goes through a sheet."""

    def __init__(self, workbook: Workbook) -> None:
        self.merged: list[str] = []
        self._workbook = workbook
        self._rows: list[tuple[int, list[Cell]]] = []
        self._row, self._column = 0, 0
        self._cells: list[Cell] = []
        self._attributes: Attributes = {}
        self._value: list[str] | None = None
        self._in_value = False
        self._formula = False
        self._inline = _TextReader()

    def taken(self) -> list[tuple[int, list[Cell]]]:
        rows, self._rows = self._rows, []
        return rows

    def start(self, tag: str, attributes: Attributes) -> None:
        name = local_name(tag)
        if name == "c":
            self._attributes = attributes
            self._value, self._formula = None, False
            found = _ADDRESS.fullmatch(attributes.get("r", ""))
            self._column = _column_number(found[1]) if found else self._column + 1
        elif name == "v":
            self._value, self._in_value = [], True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._row = _number(attributes.get("r")) or self._row + 1
            self._column, self._cells = 0, []
        elif name == "mergeCell":
            self.merged.append(attributes.get("ref", ""))
        else:
            self._inline.start(name)

    def text(self, text: str) -> None:
        if self._in_value and self._value is not None:
            self._value.append(text)
        else:
            self._inline.text(text)

    def end(self, tag: str) -> None:
        name = local_name(tag)
        if name == "v":
            self._in_value = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self._cells:
                self._rows.append((self._row, self._cells))
        else:
            self._inline.end(name)

    def _end_cell(self) -> None:
        inline = self._inline.take()
        try:
            cell: Cell = plain_text(self._shown(inline))
        except ValueError as error:
            cell = UnreadableCell(f"({_column_letters(self._column)}{self._row}) {error}")
        if cell:
            if self._column > MAX_COLUMNS:
                raise BadSheet(f"row {self._row} has more than {MAX_COLUMNS} columns")
            self._cells += [""] * (self._column - len(self._cells))
            self._cells[self._column - 1] = cell

    def _shown(self, inline: str) -> str:
        """What the cell shows. ValueError, with a sentence, when that cannot be told."""
        kind = self._attributes.get("t", "n")
        value = "".join(self._value or ())
        if self._formula and not value and kind != "str":
            raise NotShown(_NO_RESULT)
        match kind:
            case "inlineStr":
                text = inline
            case "s" if value:
                number = _number(value, -1)
                if not 0 <= number < len(self._workbook.texts):
                    raise NotShown("refers to a text that the file does not have: save it anew as .xlsx")
                text = self._workbook.texts[number]
            case "str":
                text = value
            case "e":
                raise NotShown(f"is {value}, the error of a formula: correct it in the spreadsheet")
            case "b":
                return "TRUE" if value.strip() == "1" else "FALSE"
            case "d":
                raise NotShown("is a date or a time for the spreadsheet: format it as text and type it again")
            case _:
                return self._shown_number(value.strip())
        return shown_text(text, self._format()) if text else ""

    def _shown_number(self, value: str) -> str:
        if not value:
            return ""
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value  # some programs write a text without saying so
        if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
            return value
        return shown_number(number, self._format())

    def _format(self) -> str:
        style = _number(self._attributes.get("s"))
        return self._workbook.formats[style] if 0 <= style < len(self._workbook.formats) else GENERAL


def _number(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else otherwise


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _merged_cells(name: str) -> MergedCells | None:
    first, _, last = name.partition(":")
    begin, end = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last or first)
    if not begin or not end:
        return None
    return MergedCells(name, int(begin[2]), _column_number(begin[1]), int(end[2]), _column_number(end[1]))
