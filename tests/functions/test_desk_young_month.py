"""Early in a month the figures are those of the last one, until the running month has 20 answers or its 8th day."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from benchmarks import insight_pages
from benchmarks.board import HEAD, MANAGER
from benchmarks.desk_session import session_headers
from infra.local.direct_items import put_directly
from tests.aws_rules import Watch
from tests.builders import ANA
from tests.dom import Element, parse
from tests.functions.board import board_page
from tests.functions.test_desk_insights import PATH, counters
from tests.functions.test_insight_reads import CALLS
from tests.product import Product


def shown(
    product: Product, day: int, march: Mapping[str, int], april: Mapping[str, int], query: str = ""
) -> Element:
    """The overview of a store on a day of April."""
    product.open_store()
    product.wait(datetime(2026, 4, day, 15, tzinfo=UTC) - product.now())
    put_directly(
        product.cloud, [counters("norte", "2026-03-20", **march), counters("norte", "2026-04-01", **april)]
    )
    return parse(board_page(product, ANA, PATH + query).text).one("main")


def test_a_young_month_gives_way_to_the_last_and_is_one_link_away(product: Product) -> None:
    """15 promoters and 10 detractors make (15 - 10) / 25 = 20; suspect answers (x) do not count."""
    page = shown(product, 3, {"s10": 15, "s0": 10}, {"s10": 12, "x10": 30})
    assert "marzo de 2026" in page.one("h1").text
    assert "Las cifras son de marzo de 2026: abril de 2026 tiene por ahora 12 respuestas." in page.text
    assert "20: entre" in page.one(id="score").text
    (there,) = (link["href"] for link in page.all("a") if link.text == "Ver abril de 2026")
    assert there == f"{PATH}?period=2026-04"
    april = parse(board_page(product, ANA, there).text).one("main")
    assert "12 respuestas" in april.one(id="score").text
    assert "Las cifras son de" not in april.text


@pytest.mark.parametrize(
    ("day", "march", "april"),
    [
        (3, {"s10": 25}, {"s10": 20}),
        (8, {"s10": 25}, {"s10": 12}),
        (3, {}, {"s10": 12}),
        (3, {"s10": 12}, {"s10": 12}),
    ],
    ids=["20 answers", "8th day", "nothing before", "no more before"],
)
def test_the_running_month_is_shown(
    product: Product, day: int, march: Mapping[str, int], april: Mapping[str, int]
) -> None:
    page = shown(product, day, march, april)
    assert "abril de 2026" in page.one("h1").text
    assert "Las cifras son de" not in page.text


def test_it_takes_one_more_read_at_most(product: Product, watch: Watch) -> None:
    product.wait(datetime(2026, 4, 2, 15, tzinfo=UTC) - product.now())
    put_directly(product.cloud, [*insight_pages.store_items(), *insight_pages.figure_items()])
    for who in (HEAD, MANAGER):
        headers = session_headers(product.cloud, who)
        product.cloud.request("GET", PATH, headers)  # a store is read once a minute
        watch.clear()
        page = product.cloud.request("GET", PATH, headers)
        assert len([call for call in watch.calls if call.function == "Desk"]) <= CALLS[who, PATH] + 1
        assert f'href="{PATH}?period=2026-04"' in page.text
