"""Workbooks: what a person sees in a cell is read, and what cannot be read is told by sheet and cell."""

from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazo.table import stores
from ops.store_import import workbook_archive
from ops.store_import.errors import BadSheet
from ops.store_import.spreadsheet import Sheet, read_sheet
from tests.ops.conftest import Lazo
from tests.ops.sheets import HEADER
from tests.ops.workbooks import MAIN, sheet_data, store_with, text_cell, write_workbook
from tests.parts import some

CASES = Path(__file__).parents[1] / "data/stores"


def sheet_with(tmp_path: Path, header: list[str] = HEADER, **cells: str) -> Sheet:
    """Read a workbook of one store with these cells."""
    rows = sheet_data([store_with(**cells)], header)
    return read_sheet(write_workbook(tmp_path / "stores.xlsx", {"stores": rows}, formats=["0000", "d-mmm"]))


@pytest.mark.parametrize("name", ["bad_fill", "strict", "chart_first"])
def test_a_workbook_that_other_programs_wrote_is_read(lazo: Lazo, name: str) -> None:
    assert lazo("stores", "import", str(CASES / f"{name}.xlsx"), "--yes", "--json").json["new"] == ["shop-x"]


def test_a_number_is_stored_as_its_cell_shows_it(lazo: Lazo) -> None:
    assert lazo("stores", "import", str(CASES / "lead0.xlsx"), "--yes", "--json").json["new"] == ["0012"]
    assert stores.get_store(lazo.product.table, "12") is None


def test_amounts_with_separators_are_told(lazo: Lazo) -> None:
    ended = lazo("stores", "import", str(CASES / "money.xlsx"), "--yes", "--json", code=1)
    assert [(each["row"], each["column"]) for each in ended.json["mistakes"]] == [
        (2, "policy.incentive_month"),
        (2, "policy.incentive_most.urgent"),
    ]
    assert "'600.000' must be a whole number in digits alone" in ended.json["mistakes"][0]["reason"]
    assert lazo.product.cloud.items() == []


def test_a_formula_without_its_result_is_told_by_sheet_and_cell(lazo: Lazo) -> None:
    ended = lazo("stores", "import", str(CASES / "uncached_formula_quiet.xlsx"), "--yes", "--json", code=1)
    (mistake,) = ended.json["mistakes"]
    assert (mistake["row"], mistake["column"]) == (2, "contacts.1.quiet")
    assert mistake["reason"].startswith("(W2) holds a formula without its result")
    assert "1 mistake in 1 row of uncached_formula_quiet.xlsx, sheet 'Sheet'." in ended.err


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ('<c t="str"><f>A1</f><v>Aurora</v></c>', "Aurora"),
        ('<c t="str"><f>IF(A1="","","x")</f><v></v></c>', None),  # its result is an empty text
        ('<c s="1"><v>12</v></c>', "0012"),
        ('<c s="1"><f>6*2</f><v>12</v></c>', "0012"),
        ('<c s="99"><v>12</v></c>', "12"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="s"><v>0</v></c>', "Aurora Centro"),
        ('<c t="s"><v>1</v></c>', "東京"),
        ("<c" + text_cell("Cafe\u0301_x000D_ \u200bSur"), "Caf\u00e9 Sur"),
        ("<c" + text_cell("a_x005F_x000D_b"), "a_x000D_b"),
        ("<c" + text_cell("  Aurora\u00a0\nSur "), "Aurora Sur"),
        ("<c><v>Aurora</v></c>", "Aurora"),  # a text that is not said to be one
        ('<c s="1"/>', None),
    ],
)
def test_a_cell_is_read_as_a_person_sees_it(tmp_path: Path, cell: str, read: str | None) -> None:
    rows = sheet_data([store_with(name=cell)])
    file = write_workbook(
        tmp_path / "stores.xlsx",
        {"stores": rows},
        formats=["0000"],
        texts=[
            "<r><t>Aurora</t></r><r><rPr><b/></rPr><t> Centro</t></r>",
            '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>',
        ],
    )
    (row,) = read_sheet(file).rows
    assert (row.cells.get("name"), row.unreadable) == (read, {})


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("<c><f>A1</f></c>", "holds a formula without its result"),
        ("<c><f>A1</f><v/></c>", "holds a formula without its result"),
        ('<c t="e"><v>#REF!</v></c>', "is #REF!, the error of a formula"),
        ("<c" + text_cell("#N/A"), "is #N/A, the error of a formula"),
        ("<c" + text_cell("#¿NOMBRE?"), "is #¿NOMBRE?, the error of a formula"),
        ('<c s="2"><v>46114</v></c>', "is a date or a time"),  # 3-4, which was taken for the third of April
        ('<c t="d"><v>2026-04-03</v></c>', "is a date or a time"),
        ('<c t="s"><v>7</v></c>', "refers to a text that the file does not have"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told(tmp_path: Path, cell: str, why: str) -> None:
    (row,) = sheet_with(tmp_path, name=cell).rows
    assert row.unreadable["name"].startswith(f"(B2) {why}")
    assert "name" not in row.cells


def test_all_cells_that_cannot_be_read_are_told_at_once(lazo: Lazo, tmp_path: Path) -> None:
    broken = store_with(name='<c t="e"><v>#N/A</v></c>', hours__mon="<c><f>A1</f></c>", language="fr")
    file = write_workbook(tmp_path / "stores.xlsx", {"Tiendas": sheet_data([broken])})
    ended = lazo("stores", "import", str(file), "--yes", "--json", code=1)
    assert [each["column"] for each in ended.json["mistakes"]] == ["hours.mon", "language", "name"]
    assert "sheet 'Tiendas'" in ended.err


def test_merged_cells_are_told(tmp_path: Path) -> None:
    rows = sheet_data([store_with(), {**store_with(), "store_id": "store-2", "brand": ""}])
    merged = '<mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells>'
    sheet = read_sheet(write_workbook(tmp_path / "stores.xlsx", {"stores": rows}, after_rows=merged))
    assert [dict(row.unreadable) for row in sheet.rows] == [
        {"brand": "(C2:C3) are merged cells: split them, and fill in each"}
    ] * 2


@pytest.mark.parametrize(
    "sheets",
    [
        {"Export Summary": sheet_data([], ["This document was exported from Numbers."])},
        {"Resumen": sheet_data([], ["Hoja", "Tabla"])},
        {"hidden": sheet_data([store_with(store_id="hidden")])},
        {"empty": ""},
    ],
)
def test_the_sheet_with_the_stores_is_found(tmp_path: Path, sheets: dict[str, str]) -> None:
    states = {"hidden": "hidden"}
    title = '<row r="1"><c r="A1" t="inlineStr"><is><t>Tabla 1</t></is></c></row>'
    stores = title + sheet_data([store_with()], first=3)
    file = write_workbook(tmp_path / "stores.xlsx", {**sheets, "Tiendas": stores}, states=states)
    sheet = read_sheet(file)
    assert (sheet.name, [(row.number, row.cells["store_id"]) for row in sheet.rows]) == (
        "Tiendas",
        [(4, "store-1")],
    )


def test_a_second_sheet_with_stores_is_named(lazo: Lazo, tmp_path: Path) -> None:
    rows = sheet_data([store_with()])
    file = write_workbook(tmp_path / "stores.xlsx", {"a": rows, "b": rows})
    ended = lazo("stores", "import", str(file), "--dry-run")
    assert "Only the sheet 'a' is read. Stores stand in 'b' too." in ended.err


def test_prefixes_backslashes_and_cells_without_addresses_are_read(tmp_path: Path) -> None:
    rows = (
        sheet_data([store_with()], ["store_id", "name"])
        .replace("<", "<x:")
        .replace("<x:/", "</x:")
        .replace(' r="', ' q="')
    )
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    parts: dict[str, Any] = {"xl/worksheets/sheet1.xml": None, "xl\\Worksheets\\Sheet1.xml": sheet}
    (row,) = read_sheet(write_workbook(tmp_path / "stores.xlsx", {"stores": ""}, parts=parts)).rows
    assert (row.number, row.cells) == (2, {"store_id": "store-1", "name": "Aurora 1"})


def test_cells_below_a_column_without_a_name_are_told(tmp_path: Path) -> None:
    rows = sheet_data([store_with()], ["store_id", "", "name"])
    with pytest.raises(BadSheet, match="sheet 'stores', row 1: column 2 has no name"):
        read_sheet(write_workbook(tmp_path / "stores.xlsx", {"stores": rows}))


OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (OLD + "EncryptedPackage".encode("utf-16-le"), "protected with a password: save it without one"),
        (OLD, "is an old Excel workbook (.xls)"),
        (b"PK\x03\x04 cut off", "is no Excel workbook"),
        (b"store_id;name", "is no Excel workbook"),
    ],
)
def test_a_file_that_is_no_workbook_is_told(lazo: Lazo, tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "stores.xlsx"
    file.write_bytes(content)
    ended = lazo("stores", "import", str(file), code=1)
    assert why in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"xl/workbook.xml": None, "xl/workbook.bin": "x"}, "a binary workbook (.xlsb)"),
        ({"xl/workbook.xml": None, "Index/Document.iwa": "x"}, "a document of Numbers"),
        ({"xl/workbook.xml": None, "content.xml": "x"}, "an OpenDocument spreadsheet"),
        ({"xl/workbook.xml": None}, "is no Excel workbook"),
        ({"xl/worksheets/sheet1.xml": None}, "the sheet 'stores' is missing in the workbook"),
        ({"xl/worksheets/sheet1.xml": "<worksheet><sheetData>"}, "the workbook is damaged"),
        ({"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"/>'}, "the file is empty"),
        (
            {"xl/worksheets/sheet1.xml": '<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'},
            "has a document type (DTD)",
        ),
        ({"xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'}, "has no sheet with cells"),
    ],
)
def test_a_broken_workbook_is_told_in_one_line(
    lazo: Lazo, tmp_path: Path, parts: dict[str, Any], why: str
) -> None:
    file = write_workbook(tmp_path / "stores.xlsx", {"stores": sheet_data([store_with()])}, parts=parts)
    ended = lazo("stores", "import", str(file), code=1)
    assert why in ended.err
    assert ended.err.count("\n") == 1


def test_a_workbook_that_grows_too_much_is_refused(tmp_path: Path) -> None:
    rows = sheet_data([store_with()]) + '<row r="9"><c r="A9"/></row>' * 400_000
    file = write_workbook(tmp_path / "stores.xlsx", {"stores": rows})
    assert file.stat().st_size < 90_000
    with pytest.raises(BadSheet, match="more than 100 times as large when unpacked"):
        read_sheet(file)


def test_a_workbook_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_workbook(tmp_path / "stores.xlsx", {"stores": sheet_data([store_with()])})
    monkeypatch.setattr(workbook_archive, "MAX_UNPACKED_BYTES", 2000)
    with pytest.raises(BadSheet, match="when unpacked"):
        read_sheet(file)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_twenty_thousand_columns_are_refused(tmp_path: Path, suffix: str) -> None:
    header = ["store_id", *(f"x{n}" for n in range(20_000))]
    file = tmp_path / f"stores.{suffix}"
    if suffix == "csv":
        file.write_text(",".join(header), encoding="utf-8")
    else:
        cells = "".join(f"<c{text_cell(name)}" for name in header)
        write_workbook(file, {"stores": f"<row>{cells}</row>"})
    with pytest.raises(BadSheet, match="row 1 has more than 500 columns"):
        read_sheet(file)


DAMAGE = st.binary(max_size=4) | st.sampled_from([b"<", b'"', b"/>", b"9999999999", b"-1", b"\x00"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The parts of a workbook by name, and as "" the workbook itself."""
    folder = tmp_path_factory.mktemp("workbook")
    file = write_workbook(folder / "a.xlsx", {"stores": sheet_data([store_with()])}, formats=["0000"])
    with ZipFile(file) as archive:
        return {"": file.read_bytes(), **{name: archive.read(name) for name in archive.namelist()}}


@given(st.data())
@settings(max_examples=some(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_crashes_the_reader(tmp_path: Path, whole: dict[str, bytes], data: st.DataObject) -> None:
    """What can be read is read; all else is a BadSheet."""
    name = data.draw(st.sampled_from(sorted(whole)))
    at, length = data.draw(st.integers(0, len(whole[name]))), data.draw(st.integers(0, 12))
    broken = whole[name][:at] + data.draw(DAMAGE) + whole[name][at + length :]
    file = tmp_path / "stores.xlsx"
    file.write_bytes(broken)
    if name:
        with ZipFile(file, "w", ZIP_STORED) as archive:
            for each, content in whole.items():
                if each:
                    archive.writestr(each, broken if each == name else content)
    with suppress(BadSheet):
        assert isinstance(read_sheet(file), Sheet)
