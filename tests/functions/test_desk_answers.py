"""The feed of all answers: whose answers a reader sees, and which ones the filters find."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from collect.answer_ids import CLOCKS_DIFFER_BY, PAGE_VALID_FOR
from lazo import ids
from lazo.store.model import Touchpoint
from lazo.table import stores
from lazo.table.views import answer_feed
from tests.builders import ANA, DIEGO, MARTA, START, minutes
from tests.dom import parse
from tests.feed import comments_on, comments_seen_by, feed_page, put_answer
from tests.product import Product


def test_answers_are_listed_newest_first(brand: Product) -> None:
    put_answer(brand, "old", -60 * 24 * 40)
    put_answer(brand, "new", 3, score=9)
    put_answer(brand, "there", 2, store_id="sur")
    put_answer(brand, "middle", 1, score=7)
    brand.accept(comment="unread", at=START + minutes(4))
    brand.wait(minutes(5))
    assert comments_seen_by(brand, DIEGO) == ["unread", "new", "there", "middle", "old"]
    assert comments_seen_by(brand, ANA) == ["unread", "new", "middle", "old"]


def test_the_feed_needs_a_session(brand: Product) -> None:
    reply = brand.cloud.request("GET", "/desk/answers")
    assert (reply.status, reply.headers["location"]) == (
        303,
        "/desk/sign-in?next=%2Fdesk%2Fanswers",
    )


def test_no_address_shows_another_store(brand: Product) -> None:
    put_answer(brand, "mine")
    theirs = put_answer(brand, "theirs", 1, store_id="sur", themes=("price",))
    place = f"{theirs.ulid}#sur"
    for query in (
        "?shop=sur",
        "?shop=sur&shop=norte",
        "?shop=norte,sur",
        "?theme=price",
        "?band=detractor",
        "?text=theirs",
        "?from=2026-03-10&to=2026-03-10",
        f"?after={quote(place)}",
        f"?after={quote(place[:-3] + 'zzz')}",
        f"?shop=sur&after={quote(place)}",
    ):
        page = feed_page(brand, ANA, query)
        assert set(comments_on(page)) <= {"mine"}, query
        for foreign in ("theirs<", "Aurora Sur", "Hana"):
            assert foreign not in page.text.partition("<main")[2], query


def test_a_contact_removed_from_the_store_sees_nothing_of_it(brand: Product) -> None:
    """The membership still exists, but the store no longer names Ana."""
    put_answer(brand, "mine")
    store = next(
        item for item in brand.cloud.items() if item["pk"] == "STORE#norte" and item["sk"] == "STORE"
    )
    brand.change(store, contacts=[DIEGO, MARTA])
    assert comments_seen_by(brand, ANA) == []
    assert comments_seen_by(brand, DIEGO) == ["mine"]


def test_a_head_sees_the_answers_of_all_stores(brand: Product) -> None:
    brand.open_store(store_id="este", contacts=[{**ANA, "contact_id": "eva"}])
    put_answer(brand, "north", 2)
    put_answer(brand, "east", 1, store_id="este")
    assert comments_seen_by(brand, MARTA) == ["north", "east"]
    assert comments_seen_by(brand, MARTA, "?shop=este") == ["east"]
    assert comments_seen_by(brand, DIEGO) == ["north"]


def test_filters_find_answers(brand: Product) -> None:
    """In Santiago (UTC-3) the 9th of March ends at 03:00 UTC of the 10th, in New York (UTC-4) at 04:00."""
    night = datetime.fromisoformat("2026-03-10T03:30:00Z")
    put_answer(brand, "Nada, ESPERÉ mucho", night, score=2, themes=("waiting_time", "service"))
    put_answer(brand, "there", night + minutes(1), score=6, store_id="sur", themes=("price",))
    put_answer(brand, "Bien,\n  pero  esperé", night - minutes(60), score=8, themes=("waiting_time",))
    put_answer(brand, "lindo", 1, score=9)
    put_answer(brand, "", 2, score=10)
    brand.wait(minutes(5))
    everything = ["lindo", "there", "Nada, ESPERÉ mucho", "Bien,\n  pero  esperé"]
    nada, there, bien = everything[2], "there", everything[3]
    expected = {
        "": everything,
        "?band=detractor": [there, nada],
        "?band=passive": [bien],
        "?band=promoter": ["lindo"],
        "?theme=waiting_time": [nada, bien],
        "?theme=waiting_time&band=passive": [bien],
        "?shop=sur": [there],
        "?shop=norte&band=detractor": [nada],
        "?text=espere": [nada, bien],
        "?text=PERO+ESPER%C3%89": [bien],
        "?text=%20%20": everything,
        "?text=%25": [],
        "?from=2026-03-10": ["lindo", nada],
        "?to=2026-03-09": [there, bien],
        "?from=2026-03-09&to=2026-03-09&shop=sur": [there],
        "?from=2026-03-11": [],
        "?to=2100-12-31": everything,
        "?band=x&theme=y&shop=%F0%9F%92%A9": everything,
    }
    assert {query: comments_seen_by(brand, DIEGO, query) for query in expected} == expected


def test_answers_are_found_by_touchpoint_hour_and_weekday(brand: Product) -> None:
    """The 10th of March 2026 is a Tuesday. At 03:30 UTC it is 00:30 in Santiago (UTC-3), and 23:30 of Monday in New
    York (UTC-4)."""
    stores.put_touchpoint(brand.table, Touchpoint("mesa7", "norte", "Mesa 7"))
    stores.put_touchpoint(brand.table, Touchpoint("caja9", "sur", "Secreta"))
    night = datetime.fromisoformat("2026-03-10T03:30:00Z")
    put_answer(brand, "table", night, code="mesa7")
    put_answer(brand, "till", night + minutes(29), score=9)
    put_answer(brand, "there", night, store_id="sur", code="caja9")
    put_answer(brand, "hour later", night + minutes(30))
    put_answer(brand, "week before", night - timedelta(days=7))
    brand.wait(minutes(5))
    expected = {
        "?code=mesa7": ["table"],
        "?code=caja9": ["there"],
        "?code=caja9&shop=norte": [],
        "?hour=0": ["till", "table", "week before"],
        "?hour=0&from=2026-03-10&band=promoter": ["till"],
        "?hour=1": ["hour later"],
        "?hour=23": ["there"],
        "?weekday=1": ["there"],
        "?weekday=2&shop=norte": ["hour later", "till", "table", "week before"],
        "?weekday=2&hour=1": ["hour later"],
        "?weekday=8&hour=24&code=%23": ["hour later", "till", "there", "table", "week before"],
        "?weekday=0&hour=-1": ["hour later", "till", "there", "table", "week before"],
    }
    assert {query: comments_seen_by(brand, DIEGO, query) for query in expected} == expected
    assert comments_seen_by(brand, ANA, "?hour=23") == []
    assert comments_seen_by(brand, ANA, "?weekday=1") == []
    foreign = feed_page(brand, ANA, "?code=caja9")
    assert (comments_on(foreign), "Secreta" in foreign.text) == ([], False)

    page = feed_page(brand, DIEGO, "?shop=norte&code=mesa7&weekday=2&hour=0").text
    assert re.findall(r'value="([^"]*)" selected', page) == ["norte", "mesa7", "2", "0"]
    assert "Filtered by: Aurora Norte, Mesa 7, Tuesdays, 00:00–00:59" in page
    exported = parse(page).one(class_="export")
    fields = {field["name"]: field["value"] for field in exported.all("input") if field["name"] != "form"}
    assert fields == {"shop": "norte", "code": "mesa7", "weekday": "2", "hour": "0"}


def test_answers_are_found_by_what_they_say_and_whether_they_count(brand: Product) -> None:
    put_answer(brand, "dear", 1, themes=("price",), praised=("service",))
    put_answer(brand, "cheap", 2, score=9, praised=("price",))
    put_answer(brand, "too fast", 3, score=10, praised=("price",), suspect=("too_fast",))
    put_answer(brand, "nothing", 4, score=7)
    brand.wait(minutes(5))
    expected = {
        "?theme=price": ["too fast", "cheap", "dear"],
        "?theme=price&opinion=complained": ["dear"],
        "?theme=price&opinion=praised": ["too fast", "cheap"],
        "?theme=price&opinion=mentioned": [],
        "?opinion=praised": ["too fast", "cheap", "dear"],
        "?opinion=x": ["nothing", "too fast", "cheap", "dear"],
        "?results=out": ["too fast"],
        "?results=in&opinion=praised&theme=price": ["cheap"],
        "?results=in": ["nothing", "cheap", "dear"],
    }
    assert {query: comments_seen_by(brand, ANA, query) for query in expected} == expected


def test_an_answer_sent_later_is_found_on_the_day_it_arrived(brand: Product) -> None:
    """Its id is as old as the page that it was written on."""
    old = ids.new_ulid(START - PAGE_VALID_FOR, bytes(10))
    put_answer(brand, "late", 0, ulid=old, answer_id=old)
    put_answer(brand, "before", -60 * 24 * 2)
    assert comments_seen_by(brand, ANA, "?from=2026-03-10&to=2026-03-10") == ["late"]
    assert answer_feed.ARRIVES_WITHIN >= PAGE_VALID_FOR
    assert answer_feed.AHEAD >= CLOCKS_DIFFER_BY


@pytest.mark.parametrize(
    ("query", "field", "problem"),
    [
        ("?from=2026-02-30&text=hola", "from", "Esa fecha no existe"),
        ("?to=10/03/2026", "to", "Esa fecha no existe"),
        ("?to=20260310", "to", "Esa fecha no existe"),
        ("?from=9999-12-31", "from", "Esa fecha no existe"),
        ("?from=0001-01-01", "from", "Esa fecha no existe"),
        ("?from=2026-03-11&to=2026-03-10", "to", "es anterior al primero"),
    ],
)
def test_invalid_dates_are_reported_and_kept_in_the_form(
    brand: Product, query: str, field: str, problem: str
) -> None:
    put_answer(brand, "mine")
    page = feed_page(brand, ANA, query)
    assert page.status == 422
    assert comments_on(page) == []
    assert problem in page.text
    typed = re.search(rf'name="{field}" value="([^"]*)" aria-invalid="true"', page.text)
    assert typed
    assert f"{field}={typed[1]}" in query


def test_the_form_shows_what_was_chosen(brand: Product) -> None:
    page = feed_page(
        brand, DIEGO, "?band=passive&theme=price&shop=sur&from=2026-03-01&to=2026-03-09&text=%22a%22"
    ).text
    assert re.findall(r'value="([^"]*)" selected', page) == ["passive", "price", "sur"]
    assert re.findall(r'type="date" name="(\w+)" value="([^"]*)"', page) == [
        ("from", "2026-03-01"),
        ("to", "2026-03-09"),
    ]
    assert 'name="text" value="&#34;a&#34;"' in page
    assert 'name="shop"' not in feed_page(brand, ANA).text
