"""The lists that figures lead to: answers of an area or a brand, open cases, and promises that ended; each only of
the stores that the reader may see, and in a bounded number of reads."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.local.direct_items import put_directly
from lazo.promise.model import Promise, PromiseState
from lazo.table import followups
from lazo.table import promises as ledger
from lazo.table.dynamodb.writes import Put
from lazo.table.views import ended_promises
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START
from tests.case_views import promise
from tests.dom import Element, parse
from tests.feed import comments_seen_by, put_answer
from tests.functions.board import (
    board_page,
    followup_ids_seen_by,
    open_followup,
    owned_followup,
    pages_from,
    store_followups,
)
from tests.functions.test_desk_insights import counters, roll_up, store_items
from tests.product import Product

FEBRUARY = datetime(2026, 2, 10, 15, tzinfo=START.tzinfo)
MARCH = "from=2026-03-01&to=2026-03-31"


@pytest.fixture
def brands(product: Product) -> Product:
    """Aurora has s1 and s2, Diego's area, and Boreal s3 and, until it became Aurora's in March, s4."""
    put_directly(
        product.cloud,
        [
            *store_items("s1", ANA, DIEGO, MARTA),
            *store_items("s2", DIEGO, MARTA),
            *store_items("s3", MARTA, brand="Boreal"),
            *store_items("s4", MARTA, brand="Boreal"),
            counters("s4", "2026-02-10", s10=1),
        ],
    )
    roll_up(product, "2026-02")
    put_directly(
        product.cloud,
        [
            *store_items("s4", MARTA),
            counters("s1", "2026-03-09", s10=1),
            counters("s2", "2026-03-09", s10=1),
            counters("s3", "2026-03-09", s3=1),
            counters("s4", "2026-03-09", s3=1),
        ],
    )
    roll_up(product, "2026-03")
    for store_id in ("s1", "s2", "s3", "s4"):
        put_answer(product, f"{store_id} now", -60 * 24, store_id=store_id)
    put_answer(product, "s4 then", FEBRUARY, store_id="s4")
    return product


def entries(page: Element) -> list[str]:
    return [each.one("h2").text for each in page.all("li", class_="entry")]


@pytest.mark.parametrize(
    ("who", "query", "shown"),
    [
        (MARTA, f"?brand=Aurora&{MARCH}", ["s1 now", "s2 now", "s4 now"]),
        (MARTA, f"?brand=Boreal&{MARCH}", ["s3 now"]),
        # A store counts for the brand that it had in the month.
        (MARTA, "?brand=Boreal&from=2026-02-01&to=2026-03-31", ["s3 now", "s4 then"]),
        (MARTA, "?brand=Aurora", ["s1 now", "s2 now", "s4 now"]),
        (MARTA, "?brand=Nobodys", []),
        (MARTA, f"?area=diego@s1&{MARCH}", ["s1 now", "s2 now"]),
        (MARTA, "?area=gone@s1", []),
        (DIEGO, "?brand=Aurora", ["s1 now", "s2 now"]),
        (DIEGO, "?brand=Boreal", []),
        (DIEGO, "?area=ana@s1", ["s1 now"]),
        # A store outside the scope names no area; a chosen store goes before an area.
        (DIEGO, "?area=marta@s3", ["s1 now", "s2 now"]),
        (DIEGO, "?area=ana@s1&shop=s2", ["s2 now"]),
        (ANA, "?brand=Aurora&area=diego@s1", ["s1 now"]),
    ],
)
def test_answers_of_an_area_or_a_brand(
    brands: Product, who: dict[str, Any], query: str, shown: list[str]
) -> None:
    assert sorted(comments_seen_by(brands, who, query)) == shown


def test_the_filters_say_which_area_or_brand_and_keep_it(brands: Product) -> None:
    """The name of an area's manager alone would read like that person's cases."""
    for query, label, value in (
        ("area=diego%40s1", "Região de Diego", "diego@s1"),
        ("brand=Boreal", "Boreal", "Boreal"),
    ):
        for path in ("/desk", "/desk/answers"):
            filters = parse(board_page(brands, MARTA, f"{path}?{query}").text).one(
                "details", class_="filters"
            )
            assert filters.one("summary").text == f"Filtrado por: {label}"
        for path in ("/desk", "/desk/answers", "/desk/promises"):
            page = parse(board_page(brands, MARTA, f"{path}?{query}").text)
            (chosen,) = (each for each in page.all("option", value=value) if "selected" in each.attributes)
            assert chosen.text == label
        assert f"/desk/answers?{query}&band=promoter" not in page.one("main").raw
    bands = parse(board_page(brands, MARTA, "/desk/answers?brand=Boreal").text).one("nav", class_="counts")
    assert [link["href"] for link in bands.all("a")][1] == "/desk/answers?band=detractor&brand=Boreal"


def test_cases_of_an_area_or_a_brand(brands: Product) -> None:
    """A brand's stores of now are those with answers in this month or the two before: s4 is in both."""
    store_followups(brands, *(open_followup(f"f{n}", -5, store_id=f"s{n}") for n in (1, 2, 3, 4)))
    for who, query, shown in (
        (MARTA, "?area=diego@s1", ["f1", "f2"]),
        (MARTA, "?brand=Boreal&view=overdue", ["f3", "f4"]),
        (DIEGO, "?brand=Boreal", []),
        (ANA, "?area=diego@s1", ["f1"]),
    ):
        assert sorted(followup_ids_seen_by(brands, who, query)) == shown
    overview = parse(board_page(brands, MARTA, "/desk/insights?brand=Boreal").text).one(id="waiting")
    assert "Ver os 2 casos com o prazo vencido" in overview.text
    links = [link["href"] for link in overview.all("a")]
    assert links[-1] == "/desk?brand=Boreal&view=overdue"
    assert all(link.startswith("/desk?brand=Boreal&view=") for link in links)


def test_a_brand_of_many_stores_costs_no_more_reads(product: Product, watch: Watch) -> None:
    """For a head of 400 stores: the user, the list of stores, the brand's months, and what a page of the feed may read
    (the stores that it merges, with a batch and its refills, or 12 calls by month)."""
    listed = (
        item for n in range(400) for item in store_items(f"n{n:03}", brand="Aurora" if n % 8 else "Boreal")
    )
    put_directly(product.cloud, [*listed, *store_items("n400", MARTA)])
    put_directly(product.cloud, (counters(f"n{n:03}", "2026-03-02", s9=1) for n in range(400)))
    roll_up(product, "2026-03")
    for n in range(0, 400, 20):
        put_answer(product, f"n{n:03}", -n - 1, store_id=f"n{n:03}")
    comments_seen_by(product, MARTA)
    watch.clear()
    shown = comments_seen_by(product, MARTA, f"?brand=Boreal&{MARCH}")
    assert shown == [f"n{n:03}" for n in range(0, 400, 40)]
    calls = [call for call in watch.calls if call.function == "Desk"]
    assert len(calls) <= 3 + 12 + 50 + 1 + 6, len(calls)


def ended(name: str, state: PromiseState, at: datetime, owner: str = "ana", store_id: str = "s1") -> Promise:
    made = promise(name, followup_id=name.lower(), what=name, owner=owner, store_id=store_id)
    return replace(made, state=state, settled_at=at)


LAST_OF_FEBRUARY = datetime(2026, 3, 1, 2, tzinfo=START.tzinfo)
"""23:00 on 28 February in Santiago."""
PROMISES = (
    ended("Kept", "kept", START),
    ended("Edge", "kept", LAST_OF_FEBRUARY),
    ended("Late", "late", START),
    ended("Gone", "withdrawn", START),
    ended("Diegos", "kept", START, "diego"),
    ended("South", "kept", START, "diego", "s2"),
    ended("Broken", "broken", START, "marta", "s3"),
)


@pytest.mark.parametrize(
    ("who", "query", "shown"),
    [
        (DIEGO, "?outcome=kept&from=2026-03&to=2026-03", ["Diegos", "Kept", "South"]),
        (DIEGO, "?outcome=kept&from=2026-02&to=2026-02", ["Edge"]),
        (DIEGO, "?outcome=ended", ["Diegos", "Edge", "Kept", "Late", "South"]),
        (DIEGO, "?outcome=late", ["Late"]),
        (DIEGO, "?outcome=kept&owner=diego@s1", ["Diegos", "South"]),
        (DIEGO, "?outcome=kept&owner=diego@s1&shop=s2", ["South"]),
        (DIEGO, "?outcome=kept&owner=me&from=2026-03", ["Diegos", "South"]),
        (DIEGO, "?outcome=kept&owner=gone@s1", []),
        (DIEGO, "?outcome=kept&from=2026-03&to=2026-01", ["Diegos", "Edge", "Kept", "South"]),
        (DIEGO, "?outcome=kept&from=2027-01", []),
        (DIEGO, "?outcome=broken", []),
        (MARTA, "?outcome=broken&brand=Boreal", ["Broken"]),
        (MARTA, "?outcome=ended&area=diego@s1&from=2026-03", ["Diegos", "Kept", "Late", "South"]),
        (ANA, "?outcome=ended&owner=diego@s1", ["Diegos"]),
        (ANA, "?outcome=x&owner=diego@s2", []),
        # 2026-W09 ends on Sunday, 1 March: 23:00 on the last of February is in it, and START, 10 March, is not.
        (DIEGO, "?outcome=ended&week=2026-W09", ["Edge"]),
        (DIEGO, "?outcome=kept&week=2026-W11", ["Diegos", "Kept", "South"]),
        (DIEGO, "?outcome=kept&week=2026-W54&from=2026-02&to=2026-02", ["Edge"]),
    ],
)
def test_promises_that_ended(brands: Product, who: dict[str, Any], query: str, shown: list[str]) -> None:
    for each in PROMISES:
        brands.table.put(Put(ledger.promise_item(each)))
    page = parse(board_page(brands, who, f"/desk/promises{query}").text)
    assert sorted(entries(page)) == shown


def test_what_the_list_lacks_is_said_and_nobodys_words_are_shown(brands: Product) -> None:
    """Of four that the figures count, one ended before the list was kept; one customer's data may not be used."""
    for each in PROMISES[:3]:
        brands.table.put(Put(ledger.promise_item(each)))
    put_directly(brands.cloud, [{"pk": "STORE#s1", "sk": "PROMISES#2026-03", "kept#ana": 2, "late#ana": 1}])
    restricted = replace(owned_followup("late", 5, "ana", store_id="s1"), restricted_at=START)
    brands.table.put(followups.followup_put(restricted))
    page = parse(board_page(brands, ANA, "/desk/promises?outcome=ended&from=2026-03").text)
    assert sorted(entries(page)) == ["(el cliente pidió que no usemos sus datos)", "Kept"]
    assert "Las cifras cuentan 1 más que no está en la lista" in page.one("main").text
    assert "Promesas que terminaron en marzo de 2026." in page.one("main").text


def test_many_that_ended_come_in_pages_at_a_bounded_cost(brands: Product, watch: Watch) -> None:
    """The user; the list of one store and four batches; the figures: the store, its promises and recovery, and what is
    overdue in two lists."""
    for n in range(230):
        each = ended(f"P{n:03}", "kept" if n % 5 == 0 else "late", START - timedelta(minutes=230 - n))
        brands.table.put(Put(ledger.promise_item(each)))
    board_page(brands, ANA, "/desk/promises")
    seen: list[str] = []
    for page, calls in pages_from(brands, ANA, "/desk/promises?outcome=kept&from=2026-03&to=2026-03", watch):
        assert calls <= 1 + 5 + 1 + 5
        seen += entries(page)
    assert seen == [f"P{n:03}" for n in range(0, 230, 5)]
    assert ended_promises.READ_AT_MOST < 230
