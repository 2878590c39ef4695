"""The calls that the pages of the insights make, of a brand of 2,000 stores over three years."""

import pytest

from benchmarks import insight_pages
from benchmarks.board import AREA_MANAGER, HEAD, MANAGER
from infra.local.direct_items import put_directly
from lazo.store.contacts import Contact
from tests.aws_rules import Watch
from tests.dom import parse
from tests.functions.board import board_page
from tests.functions.test_desk_insights import PATH
from tests.product import Product

CALLS = {
    # The user; the store; this month's days and the last's; older months; promises, recovery; the brand's other stores;
    # what is overdue by three ranges of two lists; promises by two; times and visitors; what rises; the benchmark; what
    # is being written.
    (MANAGER, PATH): 1 + 1 + 1 + 1 + 2 + 1 + 3 * 2 + 2 + 3 + 1,
    (MANAGER, f"{PATH}/stores"): 3,
    (MANAGER, f"{PATH}/themes?theme=price"): 7,
    (MANAGER, f"{PATH}/touchpoints"): 10,
    # The user; its stores; the trend's months by stores; the month.
    (AREA_MANAGER, PATH): 1 + 1 + 2 + 1 + 3 * 2 + 2 + 2,
    (AREA_MANAGER, f"{PATH}/themes?theme=price"): 1 + 1 + 9,
    # The months of 13 weeks in a batch, and of 28 days in one.
    (AREA_MANAGER, f"{PATH}?period=2026-w11"): 1 + 1 + 1 + 3 * 2 + 2 + 2,
    (AREA_MANAGER, f"{PATH}?period=2026-03-18"): 1 + 1 + 1 + 3 * 2 + 2 + 2,
    # Its stores are not read, but one; six batches for a quarter, three queries for the trend.
    (insight_pages.LARGE, PATH + "?period=2026-q1"): 1 + 3 + 6 + 3 * 2 + 2 + 2,
    (insight_pages.LARGE, f"{PATH}/themes?theme=price"): 1 + 10,
    # 400 months of stores by day.
    (insight_pages.LARGE, f"{PATH}?period=2026-w11"): 1 + 1 + 4 + 3 * 2 + 2 + 2,
    (insight_pages.LARGE, f"{PATH}/themes?theme=price&period=2026-w11"): 1 + 1 + 4,
    # The user; the list of stores; the brands; 36 months; what is overdue.
    (HEAD, PATH): 1 + 1 + 1 + 1 + 3 * 2 + 2 + 2,
    (HEAD, f"{PATH}?period=2026-w11"): 1 + 1 + 1 + 1 + 3 * 2 + 2 + 2,
    (HEAD, f"{PATH}?period=2026-03-18&brand=Aurora"): 1 + 1 + 1 + 2 + 1 + 3 * 2 + 2 + 2,
    (HEAD, f"{PATH}/stores"): 4,
}
"""The calls that a page makes at most, where nothing is overdue: at 8 ms each all are under 300 ms. The others are in
`python -m benchmarks.insight_pages`."""


@pytest.fixture
def big_brand(product: Product) -> Product:
    """2,000 stores over three years, as of 20 March 2026."""
    product.wait(insight_pages.AT - product.now())
    put_directly(product.cloud, [*insight_pages.store_items(), *insight_pages.figure_items()])
    return product


def test_the_number_of_reads_does_not_grow_with_the_brand(big_brand: Product, watch: Watch) -> None:
    def look(who: Contact, address: str) -> tuple[int, str]:
        contact = {"contact_id": who.contact_id, "name": who.name, "role": who.role, "level": who.level}
        contact |= {"language": who.language, "phone": who.phone}
        watch.clear()
        page = board_page(big_brand, contact, address)
        assert page.status == 200
        return len([call for call in watch.calls if call.function == "Desk"]), page.text

    look(MANAGER, PATH)  # a store is read once a minute
    shown = {}
    for (who, address), most in CALLS.items():
        calls, shown[who, address] = look(who, address)
        assert calls <= most, f"{who.name} {address}"
        assert calls * insight_pages.CALL_MS < insight_pages.TARGET_MS
        assert len(shown[who, address].encode()) < 300_000
    # Each group month sums 2,000 times one store's: scores 0 to 10 as 20 to 30 answers, 275 in all, of which 59 are
    # promoters, 55 passives and 161 detractors: (59 - 161) / 275 = -37.
    assert "−37: entre −38 y −36, con 550.000 respuestas" in parse(shown[HEAD, PATH]).one("main").text
    few, with_score = look(MANAGER, "/desk")
    assert "score-line" in with_score
    # The user; the store's list and that of before; what it lists; the score; both lists of the day's promises.
    assert few <= 7
