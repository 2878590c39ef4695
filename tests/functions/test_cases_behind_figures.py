"""The cases behind figures: only of the stores that the reader may see, and in a bounded number of reads."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.local.direct_items import put_directly
from lazo.table import followups
from lazo.table.views import every_followup
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START
from tests.dom import parse
from tests.functions.board import board_page, open_followup, owned_followup, pages_from
from tests.functions.test_desk_insights import roll_up, store_items
from tests.product import Product

FEBRUARY = datetime(2026, 2, 10, 15, tzinfo=START.tzinfo)


@pytest.fixture
def cases(product: Product) -> Product:
    """Aurora has s1 and s2, Diego's area.

    Of s1: one that nobody ever answered, one that was left, one that was answered in time, one of February."""
    put_directly(product.cloud, [*store_items("s1", ANA, DIEGO, MARTA), *store_items("s2", DIEGO, MARTA)])
    put_directly(product.cloud, store_items("s3", MARTA, brand="Boreal"))
    roll_up(product, "2026-03")
    late = {"late_stages": ("contacted",)}
    for case in (
        open_followup("late", -5, store_id="s1", **late),
        open_followup("left", -5, store_id="s1", stage="unanswered", unanswered_at=START),
        owned_followup(
            "fine", 500, "ana", store_id="s1", stage="contacted", contacted_at=START, reached=True
        ),
        open_followup("feb", -5, store_id="s1", opened_at=FEBRUARY, opened_month="2026-02", **late),
        open_followup("south", -5, store_id="s2", **late),
    ):
        for put in followups.opening_puts(case):
            product.table.put(put)
    return product


@pytest.mark.parametrize(
    ("who", "query", "shown"),
    [
        (ANA, "cases=never_contacted", ["late", "left"]),
        (ANA, "cases=never_contacted&from=2026-02&to=2026-03", ["feb", "late", "left"]),
        (ANA, "cases=in_time_contacted", ["fine"]),
        (ANA, "cases=unanswered", ["left"]),
        (ANA, "cases=all_contacted", ["fine", "late", "left"]),
        (ANA, "cases=spoken_to", []),
        (ANA, "cases=solved", []),
        (DIEGO, "cases=never_contacted", ["late", "left", "south"]),
        (DIEGO, "cases=never_contacted&shop=s2", ["south"]),
        (MARTA, "cases=never_contacted&area=diego@s1", ["late", "left", "south"]),
        (MARTA, "cases=never_contacted&brand=Boreal", []),
    ],
)
def test_cases_behind_a_figure(cases: Product, who: dict[str, Any], query: str, shown: list[str]) -> None:
    page = parse(board_page(cases, who, f"/desk/insights/team?{query}").text).one(id="cases")
    assert sorted(each["id"].removeprefix("c-") for each in page.all("li")) == shown


def open_many(cases: Product, many: int, late_each: int) -> None:
    """Open so many cases, of which one in `late_each` got its talk too late."""
    for n in range(many):
        each = open_followup(f"m{n:03}", -5, store_id="s1", opened_at=START - timedelta(minutes=400 - n))
        late = ("contacted",) if n % late_each == 0 else ()
        for put in followups.opening_puts(replace(each, late_stages=late)):
            cases.table.put(put)


@pytest.mark.parametrize(("late_each", "button"), [(4, "Más casos"), (100, "Seguir buscando")])
def test_a_page_that_is_not_full_does_not_promise_more(cases: Product, late_each: int, button: str) -> None:
    open_many(cases, 350, late_each)
    page = parse(board_page(cases, ANA, "/desk/insights/team?cases=never_contacted").text)
    assert [link.text for link in page.all("a", rel="next")] == [button]


def test_many_cases_come_in_pages_and_what_is_missing_is_said(cases: Product, watch: Watch) -> None:
    put_directly(cases.cloud, [{"pk": "STORE#s1", "sk": "TIMES#2026-03", "never#contacted": 3}])
    page = board_page(cases, ANA, "/desk/insights/team?cases=never_contacted")
    assert "La cifra cuenta 1 más que no está en la lista" in page.text
    open_many(cases, 350, late_each=4)
    seen: list[str] = []
    for at, calls in pages_from(cases, ANA, "/desk/insights/team?cases=never_contacted", watch):
        assert calls <= 1 + 1 + 1 + 3 + 2
        seen += [each["id"].removeprefix("c-") for each in at.one(id="cases").all("li")]
    assert seen == [*(f"m{n:03}" for n in range(0, 350, 4)), "late", "left"]
    assert every_followup.READ_AT_MOST < 350
