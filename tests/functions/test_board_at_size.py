"""The board and the promises with 10,000 more urgent ones open in 1,000 other stores."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from infra.local.direct_items import in_the_indexes, put_directly
from lazo.table import followups, promises, stores, users
from lazo.table.dynamodb.writes import Item
from lazo.table.views import open_promises
from tests import builders
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START, minutes
from tests.case_views import promise
from tests.functions.board import (
    board_page,
    followup_ids_seen_by,
    open_followup,
)
from tests.product import Product

OTHERS = 1000
AREA = 40


@pytest.fixture
def brand_of_1040(product: Product) -> Product:
    """Follow-ups that are urgent, 10 in each of 1,000 stores, and in each of the stores `s00` to `s39` two that are
    not. Ana is of `s07`, Diego of the 40."""
    put_directly(product.cloud, [*_stores(), *_followups()])
    return product


def _stores() -> Iterator[Item]:
    for n in range(AREA):
        people = [*([ANA] if n == 7 else []), DIEGO, MARTA]
        settings = builders.settings(store_id=f"s{n:02}", name=f"Aurora {n:02}", contacts=people)
        yield {"pk": f"STORE#s{n:02}", "sk": "STORE", **settings}
        yield from (put.item for put in users.membership_puts(stores.store_from_item(settings)))


def _followups() -> Iterator[Item]:
    calm = open_followup("model", 0, answer_ulid=None)
    urgent = replace(calm, urgency=("injury",), priority="urgent")
    for n in range(10 * OTHERS):
        other = f"other{n % OTHERS}"
        each = replace(urgent, followup_id=f"o{n:05}", store_id=other, deadline=START + minutes(n))
        yield in_the_indexes(followups.followup_put(each).item)
    for n in range(2 * AREA):
        each = replace(calm, followup_id=f"f{n:02}", store_id=f"s{n % AREA:02}", deadline=START + minutes(n))
        yield followups.followup_put(each).item


def test_a_manager_and_an_area_see_their_own_first(brand_of_1040: Product, watch: Watch) -> None:
    for who, shown, most_queries in (
        # The user; the store's list, and what was written before there were lists by store; the score, and the same
        # two for the promises of the day.
        (ANA, ["f07", "f47"], 1 + 2 + 1 + 2),
        # The list of all stores and what was written before; then of each store, and what was written before.
        (DIEGO, [f"f{n:02}" for n in range(50)], 1 + 2 + AREA + 1 + 1),
    ):
        board_page(brand_of_1040, who)
        watch.clear()
        assert followup_ids_seen_by(brand_of_1040, who) == shown
        queries = [c for c in watch.calls if c.action == "dynamodb:Query" and c.function == "Desk"]
        assert len(queries) <= most_queries


def test_a_manager_and_an_area_see_their_own_promises_first(product: Product, watch: Watch) -> None:
    items: list[Item] = []
    for n in range(10 * OTHERS):
        each = promise(f"o{n:05}", store_id=f"other{n % OTHERS}", due=START + minutes(n))
        items.append(in_the_indexes(promises.promise_item(each)))
    for n in range(2 * AREA):
        due = START + timedelta(days=9, minutes=n)
        items.append(promises.promise_item(promise(f"p{n:02}", store_id=f"s{n % AREA:02}", due=due)))
    put_directly(product.cloud, items)
    area = frozenset(f"s{n:02}" for n in range(AREA))
    for store_ids, shown, most_queries in (
        ({"s07"}, ["p07", "p47"], 2),
        (area, [f"p{n:02}" for n in range(50)], 2 + AREA + 1),
    ):
        watch.clear()
        page = open_promises.list_open_promises(product.table, frozenset(store_ids), None)
        assert [each.promise_id for each in page.promises] == shown
        assert len([c for c in watch.calls if c.action == "dynamodb:Query"]) <= most_queries
