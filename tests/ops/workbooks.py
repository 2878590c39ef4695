"""Workbooks (.xlsx) written part by part, as programs other than openpyxl write them, and as nobody should."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from tests.ops.sheets import HEADER, store_row

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def text_cell(text: str) -> str:
    """The inside of a cell with a text: a `<c` without its address."""
    return f' t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def sheet_data(rows: Sequence[Mapping[str, str]], header: Sequence[str] = HEADER, first: int = 1) -> str:
    """The rows of a sheet of stores below its header. A cell that begins with `<c` is XML."""
    written = []
    for number, row in enumerate([dict(zip(header, header, strict=True)), *rows], start=first):
        cells = [
            f'<c r="{letters(column)}{number}"'
            + (cell.removeprefix("<c") if cell.startswith("<c") else text_cell(cell))
            for column, name in enumerate(header, start=1)
            if (cell := row.get(name, ""))
        ]
        written.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(written)


def store_with(**cells: str) -> dict[str, str]:
    return {**store_row(1), **{name.replace("__", "."): cell for name, cell in cells.items()}}


def letters(column: int) -> str:
    return (chr(64 + (column - 1) // 26) if column > 26 else "") + chr(65 + (column - 1) % 26)


def write_workbook(
    path: Path,
    sheets: Mapping[str, str],
    *,
    formats: Sequence[str] = (),
    texts: Sequence[str] = (),
    states: Mapping[str, str] | None = None,
    after_rows: str = "",
    parts: Mapping[str, str | bytes | None] | None = None,
) -> Path:
    """Write a workbook of sheets, each the XML of its rows. `formats`: of the styles 1, 2, ...; `texts`: the XML of
    shared texts; `after_rows`: XML below the rows; `parts` replaces parts, or leaves them out (None)."""
    names = list(sheets)
    found: dict[str, Any] = {
        "_rels/.rels": _relationships([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{KINDS}"><sheets>'
        + "".join(
            f'<sheet name="{name}" sheetId="{n}" state="{(states or {}).get(name, "visible")}" r:id="rId{n}"/>'
            for n, name in enumerate(names, start=1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relationships(
            [
                *(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)),
                ("styles", "styles.xml"),
                ("sharedStrings", "sharedStrings.xml"),
            ]
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>'
        + "".join(
            f'<numFmt numFmtId="{163 + n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
            for n, code in enumerate(formats, start=1)
        )
        + '</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
        + "".join(f'<xf numFmtId="{163 + n}"/>' for n in range(1, len(formats) + 1))
        + "</cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(f"<si>{text}</si>" for text in texts)}</sst>',
        **{
            f"xl/worksheets/sheet{n}.xml": f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/>'
            f"<sheetData>{rows}</sheetData>{after_rows}</worksheet>"
            for n, rows in enumerate(sheets.values(), start=1)
        },
        **(parts or {}),
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in found.items():
            if content is not None:
                archive.writestr(name, content)
    return path


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    return (
        f'<Relationships xmlns="{PACKAGE}">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{KINDS}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(targets, start=1)
        )
        + "</Relationships>"
    )
