"""Visitors by store and day, from a file or by hand, and the published score for comparison."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from lazo.insight.bands import BandCounts
from lazo.insight.benchmark import Benchmark
from lazo.insight.response_rate import VisitorFigures
from lazo.table.benchmark import get_benchmark
from lazo.table.rollups import ALL_STORES
from lazo.table.views.month_figures import group_months, store_months
from lazo.table.visitors import visitors_by_day
from ops.store_import.spreadsheet import Row, Sheet
from ops.visitors_file import check_visitors
from tests.ops.conftest import Lazo

TODAY = date(2026, 3, 11)


def sheet(*rows: str) -> Sheet:
    columns = ("store_id", "day", "visitors")
    cells = [dict(zip(columns, row.split(","), strict=False)) for row in rows]
    filled = [{name: cell for name, cell in each.items() if cell} for each in cells]
    return Sheet(columns, tuple(Row(number, each) for number, each in enumerate(filled, start=2)))


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("oeste,2026-03-10,5", "store_id"),
        ("norte,10/03/2026,5", "day"),
        ("norte,20260310,5", "day"),
        ("norte,2026-02-30,5", "day"),
        ("norte,2026-03-12,5", "day"),
        ("norte,2026-03-10,1.5", "visitors"),
        ("norte,2026-03-10,-1", "visitors"),
        ("norte,2026-03-10,1000001", "visitors"),
        ("norte,2026-03-10,", "visitors"),
        ("norte,2026-03-09,7", "day"),  # once more
    ],
)
def test_a_mistake_is_named_with_its_place(row: str, column: str) -> None:
    checked = check_visitors(sheet("norte,2026-03-09,0", row), {"norte"}, TODAY)
    assert [(each.row, each.column) for each in checked.mistakes] == [(3, column)]


def test_all_mistakes_are_listed_at_once() -> None:
    checked = check_visitors(sheet("sur,x,y", "norte,2026-03-11,5", "norte,,"), {"norte"}, TODAY)
    assert [(each.row, each.column) for each in checked.mistakes] == [
        (2, "day"), (2, "store_id"), (2, "visitors"), (4, "day"), (4, "visitors"),
    ]  # fmt: skip
    other = Sheet(("store_id", "date", "visitors"), ())
    assert "must be store_id, day, visitors" in check_visitors(other, set(), TODAY).mistakes[0].reason


def test_visitors_are_rolled_up_with_the_answers_of_their_days(lazo: Lazo, tmp_path: Path) -> None:
    """Tuesday, March 10: two promoters and a detractor; 40 visitors that day, 20 the day before."""
    product = lazo.product
    product.open_store()
    for score in (9, 10, 2):
        product.accept(score=score)
    product.drain()
    file = tmp_path / "visitors.csv"
    file.write_text("store_id;day;visitors\nnorte;2026-03-10;90\nnorte;2026-03-9;20\n", encoding="utf-8")
    refused = lazo("visitors", "import", str(file), code=1)
    assert "Nothing was written: 1 mistake in" in refused.err
    assert visitors_by_day(product.table, "norte", ["2026-03"]) == {}

    file.write_text(
        "store_id;day;visitors\nnorte;2026-02-28;7\nnorte;2026-03-10;90\nnorte;2026-03-09;20\n",
        encoding="utf-8",
    )
    assert lazo("visitors", "import", str(file), "--json").json == {"mistakes": [], "stores": 1, "days": 3}
    lazo("visitors", "set", "norte", "2026-03-10", "40")
    assert "no store" in lazo("visitors", "set", "oeste", "2026-03-10", "40", code=1).err
    assert "has not been yet" in lazo("visitors", "set", "norte", "2026-03-20", "40", code=2).err
    entered = visitors_by_day(product.table, "norte", ["2026-02", "2026-03"])
    assert entered == {date(2026, 2, 28): 7, date(2026, 3, 10): 40, date(2026, 3, 9): 20}

    assert lazo("visitors", "show", "norte", "2026-02", "--json").json == [
        {"day": "2026-02-28", "visitors": 7}
    ]

    product.advance(timedelta(hours=3))
    expected = VisitorFigures(60, BandCounts(2, 0, 1))
    months = store_months(product.table, ["norte"], ["2026-02", "2026-03"])["norte"]
    assert months["2026-03"].visitors == expected
    assert months["2026-02"].visitors == VisitorFigures(7)
    assert group_months(product.table, ALL_STORES, "2026-03", "2026-03")["2026-03"].visitors == expected
    assert lazo("recount", "--json").json["months"] == []


def test_a_benchmark_is_entered_replaced_and_cleared(lazo: Lazo) -> None:
    table = lazo.product.table
    assert get_benchmark(table) is None
    for score in ("30", "34.5"):
        lazo("benchmark", "set", "--score", score, "--source", "Panel, 2026", "--on", "2026-06-30")
    assert get_benchmark(table) == Benchmark(34.5, "Panel, 2026", date(2026, 6, 30))
    for wrong in (("101", "Panel", "2026-06-30"), ("30", " ", "2026-06-30"), ("30", "Panel", "June")):
        score, source, day = wrong
        lazo("benchmark", "set", f"--score={score}", "--source", source, "--on", day, code=2)
    lazo("benchmark", "clear")
    lazo("benchmark", "clear")
    assert get_benchmark(table) is None
