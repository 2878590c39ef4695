"""The board: which open follow-ups a reader sees, most urgent first, and which ones the filters find."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from infra.local.event_sources.gateway_payloads import Response
from lazo.table import promises
from lazo.table.dynamodb.writes import Put
from lazo.timestamps import format_timestamp
from tests.builders import ANA, DIEGO, MARTA, START, minutes
from tests.case_views import promise
from tests.dom import parse
from tests.functions.board import (
    board_page,
    followup_ids_on,
    followup_ids_seen_by,
    open_followup,
    owned_followup,
    store_followups,
)
from tests.product import Product

OTHER_DIEGO = {**DIEGO, "name": "Diego Paz", "phone": "+56922345682", "email": "paz@aurora.example"}


def test_follow_ups_are_listed_most_urgent_first(brand: Product) -> None:
    store_followups(
        brand,
        open_followup("later", 300),
        open_followup("danger", 500, priority="urgent"),
        open_followup("late", -5),
        open_followup("there", 20, store_id="sur"),
        open_followup("soon", 10),
        open_followup("nodanger", 5, urgency=("theft",)),
    )
    assert followup_ids_seen_by(brand, DIEGO) == ["danger", "late", "nodanger", "soon", "there", "later"]
    assert followup_ids_seen_by(brand, ANA) == ["danger", "late", "nodanger", "soon", "later"]


def test_the_board_needs_a_session(brand: Product) -> None:
    reply = brand.cloud.request("GET", "/desk")
    assert (reply.status, reply.headers["location"]) == (303, "/desk/sign-in")


def test_no_address_shows_another_store(brand: Product) -> None:
    mine, theirs = (
        open_followup("mine", 10),
        owned_followup("souths1", 5, "hana", store_id="sur", themes=("price",)),
    )
    store_followups(brand, mine, theirs)
    position = f"1#{format_timestamp(START)}#souths1"
    for query in (
        "",
        "?shop=sur",
        "?shop=sur&shop=norte",
        "?shop=norte,sur",
        "?owner=hana@sur",
        "?owner=ana@sur",
        "?owner=hana@norte",
        "?owner=me",
        "?owner=nobody&shop=sur",
        "?theme=price",
        "?stage=taken_on",
        f"?after={quote(position)}",
        f"?after={quote('0' + position[1:])}",
    ):
        page = board_page(brand, ANA, f"/desk{query}")
        assert set(followup_ids_on(page)) <= {"mine"}, query
        for foreign in ("souths1", "Aurora Sur", "Hana", "sur"):
            assert foreign not in page.text.partition("<main")[2], query
    assert followup_ids_seen_by(brand, ANA, "?shop=sur") == ["mine"]


def test_a_contact_removed_from_the_store_sees_nothing_of_it(brand: Product) -> None:
    """The membership still exists, but the store no longer names Ana."""
    store_followups(brand, open_followup("mine", 10))
    store = next(
        item for item in brand.cloud.items() if item["pk"] == "STORE#norte" and item["sk"] == "STORE"
    )
    brand.change(store, contacts=[DIEGO, MARTA])
    assert followup_ids_seen_by(brand, ANA) == []
    assert followup_ids_seen_by(brand, DIEGO) == ["mine"]


def test_a_head_sees_all_stores_also_those_that_do_not_name_them(brand: Product) -> None:
    brand.open_store(store_id="este", name="Aurora Este", contacts=[{**OTHER_DIEGO, "contact_id": "marta"}])
    store_followups(
        brand,
        open_followup("north", 10),
        owned_followup("east", 5, "marta", store_id="este"),
        owned_followup("hers", 20, "marta"),
    )
    assert followup_ids_seen_by(brand, MARTA) == ["east", "north", "hers"]
    assert followup_ids_seen_by(brand, MARTA, "?shop=este") == ["east"]
    assert followup_ids_seen_by(brand, MARTA, "?owner=marta@este") == ["east"]
    assert followup_ids_seen_by(brand, MARTA, "?owner=me") == ["hers"], (
        "another person has the same contact id in that store"
    )
    assert followup_ids_seen_by(brand, DIEGO) == ["north", "hers"]


def test_filters_find_follow_ups(brand: Product) -> None:
    brand.open_store(store_id="este", contacts=[OTHER_DIEGO, MARTA])
    store_followups(
        brand,
        open_followup("a1", 1, themes=("price", "service")),
        owned_followup("b1", 2, "ana"),
        owned_followup("c1", 3, "diego", stage="contacted", contacted_at=START),
        open_followup("d1", 4, store_id="sur", themes=("price",)),
        owned_followup("e1", 5, "diego", store_id="sur"),
        owned_followup("f1", 6, "diego", store_id="este"),
    )
    everything = ["a1", "b1", "c1", "d1", "e1", "f1"]
    expected = {
        "": everything,
        "?shop=sur": ["d1", "e1"],
        "?stage=open": ["a1", "d1"],
        "?stage=contacted": ["c1"],
        "?theme=price": ["a1", "d1"],
        "?theme=price&shop=norte": ["a1"],
        "?owner=nobody": ["a1", "d1"],
        "?owner=me": [],
        "?owner=ana@norte": ["b1"],
        "?owner=diego@norte": ["c1", "e1"],
        "?owner=diego@sur&stage=taken_on": ["e1"],
        "?owner=diego@este": ["f1"],
        "?owner=nobody&theme=price&shop=sur&stage=open": ["d1"],
        "?owner=ana@sur": [],
        "?stage=confirmed": everything,
        "?stage=%27&theme=x&owner=%00&shop=%F0%9F%92%A9": everything,
    }
    assert {query: followup_ids_seen_by(brand, MARTA, query) for query in expected} == expected
    assert followup_ids_seen_by(brand, DIEGO, "?owner=me") == ["c1", "e1"]
    assert followup_ids_seen_by(brand, OTHER_DIEGO, "?owner=me") == ["f1"]


def test_the_form_offers_what_there_is_and_shows_what_was_chosen(brand: Product) -> None:
    store_followups(brand, owned_followup("b1", 2, "ana"))

    def options(page: Response) -> dict[str, list[str]]:
        selects = re.findall(r'<select name="(\w+)">(.*?)</select>', page.text, re.S)
        return {name: re.findall(r'value="([^"]*)"', inner) for name, inner in selects}

    offered = options(board_page(brand, DIEGO))
    assert offered["shop"] == ["", "norte", "sur"]
    assert offered["stage"] == ["", "open", "taken_on", "contacted", "resolved"]
    assert len(offered["theme"]) == 13
    assert offered["owner"] == ["", "me", "nobody", "ana@norte", "hana@sur", "marta@norte"]
    assert "shop" not in options(board_page(brand, ANA))

    page = board_page(brand, DIEGO, "/desk?shop=norte&stage=taken_on&theme=price&owner=marta@sur")
    chosen = re.findall(r'value="([^"]*)" selected', page.text)
    assert chosen == ["norte", "taken_on", "price", "marta@sur", ""], "the last is the order"
    assert "Filtered by: Aurora Norte, Taken on, Price, Marta<" in page.text


@pytest.fixture
def at_noon(brand: Product) -> Product:
    """Four cases of `norte` and one of `sur`, of which two are unattended; it is 12:00 in Santiago."""
    store_followups(
        brand,
        open_followup("nobody", -30, missed_at=START - minutes(30), opened_at=START - minutes(40)),
        open_followup(
            "danger", 30, priority="urgent", missed_at=START - minutes(9), opened_at=START - minutes(15)
        ),
        owned_followup("late", -5, "ana", opened_at=START - minutes(300), taken_on_at=START - minutes(200)),
        owned_followup("mine", 60, "ana", opened_at=START - minutes(200), taken_on_at=START - minutes(1)),
        owned_followup("south", 90, "diego", store_id="sur", opened_at=START - minutes(100)),
    )
    return brand


def counts_on(page: Response) -> str:
    return parse(page.text).one("nav", class_="counts").text


@pytest.mark.parametrize(
    ("who", "query", "counts"),
    [
        (ANA, "", "Abiertos 4 Sin atender 2 Atrasados 3 Míos 2 Prometido para hoy 1"),
        (ANA, "?owner=me", "Abiertos 4 Sin atender 2 Atrasados 3 Míos 2 Prometido para hoy 1"),
        (DIEGO, "", "Open 5 Unattended 2 Overdue 3 Mine 1 Promised today 2"),
        (DIEGO, "?shop=sur", "Open 1 Unattended 0 Overdue 0 Mine 1 Promised today 1"),
        (
            MARTA,
            "?area=diego%40norte",
            "Abertos 5 Sem atendimento 2 Atrasados 3 Meus 0 Prometido para hoje 2",
        ),
    ],
)
def test_the_board_counts_what_the_reader_sees(
    at_noon: Product, who: dict[str, Any], query: str, counts: str
) -> None:
    """Of two stores: it is still today at 23:30 in each, and no longer an hour later."""
    for store_id, hours in (("norte", 11.5), ("norte", 12.5), ("sur", 12.5), ("sur", 13.5), ("este", 1)):
        due = START + timedelta(hours=hours)
        item = promises.promise_item(promise(f"p{store_id}{hours}", store_id=store_id, due=due))
        at_noon.table.put(Put(item))
    page = board_page(at_noon, who, f"/desk{query}")
    assert counts_on(page) == counts
    for link in parse(page.text).one("nav", class_="counts").all("a"):
        listed = board_page(at_noon, who, link["href"])
        expected = int(link.one("b").text)
        shown = re.findall(r'<li class="entry', listed.text)
        assert len(shown) == expected, link["href"]


def test_where_the_promises_of_the_day_are_not_counted_nothing_leads_to_them(brand: Product) -> None:
    """Up to ten stores they are counted."""
    brand.table.put(Put(promises.promise_item(promise("p1", store_id="norte", due=START))))
    for n in range(3, 12):
        brand.open_store(store_id=f"s{n}", name=f"Aurora {n}", contacts=[DIEGO])
    assert "Promised today" not in counts_on(board_page(brand, DIEGO))
    assert counts_on(board_page(brand, DIEGO, "/desk?shop=norte")).endswith("Promised today 1")


def test_more_than_are_read_are_counted_as_at_least(brand: Product) -> None:
    store_followups(brand, *(open_followup(f"c{n:03}", n) for n in range(101)))
    counts = counts_on(board_page(brand, ANA))
    assert counts.startswith("Abiertos 99+ Sin atender 0 Atrasados 1+ Míos")
    assert "0+" not in counts, "how many of those that were not read are hers is not known"
    by_age = board_page(brand, ANA, "/desk?sort=age")
    assert "Hay más de 99 casos abiertos: se muestran por urgencia" in by_age.text
    assert followup_ids_on(by_age)[:2] == ["c000", "c001"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["danger", "nobody", "late", "mine", "south"]),
        ("?sort=age", ["late", "mine", "south", "nobody", "danger"]),
        ("?sort=store", ["danger", "nobody", "late", "mine", "south"]),
        ("?sort=step", ["south", "mine", "danger", "nobody", "late"]),
        ("?sort=%00", ["danger", "nobody", "late", "mine", "south"]),
        ("?view=unattended", ["danger", "nobody"]),
        ("?view=overdue", ["danger", "nobody", "late"]),
        ("?view=overdue&sort=age", ["late", "nobody", "danger"]),
        ("?view=x", ["danger", "nobody", "late", "mine", "south"]),
        ("?view=overdue&owner=me", []),
    ],
)
def test_views_and_orders(at_noon: Product, query: str, shown: list[str]) -> None:
    assert followup_ids_seen_by(at_noon, DIEGO, query) == shown


def test_one_tap_leads_to_the_case_that_waits_longest(at_noon: Product) -> None:
    """It stands second in the list, behind a danger."""
    for who in (ANA, DIEGO):
        tap = parse(board_page(at_noon, who, "/desk?owner=me").text).one("p", class_="oldest").one("a")
        assert tap["href"] == "/desk/followups/nobody"
    at_noon.open_store(store_id="este", contacts=[OTHER_DIEGO])
    assert 'class="oldest"' not in board_page(at_noon, OTHER_DIEGO).text
