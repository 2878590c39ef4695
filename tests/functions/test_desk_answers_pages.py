"""The feed of all answers: its pages, and how many reads they cost, also with many stores."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from infra.local.direct_items import put_typed
from infra.local.event_sources.gateway_payloads import Response
from lazo import ids
from lazo.table import followups, stores, users
from lazo.table.dynamodb.writes import Item, to_dynamo
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import AnswerQuery
from tests import builders
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START
from tests.feed import comments_on, comments_seen_by, cookie_of, feed_page, next_page_query, put_answer
from tests.product import Product


def test_pages_show_each_once_and_in_order(brand: Product) -> None:
    """70 in two stores, of which some were given in the same millisecond, one store having most of them."""
    for n in range(70):
        put_answer(brand, f"c{n:02}", n // 3 - 60, store_id="sur" if n % 9 == 0 else "norte")
    walked: list[str] = []
    sizes: list[int] = []
    query: str | None = ""
    while query is not None:
        page = feed_page(brand, DIEGO, query)
        walked += comments_on(page)
        sizes.append(len(comments_on(page)))
        query = next_page_query(page)
    assert sizes == [30, 30, 10]
    assert sorted(walked) == [f"c{n:02}" for n in range(70)]
    assert [int(each[1:]) // 3 for each in walked] == sorted((n // 3 for n in range(70)), reverse=True)


def test_the_next_page_keeps_the_filter(brand: Product) -> None:
    for n in range(31):
        put_answer(brand, f"c{n:02}", n - 60)
    put_answer(brand, "other", score=9)
    page = feed_page(brand, ANA, "?band=detractor&from=2026-03-01")
    query = next_page_query(page)
    assert query
    assert query.startswith("?band=detractor&from=2026-03-01&after=")
    assert comments_seen_by(brand, ANA, query) == ["c00"]


def test_an_invalid_cursor_shows_the_first_page(brand: Product) -> None:
    answer = put_answer(brand, "only")
    for broken in (
        "x",
        "",
        "#",
        "~",
        "9" * 3000,
        f"{answer.ulid}",
        f"Z{answer.ulid[1:]}#norte",
        "7ZZZZZZZZZZZZZZZZZZZZZZZZZ#",
        "💩",
    ):
        page = feed_page(brand, ANA, f"?after={quote(broken)}")
        assert comments_on(page) == ["only"], broken
        assert "Volver a las más recientes" not in page.text
    end = feed_page(brand, ANA, f"?after={quote(ids.new_ulid(START - timedelta(days=60), bytes(10)) + '#x')}")
    assert comments_on(end) == []
    assert "No hay más respuestas" in end.text
    far = feed_page(brand, ANA, f"?after={quote('01AAAAAAAAAAAAAAAAAAAAAAAA#x')}")
    assert comments_on(far) == []
    ahead = feed_page(brand, ANA, f"?after={quote('6ZZZZZZZZZZZZZZZZZZZZZZZZZ#x')}")
    assert comments_on(ahead) == ["only"]


def costs(
    product: Product, watch: Watch, who: Mapping[str, Any], query: str = ""
) -> tuple[Response, list[str]]:
    """Return a page served by a warm copy, and the calls that it cost."""
    cookie_of(product, who)
    watch.clear()
    page = feed_page(product, who, query)
    asked = (call for call in watch.calls if call.function == "Desk")
    return page, [call.action.removeprefix("dynamodb:") for call in asked]


def test_a_page_of_a_few_stores_costs_a_query_for_each(brand: Product, watch: Watch) -> None:
    for n in range(150):
        put_answer(brand, f"c{n}", n - 150, score=9, store_id="sur" if n % 4 == 0 else "norte")
    put_answer(brand, "needle", -999, score=9)
    feed_page(brand, DIEGO)
    scope, numbers, brands = ["Query"], ["BatchGetItem"], ["BatchGetItem"]
    page, calls = costs(brand, watch, DIEGO)
    assert (len(comments_on(page)), calls) == (30, [*scope, *numbers, "Query", "Query", *brands])
    page, calls = costs(brand, watch, DIEGO, "?text=needle")
    assert comments_on(page) == ["needle"]
    assert len(calls) <= len([*scope, *numbers, *brands]) + 2 + answer_feed.REFILLS
    page, calls = costs(brand, watch, DIEGO, "?band=detractor")
    assert comments_on(page) == []
    assert next_page_query(page) is None


def test_a_search_that_reaches_its_limit_can_be_continued(
    brand: Product, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a page of 3, 60 answers are looked at in one query."""
    monkeypatch.setattr(answer_feed, "REFILLS", 0)
    monkeypatch.setattr(answer_feed, "PAGE", 3)
    for n in range(130):
        put_answer(brand, "hay", n - 130)
    put_answer(brand, "needle", -999)
    feed_page(brand, ANA)  # her network is noted
    first, calls = costs(brand, watch, ANA, "?text=needle")
    assert comments_on(first) == []
    assert "Por ahora no apareció ninguna" in first.text
    assert calls == ["Query", "BatchGetItem", "Query", "Query"], "scope, store, answers, touchpoints"
    query, pages = next_page_query(first), 1
    while query and pages < 9:
        page = feed_page(brand, ANA, query)
        query, pages = next_page_query(page), pages + 1
    assert comments_on(page) == ["needle"]
    assert pages == 3


MONTHS = ("2026-03-10T14:00:00+00:00", "2026-02-28T20:00:00+00:00", "2026-01-02T12:00:00+00:00")


@cache
def crowd_items() -> list[Item]:
    """As DynamoDB types them; they are the same for each test."""
    items: list[Item] = []
    for n in range(60):
        people = [MARTA, *([DIEGO] if n < 35 else []), *([ANA] if n == 7 else [])]
        settings = builders.settings(store_id=f"s{n:02}", name=f"Aurora {n:02}", contacts=people)
        items.append({"pk": f"STORE#s{n:02}", "sk": "STORE", **settings})
        items += (put.item for put in users.membership_puts(stores.store_from_item(settings)))
    for n in range(720):
        at = datetime.fromisoformat(MONTHS[n // 240]) - timedelta(seconds=n)
        answer = builders.answer(store_id=f"s{n % 60:02}", comment=f"c{n:03}", at=at, score=n % 11)
        found = builders.classified(answer, themes=("price",) if n % 100 == 0 else ("service",))
        items.append(followups.classified_answer_item(found))
    return list(map(to_dynamo, items))


@pytest.fixture
def crowd(product: Product) -> Product:
    """60 stores with 4 answers each in each of three months, the last of which is named by its number. Marta is of all,
    Diego of 35, Ana of the store `s07`."""
    put_typed(product.cloud, crowd_items())
    return product


def test_answers_of_many_stores_are_found_by_the_index(crowd: Product, watch: Watch) -> None:
    feed_page(crowd, MARTA)
    # A query for the scope, one for all stores, one of the index, one batch of items and stores, one of follow-ups, one
    # of stores for the brands to choose from.
    page, calls = costs(crowd, watch, MARTA)
    assert comments_on(page) == [f"c{n:03}" for n in range(30)]
    assert calls == ["Query", "Query", "Query", *["BatchGetItem"] * 3]

    page, calls = costs(crowd, watch, DIEGO, "?theme=price")
    # Of every hundredth, those of the stores 0 to 34: 0, 20, 40...
    assert comments_on(page) == ["c000", "c200", "c300", "c500", "c600"]
    assert next_page_query(page) is None
    assert len(calls) <= 1 + answer_feed.READS + 1

    # The index names too many others: what is missing is merged from the 60 stores.
    page, calls = costs(crowd, watch, MARTA, "?text=c719")
    assert comments_on(page) == ["c719"]
    assert len(calls) <= 2 + answer_feed.READS + (60 + 1 + answer_feed.REFILLS) + 1


def test_an_area_of_a_few_dozen_stores_is_read_by_the_index_while_it_finds_enough(
    crowd: Product, watch: Watch
) -> None:
    """The newest 30 of the 25 stores 35 to 59: of each 60 answers the last 25."""

    def look(stores_of: range, *, sparse: bool = False) -> tuple[list[str], int]:
        now = datetime.fromisoformat(MONTHS[0])
        query = AnswerQuery(
            frozenset(f"s{n:02}" for n in stores_of), answer_feed.EARLIEST, now, sparse=sparse
        )
        watch.clear()
        page = answer_feed.list_answers(crowd.table, query, lambda _: True)
        return [row.answer.comment for row in page.found], len(watch.calls)

    expected = [f"c{n:03}" for n in (*range(35, 60), *range(95, 100))]
    assert look(range(35, 60)) == (expected, 2), "a query and a batch"
    assert look(range(35, 60), sparse=True) == (expected, 1 + 25)
    assert look(range(35, 45))[1] <= 1 + 10 + answer_feed.REFILLS


def test_a_search_of_more_stores_than_are_merged_can_be_continued(
    crowd: Product, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_feed, "MOST_MERGED", 59)
    query: str | None = "?text=c719"
    found: list[str] = []
    pages = 0
    while query:
        page, calls = costs(crowd, watch, MARTA, query)
        assert len(calls) <= 2 + answer_feed.READS + 1
        found += comments_on(page)
        query, pages = next_page_query(page), pages + 1
    assert found == ["c719"]
    assert pages > 1


@pytest.mark.parametrize(("who", "numbers"), [(DIEGO, range(35)), (ANA, [7])])
def test_pages_walk_through_all_months(crowd: Product, who: dict[str, Any], numbers: Iterable[int]) -> None:
    mine = [n for n in range(720) if n % 60 in numbers]
    walked: list[str] = []
    query: str | None = ""
    while query is not None:
        page = feed_page(crowd, who, query)
        walked += comments_on(page)
        query = next_page_query(page)
    assert walked == [f"c{n:03}" for n in mine]


def test_the_link_to_continue_a_search_names_no_other_store(
    crowd: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_feed, "READS", 6)
    monkeypatch.setattr(answer_feed, "ENTRIES", (7, 7))
    monkeypatch.setattr(answer_feed, "MOST_MERGED", 34)
    page, walked = feed_page(crowd, DIEGO, "?text=c20"), []
    while query := next_page_query(page):
        place = parse_qs(query[1:])["after"][0]
        assert place.partition("#")[2] in {*(f"s{n:02}" for n in range(35)), "~", ""}
        page = feed_page(crowd, DIEGO, query)
        walked += comments_on(page)
    assert walked == [f"c{n}" for n in range(200, 210)]


def test_filters_by_day_and_band_over_many_stores(crowd: Product) -> None:
    """In Santiago it is still the 28th of February, and n % 11 is the score."""
    page = feed_page(crowd, MARTA, "?from=2026-02-28&to=2026-02-28&band=promoter")
    promoters = [n for n in range(240, 480) if n % 11 >= 9]
    assert comments_on(page) == [f"c{n:03}" for n in promoters[:30]]
    assert comments_on(feed_page(crowd, MARTA, "?to=2026-01-01")) == []
    assert comments_on(feed_page(crowd, MARTA, "?shop=s07&to=2026-01-02")) == ["c487", "c547", "c607", "c667"]


def test_an_export_reads_answers_of_its_own_stores_alone(crowd: Product, watch: Watch) -> None:
    mine = frozenset(f"s{n:02}" for n in range(35))
    query = AnswerQuery(mine, START - timedelta(days=90), START + timedelta(days=1))
    found = list(answer_feed.iterate_answers(crowd.table, query, lambda row: True))
    assert [row.answer.comment for row in found] == [f"c{n:03}" for n in range(720) if n % 60 < 35]
    asked = [call.params for call in watch.calls if call.action == "dynamodb:Query"]
    assert len(asked) == 35
    assert not [params for params in asked if "IndexName" in params]
