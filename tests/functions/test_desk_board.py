"""The board: which open follow-ups a reader sees, most urgent first, and which ones the filters find."""

import re
from urllib.parse import quote

from infra.local.event_sources.gateway_payloads import Response
from lazo.timestamps import format_timestamp
from tests.builders import ANA, DIEGO, MARTA, START
from tests.functions.board import case, ids_on, look, owned, put, seen
from tests.product import Product

OTHER_DIEGO = {**DIEGO, "name": "Diego Paz", "phone": "+56922345682", "email": "paz@aurora.example"}


def test_follow_ups_are_listed_most_urgent_first(chain: Product) -> None:
    put(
        chain,
        case("later", 300),
        case("danger", 500, priority="urgent"),
        case("late", -5),
        case("there", 20, store_id="sur"),
        case("soon", 10),
        case("nodanger", 5, urgency=("theft",)),
    )
    assert seen(chain, DIEGO) == ["danger", "late", "nodanger", "soon", "there", "later"]
    assert seen(chain, ANA) == ["danger", "late", "nodanger", "soon", "later"]


def test_the_board_needs_a_session(chain: Product) -> None:
    reply = chain.cloud.request("GET", "/desk")
    assert (reply.status, reply.headers["location"]) == (303, "/desk/sign-in")


def test_no_address_shows_another_store(chain: Product) -> None:
    mine, theirs = case("mine", 10), owned("souths1", 5, "hana", store_id="sur", themes=("price",))
    put(chain, mine, theirs)
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
        page = look(chain, ANA, f"/desk{query}")
        assert set(ids_on(page)) <= {"mine"}, query
        for foreign in ("souths1", "Aurora Sur", "Hana", "sur"):
            assert foreign not in page.text.partition("<main")[2], query
    assert seen(chain, ANA, "?shop=sur") == ["mine"]


def test_a_contact_removed_from_the_store_sees_nothing_of_it(chain: Product) -> None:
    """Ana's membership is still there, the store names her no more."""
    put(chain, case("mine", 10))
    store = next(
        item for item in chain.cloud.items() if item["pk"] == "STORE#norte" and item["sk"] == "STORE"
    )
    chain.change(store, contacts=[DIEGO, MARTA])
    assert seen(chain, ANA) == []
    assert seen(chain, DIEGO) == ["mine"]


def test_a_head_sees_all_stores_also_those_that_do_not_name_them(chain: Product) -> None:
    chain.open_store(store_id="este", name="Aurora Este", contacts=[{**OTHER_DIEGO, "contact_id": "marta"}])
    put(chain, case("north", 10), owned("east", 5, "marta", store_id="este"), owned("hers", 20, "marta"))
    assert seen(chain, MARTA) == ["east", "north", "hers"]
    assert seen(chain, MARTA, "?shop=este") == ["east"]
    assert seen(chain, MARTA, "?owner=marta@este") == ["east"]
    assert seen(chain, MARTA, "?owner=me") == ["hers"], "another person has the same contact id in that store"
    assert seen(chain, DIEGO) == ["north", "hers"]


def test_filters_find_follow_ups(chain: Product) -> None:
    chain.open_store(store_id="este", contacts=[OTHER_DIEGO, MARTA])
    put(
        chain,
        case("a1", 1, themes=("price", "service")),
        owned("b1", 2, "ana"),
        owned("c1", 3, "diego", stage="contacted", contacted_at=START),
        case("d1", 4, store_id="sur", themes=("price",)),
        owned("e1", 5, "diego", store_id="sur"),
        owned("f1", 6, "diego", store_id="este"),
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
    assert {query: seen(chain, MARTA, query) for query in expected} == expected
    assert seen(chain, DIEGO, "?owner=me") == ["c1", "e1"]
    assert seen(chain, OTHER_DIEGO, "?owner=me") == ["f1"]


def test_the_form_offers_what_there_is_and_shows_what_was_chosen(chain: Product) -> None:
    put(chain, owned("b1", 2, "ana"))

    def options(page: Response) -> dict[str, list[str]]:
        selects = re.findall(r'<select name="(\w+)">(.*?)</select>', page.text, re.S)
        return {name: re.findall(r'value="([^"]*)"', inner) for name, inner in selects}

    offered = options(look(chain, DIEGO))
    assert offered["shop"] == ["", "norte", "sur"]
    assert offered["stage"] == ["", "open", "taken_on", "contacted", "resolved"]
    assert len(offered["theme"]) == 12
    assert offered["owner"] == ["", "me", "nobody", "ana@norte", "hana@sur", "marta@norte"]
    assert "shop" not in options(look(chain, ANA))

    page = look(chain, DIEGO, "/desk?shop=norte&stage=taken_on&theme=price&owner=marta@sur")
    chosen = re.findall(r'value="([^"]*)" selected', page.text)
    assert chosen == ["norte", "taken_on", "price", "marta@sur"]
    assert "Filtered by: Aurora Norte, Taken on, Price, Marta<" in page.text
