"""What the figures say of the chosen stores beside the figures themselves, and the score line of the board."""

from datetime import date

import pytest

from infra.local.direct_items import put_directly
from lazo.insight.benchmark import Benchmark
from lazo.table.benchmark import put_benchmark
from tests.builders import ANA, DIEGO, MARTA
from tests.dom import parse
from tests.functions.board import board_page
from tests.functions.test_desk_insights import MARCH, PATH, counters, links, roll_up, store_items
from tests.product import Product


@pytest.fixture
def several(product: Product) -> Product:
    put_directly(
        product.cloud,
        [
            *store_items("s1", ANA, DIEGO, MARTA),
            *store_items("s2", DIEGO, MARTA),
            *store_items("s3", MARTA, brand="Boreal"),
            counters("s1", "2026-03-02", s10=30),
            counters("s2", "2026-03-02", s10=4),
            counters("s3", "2026-03-02", s0=100),
        ],
    )
    roll_up(product, "2026-03")
    return product


def test_the_board_of_an_area_or_brand_has_its_score(several: Product) -> None:
    for query, said in (("area=diego%40s1", "com 34 respostas"), ("brand=Boreal", "com 100 respostas")):
        line = parse(board_page(several, MARTA, f"/desk?{query}").text).one("p", class_="score-line")
        assert said in line.text
        assert links(line) == [f"{PATH}?{query}"]


def test_the_benchmark_is_of_a_day_with_its_year(product: Product) -> None:
    product.open_store()
    put_directly(product.cloud, [counters("norte", "2026-03-02", **MARCH)])
    put_benchmark(product.table, Benchmark(44, "Panel", date(2026, 3, 1)))
    assert "Para comparar: 44 (Panel, 1 mar 2026)." in board_page(product, ANA, PATH).text
