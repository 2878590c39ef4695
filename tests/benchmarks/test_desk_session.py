"""The benchmarks of the desk's pages get these pages, not the way to the sign-in."""

from itertools import islice

import pytest

from benchmarks import __main__, insight_pages
from benchmarks.board import MANAGER
from benchmarks.desk_session import session_headers
from infra.local.direct_items import put_directly
from tests.product import Product


@pytest.mark.parametrize("address", ["/desk", "/desk/insights"])
def test_a_page_opens_to_whoever_looks_at_it(product: Product, address: str) -> None:
    put_directly(product.cloud, islice(insight_pages.store_items(), 10))
    headers = session_headers(product.cloud, MANAGER)
    assert product.cloud.request("GET", address, headers).status == 200


def test_the_short_run_looks_at_pages_of_the_desk() -> None:
    assert {"board --one-row", "insight_pages --one-row"} <= {*__main__.SHORT}
    assert {each.partition(" ")[0] for each in __main__.SHORT} <= {*__main__.NAMES}
