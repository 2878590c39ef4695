"""The board: its pages, and how many reads they cost, also with 5,000 open follow-ups."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from infra.local.direct_items import in_the_indexes, put_directly
from infra.local.event_sources.gateway_payloads import Response
from lazo.table import answers, followups, stores, users
from lazo.table.dynamodb import keys, paging
from lazo.table.dynamodb.writes import Item, Put
from lazo.table.views import open_followups
from lazo.table.views.open_followups import FollowUpQuery
from lazo.timestamps import format_timestamp
from tests import builders
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START, minutes
from tests.functions.board import (
    as_before,
    board_page,
    followup_ids_on,
    followup_ids_seen_by,
    open_followup,
    owned_followup,
    store_followups,
)
from tests.product import Product


def next_page_address(page: Response) -> str | None:
    found = re.search(r'rel="next" href="([^"]+)"', page.text)
    return unescape(found[1]) if found else None


def test_pages_show_each_once_and_in_order(brand: Product) -> None:
    """112 of mine, some due in the same moment, between 30 of another store."""
    mine = [open_followup(f"m{n:03}", n // 3) for n in range(112)]
    store_followups(brand, *mine, *(open_followup(f"s{n:02}", n // 2, store_id="sur") for n in range(30)))
    walked: list[str] = []
    sizes: list[int] = []
    address: str | None = "/desk"
    while address:
        page = board_page(brand, ANA, address)
        walked += followup_ids_on(page)
        sizes.append(len(followup_ids_on(page)))
        address = next_page_address(page)
    assert walked == [each.followup_id for each in mine]
    assert sizes == [50, 50, 12]


def test_the_next_page_keeps_the_filter(brand: Product) -> None:
    store_followups(
        brand, *(open_followup(f"a{n:02}", n) for n in range(51)), owned_followup("b1", 99, "ana")
    )
    first = board_page(brand, DIEGO, "/desk?stage=open&shop=norte")
    address = next_page_address(first)
    assert address
    assert address.startswith("/desk?shop=norte&stage=open&after=")
    assert followup_ids_seen_by(brand, DIEGO, address.removeprefix("/desk")) == ["a50"]


def test_an_invalid_cursor_shows_the_first_page(brand: Product) -> None:
    store_followups(brand, open_followup("only", 10))
    position = f"1#{format_timestamp(START)}#abc"
    for broken in ("x", "", "~", "1#", "\u0000", "0", "9" * 3000, position + "~", f"2{position[1:]}", "💩"):
        page = board_page(brand, ANA, f"/desk?after={quote(broken)}")
        assert followup_ids_on(page) == ["only"], broken
        assert "Volver a los más urgentes" not in page.text
    end = board_page(
        brand, ANA, f"/desk?after={quote(f'1#{format_timestamp(START + timedelta(days=9))}#abc')}"
    )
    assert followup_ids_on(end) == []
    assert "No hay más casos" in end.text
    assert 'href="/desk">Volver a los más urgentes' in end.text


@pytest.fixture
def crowd(product: Product) -> Product:
    """100 stores, of all of which Marta is one, and in each of which 50 follow-ups are open, 5,000 in all; Ana is
    of the store `s07`. The last of hers is the only one about cleanliness. Those that no page shows have only
    what the index holds, which is what they cost there."""
    items: list[Item] = []
    for n in range(100):
        people = [ANA, MARTA] if n == 7 else [MARTA]
        settings = builders.settings(store_id=f"s{n:02}", name=f"Aurora {n:02}", contacts=people)
        items.append({"pk": f"STORE#s{n:02}", "sk": "STORE", **settings})
        items += (
            store_followups.item
            for store_followups in users.membership_puts(stores.store_from_item(settings))
        )
    model = open_followup("model", 0, store_id="s00", answer_ulid=None, themes=("price",))
    for n in range(5000):
        each = replace(model, followup_id=f"f{n:04}", store_id=f"s{n % 100:02}", deadline=START + minutes(n))
        item = followups.followup_put(replace(each, themes=("cleanliness",)) if n == 4907 else each).item
        shown = n < 100 or n % 100 == 7 or n == 4907
        items.append(item if shown else in_the_indexes(item))
    put_directly(product.cloud, items)
    return product


def test_with_5000_open_a_page_costs_a_bounded_number_of_reads(crowd: Product, watch: Watch) -> None:
    def cost(who: Mapping[str, Any], query: str, shown: Iterable[int]) -> list[str]:
        """Check what a page shows; return the calls that it costs a warm copy."""
        watch.clear()
        assert followup_ids_seen_by(crowd, who, query) == [f"f{n:04}" for n in shown]
        return [call.action.removeprefix("dynamodb:") for call in watch.calls if call.function == "Desk"]

    for who in (MARTA, ANA):
        board_page(crowd, who)
    # What they show and count, their answers and stores; then the score.
    scope, items, score = ["Query"], ["BatchGetItem", "BatchGetItem"], ["Query"]
    all_stores = ["Query"]
    # One list, and what was written before there were lists by store; of a few stores, also of the day's promises.
    lists = ["Query", "Query"]
    assert cost(MARTA, "", range(50)) == [*scope, *all_stores, *lists, *items, *score]
    assert cost(ANA, "", range(7, 5000, 100)) == [*scope, *lists, *items, *score, *lists]
    assert cost(ANA, "?theme=cleanliness", [4907]) == [*scope, *lists, *items, *score, *lists]


def test_what_did_not_change_costs_the_user_and_the_lists(crowd: Product, watch: Watch) -> None:
    """A browser that asks again: 304, without a body, before any case was read. Each reader and filter has a tag."""
    tag = board_page(crowd, ANA).headers["etag"]
    watch.clear()
    again = board_page(crowd, ANA, headers={"if-none-match": tag})
    assert (again.status, again.text, again.headers["etag"]) == (304, "", tag)
    calls = [call.action.removeprefix("dynamodb:") for call in watch.calls if call.function == "Desk"]
    assert calls == ["Query", "Query", "Query"]
    for who, address in ((MARTA, "/desk"), (ANA, "/desk?owner=me"), (ANA, "/desk?lang=en")):
        assert board_page(crowd, who, address, headers={"if-none-match": tag}).status == 200


@pytest.mark.parametrize("change", ["arrives", "is taken on", "passes to another", "is late", "time"])
def test_what_changed_has_another_tag(brand: Product, change: str) -> None:
    """A case that passes on keeps its deadline."""
    mine, free = owned_followup("mine", 30, "ana"), open_followup("free", 20)
    store_followups(brand, mine, free)
    tag = board_page(brand, ANA).headers["etag"]
    if change == "arrives":
        store_followups(brand, open_followup("new", 90))
    elif change == "is taken on":
        followups.replace_followup(brand.table, free, owned_followup("free", 60, "ana", version=2))
    elif change == "passes to another":
        followups.replace_followup(brand.table, mine, replace(mine, owner="diego", version=2))
    else:
        brand.wait(minutes(21 if change == "is late" else 11))
    page = board_page(brand, ANA, headers={"if-none-match": tag})
    assert page.status == 200
    assert page.headers["etag"] != tag


def test_a_search_that_reaches_its_limit_can_be_continued(
    brand: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "REFILLS", 0)
    monkeypatch.setattr(paging, "MERGED_ENTRIES", (16, 50))
    store_followups(
        brand,
        *(open_followup(f"n{n:03}", n, themes=("price",)) for n in range(110)),
        open_followup("mine", 999, themes=("cleanliness",)),
    )
    first = board_page(brand, ANA, "/desk?theme=cleanliness")
    assert followup_ids_on(first) == []
    assert "Por ahora no apareció ninguno" in first.text
    assert "Seguir buscando" in first.text
    further = next_page_address(first)
    assert further
    second = board_page(brand, ANA, further)
    assert followup_ids_on(second) == ["mine"]
    assert next_page_address(second) is None


def test_what_was_written_before_there_were_lists_by_store_is_shown_among_the_rest(brand: Product) -> None:
    cases = [open_followup(f"c{n:02}", n, store_id="sur" if n % 3 else "norte") for n in range(90)]
    for n, each in enumerate(cases):
        item = followups.followup_put(each).item
        brand.table.put(Put(as_before(item) if n % 2 else item))
    walked: list[str] = []
    address: str | None = "/desk"
    while address:
        page = board_page(brand, ANA, address)
        walked += followup_ids_on(page)
        address = next_page_address(page)
    assert walked == [f"c{n:02}" for n in range(0, 90, 3)]
    former = open_followup("c03", 3)
    followups.replace_followup(brand.table, former, replace(former, version=2, deadline=START))
    moved = brand.table.get(keys.followup("c03"))
    assert moved
    assert (moved["list_pk"], moved["store_list_pk"]) == ("OPEN_FOLLOWUPS", "OPEN_FOLLOWUPS#norte")
    assert followup_ids_seen_by(brand, ANA)[:2] == ["c00", "c03"]


def test_a_user_of_more_stores_than_one_condition_can_name(product: Product, watch: Watch) -> None:
    store_followups(
        product,
        open_followup("theirs", 1, store_id="other"),
        open_followup("mine", 2, store_id="s100"),
        open_followup("too", 3, store_id="s0"),
    )
    for number in (100, 101, 800):
        wanted = FollowUpQuery(frozenset(f"s{n}" for n in range(100 - number + 1, 101)) | {"s0"})
        page = open_followups.list_open_followups(product.table, wanted)
        assert [each.followup_id for each in page.followups] == ["mine", "too"]
        assert page.cursor is None


def test_a_user_without_stores_costs_no_read(product: Product, watch: Watch) -> None:
    watch.clear()
    page = open_followups.list_open_followups(product.table, FollowUpQuery(frozenset()))
    assert (page.followups, page.cursor) == ((), None)
    assert watch.calls == []


def test_fifty_lines_weigh_less_than_60_kb(brand: Product) -> None:
    """With the longest excerpts and names, in bytes as they are before compression."""
    for n in range(50):
        given = builders.classified(
            builders.answer(name="María José Fernández-Larraín", comment="Esperé muchísimo rato. " * 20),
            themes=("price", "waiting_time"),
        )
        brand.table.put(Put(answers.answer_item(given)))
        store_followups(brand, open_followup(f"case{n:012}", n, answer_ulid=given.ulid))
    page = board_page(brand, DIEGO)
    assert len(followup_ids_on(page)) == 50
    assert page.text.count("María José") == 50
    assert len(page.text.encode()) < 60_000
