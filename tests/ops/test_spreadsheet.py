"""Files of stores: CSV, Excel and TOML, read and written."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from lazo.table import stores
from ops.store_import.errors import BadSheet
from ops.store_import.spreadsheet import csv_text, read_sheet
from tests.builders import ANA, settings
from tests.ops.conftest import Lazo
from tests.ops.sheets import store_row, write_xlsx
from tests.ops.workbooks import sheet_data, text_cell, write_workbook


def test_typed_cells_of_excel_are_read(lazo: Lazo, tmp_path: Path) -> None:
    row: dict[str, Any] = dict(store_row(1))
    row |= {
        "contacts.1.level": 0.0,
        "policy.take_on_minutes": 15,
        "name": " Aurora Uno ",
        "hours.special": None,
    }
    assert (
        lazo("stores", "import", write_xlsx(tmp_path / "stores.xlsx", [row]), "--yes", "--json").json[
            "written"
        ]
        == 1
    )
    found = stores.get_store(lazo.product.table, "store-1")
    assert found is not None
    assert (found.name, found.policy.take_on_minutes, found.contacts[0].level) == ("Aurora Uno", 15, 0)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_an_exported_file_imports_without_changes(lazo: Lazo, tmp_path: Path, suffix: str) -> None:
    rich = settings(
        hours={
            **{day: [["09:00", "14:00"], ["16:00", "21:00"]] for day in ("mon", "tue", "wed", "thu")},
            "fri": [["20:00", "02:00"]],
            "sat": [],
            "sun": [],
            "holidays": "as_usual",
            "special": {"2026-12-24": [["09:00", "11:00"], ["12:00", "13:00"]], "2026-12-31": []},
            "closed": [["02-01", "02-28"]],
        },
        contacts=[{**ANA, "quiet": ["22:00", "07:00"], "away": [["2026-12-28", "2027-01-08"]]}],
        policy={
            "remind_minutes": {"contacted": 60},
            "tell_customer": False,
            "customer_quiet": ["20:00", "10:00"],
        },
        competitors=["Acme; Sons", "Best"],
        question={"es": "¿Qué tal tu visita a Aurora?"},
        staff=["=cmd", "Rosa", "@home", "-"],
    )
    stores.put_store(lazo.product.table, rich)
    lazo("touchpoints", "add", "norte", "caja1", "Caja 1; al fondo: izquierda")
    lazo("touchpoints", "add", "norte", "caja2", "Caja 2")
    lazo("touchpoints", "retire", "caja2")
    lazo("touchpoints", "add", "norte", "prueba", "Prueba", "--test")
    file = tmp_path / f"stores.{suffix}"
    lazo("stores", "export", str(file))
    ended = lazo("stores", "import", str(file), "--dry-run", "--json")
    assert (ended.json["same"], ended.json["changed"], ended.json["new"]) == (1, {}, [])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"store_id,name,name\nx,y,z\n", "column 'name' stands there twice"),
        ("store_id,name\nx,Caf\u00e9\n".encode("cp1252"), "line 2 is not UTF-8"),
        (b"store_id,name\nx,y,z\n", "row 2 has more cells than there are columns"),
    ],
)
def test_an_unreadable_csv_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "stores.csv"
    file.write_bytes(content)
    with pytest.raises(BadSheet, match=why):
        read_sheet(file)


def test_the_line_that_names_the_separator_is_no_row(lazo: Lazo) -> None:
    """Excel writes `sep=;` first, and counts the next row as the first."""
    file = Path(__file__).parents[1] / "data/stores/sep.csv"
    assert [row.number for row in read_sheet(file).rows] == [2]
    assert lazo("stores", "import", str(file), "--yes", "--json").json["new"] == ["shop-x"]


@pytest.mark.parametrize("line", ["sep=|\r\n", '"sep=|"\n', "SEP=|\n"])
def test_any_separator_may_be_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "stores.csv"
    file.write_bytes(f"{line}store_id|name\nx|a;b,c\n".encode())
    assert read_sheet(file).rows[0].cells == {"store_id": "x", "name": "a;b,c"}


def test_unicode_text_of_excel_is_read(tmp_path: Path) -> None:
    file = tmp_path / "stores.csv"
    file.write_bytes("store_id\tname\r\nx\tCafé\r\n".encode("utf-16"))
    assert read_sheet(file).rows[0].cells == {"store_id": "x", "name": "Café"}


def test_what_a_file_is_its_content_says(tmp_path: Path) -> None:
    workbook = Path(write_xlsx(tmp_path / "stores.xlsx", [store_row(1)]))
    renamed = workbook.rename(tmp_path / "stores.csv")
    assert read_sheet(renamed).rows[0].cells["store_id"] == "store-1"


def test_cells_of_a_csv_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    file = tmp_path / "stores.csv"
    file.write_text('store_id,name,brand,staff\nx,#N/A,"=""Aurora""",\'=cmd\n', encoding="utf-8")
    (row,) = read_sheet(file).rows
    assert row.unreadable == {
        "name": "is #N/A, the error of a formula: correct it in the spreadsheet",
        "brand": "is a formula: type the value itself",
    }
    assert row.cells == {"store_id": "x", "staff": "=cmd"}


@given(st.binary(max_size=200) | st.text('store_id,;\t"=\n\r\ufeff|', max_size=60).map(str.encode))
@settings_of_hypothesis(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_csv_crashes_the_reader(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "stores.csv"
    file.write_bytes(content)
    with suppress(BadSheet):
        assert read_sheet(file).columns


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "stores.csv"
    file.write_bytes(b"store_id\n" + b"x\n" * 10_000_000)
    with pytest.raises(BadSheet, match="the file has more than 20 MB"):
        read_sheet(file)


def test_an_unusable_file_is_reported_in_one_line(lazo: Lazo, tmp_path: Path) -> None:
    file = tmp_path / "stores.xlsx"
    file.write_text("no workbook")
    assert "the file is no Excel workbook" in lazo("stores", "import", str(file), code=1).err
    assert "No such file" in lazo("stores", "import", str(tmp_path / "none.csv"), code=1).err
    assert "neither in .csv nor in .xlsx" in lazo("stores", "export", "stores.ods", code=2).err


def test_a_toml_file_of_stores_is_imported(lazo: Lazo) -> None:
    demo = Path(__file__).parents[2] / "infra/local/stores.toml"
    assert lazo("stores", "import", str(demo), "--yes", "--json").json["written"] == 3
    listed = lazo("stores", "show", "--json").json
    assert [each["store_id"] for each in listed] == ["covent-garden", "paulista", "plaza-norte"]
    shown = lazo("stores", "show", "plaza-norte", "--json").json
    assert [place["code"] for place in shown["touchpoints"]] == ["cafeteria", "caja-vieja", "caja1", "caja3"]
    assert "There is no store 'nowhere'" in lazo("stores", "show", "nowhere", code=1).err


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("=?utf-8?q?Aurora=0ABcc:_x@y.example?=", "holds text that is encoded for e-mail"),
        ("Aurora\x07", "holds a character that nobody sees (U+0007)"),
        ("Aurora \x9b31m", "holds a character that nobody sees (U+009B)"),
        ("x" * 32_768, "has more than 32767 characters"),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "toml"])
def test_what_nobody_means_to_read_in_a_name_is_told(
    lazo: Lazo, tmp_path: Path, name: str, why: str, suffix: str
) -> None:
    file = tmp_path / f"stores.{suffix}"
    if suffix == "csv":
        file.write_text(csv_text(list(row := {**store_row(1), "brand": name}), [list(row.values())]), "utf-8")
        (mistake,) = lazo("stores", "import", str(file), "--yes", "--json", code=1).json["mistakes"]
        assert (mistake["row"], mistake["column"]) == (2, "brand")
    else:
        file.write_text(f"[[stores]]\nbrand = {json.dumps(name)}\n", "utf-8")
        mistakes = lazo("stores", "import", str(file), "--yes", "--json", code=1).json["mistakes"]
        (mistake,) = (each for each in mistakes if "brand" in each["reason"])
    assert why in mistake["reason"]


def test_files_that_take_long_are_refused_at_once(tmp_path: Path) -> None:
    """Trailing commas, and merged cells over each other, took 20 seconds each."""
    many = tmp_path / "stores.csv"
    many.write_text("store_id\n" + ("," * 20_000 + "x\n") * 50, "utf-8")
    with pytest.raises(BadSheet, match="row 2 has more than 500 columns"):
        read_sheet(many)
    rows = "".join(f'<row r="{n}"><c r="A{n}"{text_cell("x")}</row>' for n in range(2, 1002))
    merged = "<mergeCells>" + '<mergeCell ref="A1:B999"/>' * 300 + "</mergeCells>"
    head = sheet_data([], ["store_id"])
    file = write_workbook(tmp_path / "stores.xlsx", {"stores": head + rows}, after_rows=merged)
    with pytest.raises(BadSheet, match="more than 200000 merged cells"):
        read_sheet(file)


def test_a_number_beyond_all_is_read_as_it_is_written(tmp_path: Path) -> None:
    cell = '<row r="2"><c r="A2" s="1"><v>1e9999999</v></c></row>'
    head = sheet_data([], ["store_id"])
    file = write_workbook(tmp_path / "stores.xlsx", {"stores": head + cell}, formats=["0"])
    assert [dict(row.cells) for row in read_sheet(file).rows] == [{"store_id": "1e9999999"}]


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000 + "]" * 5000, "[" + ".".join(["a"] * 20) + "]\nb = 1", "a." * 20 + "a = 1"]
)
def test_toml_that_is_nested_too_deeply_is_told(lazo: Lazo, tmp_path: Path, text: str) -> None:
    file = tmp_path / "stores.toml"
    file.write_text(text, "utf-8")
    ended = lazo("stores", "import", str(file), "--yes", code=1)
    assert "stores.toml is no TOML: it is nested too deeply" in ended.err
    assert ended.err.count("\n") == 1
