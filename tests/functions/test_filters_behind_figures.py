"""What figures lead to: views of the board, kinds of responses, the cases of a week, and the areas and brands that are
offered."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.local.direct_items import put_directly
from lazo.case.model import HistoryEntry
from lazo.table import followups
from lazo.table.case_records import HISTORY
from lazo.table.dynamodb.writes import Put
from tests.builders import ANA, DIEGO, MARTA, START
from tests.dom import parse
from tests.feed import comments_seen_by, put_answer
from tests.functions.board import (
    board_page,
    followup_ids_seen_by,
    open_followup,
    owned_followup,
    store_followups,
)
from tests.functions.test_desk_insights import store_items
from tests.product import Product


@pytest.fixture
def brands(product: Product) -> Product:
    """Aurora has s1 and s2, Diego's area, and Boreal s3."""
    put_directly(
        product.cloud,
        [
            *store_items("s1", {**ANA, "role": "area"}, DIEGO, MARTA),
            *store_items("s2", DIEGO, MARTA),
            *store_items("s3", MARTA, brand="Boreal"),
        ],
    )
    return product


@pytest.mark.parametrize(
    ("who", "areas", "brands_seen"),
    [
        (MARTA, ["ana@s1", "diego@s1"], ["Aurora", "Boreal"]),
        # One brand is no choice; the reader is no choice for themselves.
        (DIEGO, [], []),
        (ANA, [], []),
    ],
)
def test_the_form_offers_areas_and_brands_that_the_reader_sees(
    brands: Product, who: dict[str, Any], areas: list[str], brands_seen: list[str]
) -> None:
    page = parse(board_page(brands, who, "/desk/answers").text)

    def offered(name: str) -> list[str]:
        selects = page.all("select", name=name)
        return [each["value"] for select in selects for each in select.all("option") if each["value"]]

    assert (offered("area"), offered("brand")) == (areas, brands_seen)


def test_a_view_of_the_board_holds_what_is_late_and_in_hand(brands: Product) -> None:
    """f1: late, nobody has it; f2: late, Diego has it; f3: Diego has it, in time."""
    store_followups(
        brands,
        open_followup("f1", -5, store_id="s1", missed_at=START - timedelta(minutes=5)),
        owned_followup("f2", -5, "diego", store_id="s2"),
        owned_followup("f3", 500, "diego", store_id="s2"),
    )
    for view, shown in (("overdue", ["f1", "f2"]), ("unattended", ["f1"]), ("behind", ["f2"])):
        assert sorted(followup_ids_seen_by(brands, DIEGO, f"?view={view}")) == shown, view
    page = parse(board_page(brands, DIEGO, "/desk?view=behind").text)
    assert page.one("nav", class_="counts").one("a", **{"aria-current": "true"}).text == "Overdue, in hand"


@pytest.mark.parametrize(
    ("results", "shown"),
    [
        ("in", ["counted"]),
        ("out", ["fast", "trial", "trial, fast"]),
        ("doubtful", ["fast", "trial", "trial, fast"]),
        ("suspect", ["fast"]),
        ("test", ["trial", "trial, fast"]),
        ("too_fast", ["fast", "trial, fast"]),
        ("provisional", []),
        ("nonsense", ["counted", "fast", "trial", "trial, fast"]),
    ],
)
def test_answers_by_why_they_do_not_count(product: Product, results: str, shown: list[str]) -> None:
    put_directly(product.cloud, store_items("s1", ANA))
    for comment, suspect in (
        ("counted", ()),
        ("fast", ("too_fast",)),
        ("trial", ("test",)),
        ("trial, fast", ("test", "too_fast")),
    ):
        put_answer(product, comment, -60, store_id="s1", suspect=suspect)
    assert sorted(comments_seen_by(product, ANA, f"?results={results}")) == shown


def test_a_case_is_of_the_week_in_which_it_was_first_resolved(brands: Product) -> None:
    """Both were resolved on Monday, 9 March; one was reopened and is resolved again eight days later."""
    monday = datetime(2026, 3, 9, 15, tzinfo=START.tzinfo)
    resolved = {"stage": "resolved", "recovery_month": "2026-03", "store_id": "s1"}
    again = owned_followup(
        "again",
        5,
        "ana",
        resolved_at=monday + timedelta(days=8),
        reopened_at=monday + timedelta(days=2),
        **resolved,
    )
    for case in (owned_followup("once", 5, "ana", resolved_at=monday, **resolved), again):
        for put in followups.opening_puts(case):
            brands.table.put(put)
    for n, at in enumerate((monday, monday + timedelta(days=8))):
        entry = HistoryEntry(f"e{n}", "resolved", "ana", "Ana", at, n + 2, {})
        brands.table.put(Put(HISTORY.item("again", entry)))
    for week, shown in (("2026-W11", ["again", "once"]), ("2026-W12", [])):
        page = parse(board_page(brands, ANA, f"/desk/insights/team?cases=solved_in_week&week={week}").text)
        assert sorted(each["id"].removeprefix("c-") for each in page.one(id="cases").all("li")) == shown
