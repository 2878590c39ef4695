"""The board: what is open in one's own shops, most urgent first, by filters and by pages."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as Stored

import desk.app
from desk.web.session import Session
from infra.local.cloudformation.stack_scope import ACCOUNT
from infra.local.event_sources.gateway_payloads import Response
from lazo.auth.users import user_id_of
from lazo.followup import lifecycle
from lazo.followup.model import FollowUp, SignalReason
from lazo.store.contacts import Contact
from lazo.survey.answer import Answer
from lazo.table import answers, followups, stores, users
from lazo.table.dynamodb import paging
from lazo.table.dynamodb.writes import Item, Put, to_dynamo
from lazo.table.views import open_followups
from lazo.table.views.open_followups import FollowUpQuery
from lazo.timestamps import format_timestamp
from tests import builders
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START, minutes
from tests.product import Product

HANA = {**ANA, "contact_id": "hana", "name": "Hana", "phone": "+56922345681", "email": "hana@aurora.example"}
OTHER_DIEGO = {**DIEGO, "name": "Diego Paz", "phone": "+56922345682", "email": "paz@aurora.example"}

SOUTH = {"store_id": "sur", "name": "Aurora Sur", "timezone": "America/New_York"}


@pytest.fixture
def chain(product: Product) -> Product:
    """Two shops: Ana is of the one, Hana of the other, Diego and Marta of both."""
    product.open_store()
    product.open_store(**SOUTH, contacts=[HANA, DIEGO, MARTA])
    return product


def look(product: Product, who: Mapping[str, Any], address: str = "/desk") -> Response:
    """The board as a contact sees it in a browser that is signed in."""
    product.cloud.functions["Desk"].load()
    session = Session(user_id_of(Contact(**who)), 0)
    cookie = desk.app.wire().sessions.cookie(session, product.now()).partition(";")[0]
    return product.cloud.request("GET", address, {"cookie": cookie})


def ids_on(page: Response) -> list[str]:
    assert page.status == 200, page.text
    return re.findall(r'href="/desk/followups/([a-z0-9]+)"', page.text)


def seen(product: Product, who: Mapping[str, Any], query: str = "") -> list[str]:
    return ids_on(look(product, who, f"/desk{query}"))


def next_of(page: Response) -> str | None:
    found = re.search(r'rel="next" href="([^"]+)"', page.text)
    return unescape(found[1]) if found else None


def case(name: str, deadline: datetime | float, **changes: Any) -> FollowUp:
    """An open follow-up of `norte`, due so many minutes from START."""
    given = builders.classified(builders.answer(store_id=changes.get("store_id", "norte")))
    opened = lifecycle.open_for_answer(given, builders.make_store(store_id=given.store_id))
    assert opened
    at = START + minutes(deadline) if not isinstance(deadline, datetime) else deadline
    return replace(opened, **{"followup_id": name, "deadline": at, **changes})


def owned(name: str, deadline: float, owner: str, **changes: Any) -> FollowUp:
    return case(name, deadline, **{"owner": owner, "stage": "taken_on", "taken_on_at": START, **changes})


def put(product: Product, *cases: FollowUp) -> None:
    for each in cases:
        product.table.put(followups.followup_put(each))


def told(product: Product, **said: Any) -> tuple[Answer, FollowUp]:
    """An answer in the table with its follow-up."""
    given = builders.classified(builders.answer(**{"score": 3, **said}))
    product.table.put(Put(answers._item(given)))
    opened = lifecycle.open_for_answer(given, builders.make_store(store_id=given.store_id))
    assert opened
    put(product, opened)
    return given, opened


def test_the_most_urgent_comes_first(chain: Product) -> None:
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


def test_nobody_is_shown_the_board_without_a_session(chain: Product) -> None:
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


def test_the_store_decides_who_is_of_it(chain: Product) -> None:
    """Ana's membership is still there, the shop names her no more."""
    put(chain, case("mine", 10))
    shop = next(item for item in chain.cloud.items() if item["pk"] == "STORE#norte" and item["sk"] == "STORE")
    chain.change(shop, contacts=[DIEGO, MARTA])
    assert seen(chain, ANA) == []
    assert seen(chain, DIEGO) == ["mine"]


def test_a_head_sees_all_stores_also_those_whose_chains_do_not_name_them(chain: Product) -> None:
    chain.open_store(store_id="este", name="Aurora Este", contacts=[{**OTHER_DIEGO, "contact_id": "marta"}])
    put(chain, case("north", 10), owned("east", 5, "marta", store_id="este"), owned("hers", 20, "marta"))
    assert seen(chain, MARTA) == ["east", "north", "hers"]
    assert seen(chain, MARTA, "?shop=este") == ["east"]
    assert seen(chain, MARTA, "?owner=marta@este") == ["east"]
    assert seen(chain, MARTA, "?owner=me") == ["hers"], "Another person of hers has the same id in that shop."
    assert seen(chain, DIEGO) == ["north", "hers"]


def test_filters(chain: Product) -> None:
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


def test_pages_show_each_once_and_in_order(chain: Product) -> None:
    """62 of mine, some due in the same moment, between 30 of another shop."""
    mine = [case(f"m{n:02}", n // 3) for n in range(62)]
    put(chain, *mine, *(case(f"s{n:02}", n // 2, store_id="sur") for n in range(30)))
    walked: list[str] = []
    sizes: list[int] = []
    address: str | None = "/desk"
    while address:
        page = look(chain, ANA, address)
        walked += ids_on(page)
        sizes.append(len(ids_on(page)))
        address = next_of(page)
    assert walked == [each.followup_id for each in mine]
    assert sizes == [25, 25, 12]


def test_the_next_page_keeps_the_filter(chain: Product) -> None:
    put(chain, *(case(f"a{n:02}", n) for n in range(26)), owned("b1", 99, "ana"))
    first = look(chain, DIEGO, "/desk?stage=open&shop=norte")
    address = next_of(first)
    assert address
    assert address.startswith("/desk?shop=norte&stage=open&after=")
    assert seen(chain, DIEGO, address.removeprefix("/desk")) == ["a25"]


def test_a_position_that_is_none_is_the_first_page(chain: Product) -> None:
    put(chain, case("only", 10))
    position = f"1#{format_timestamp(START)}#abc"
    for broken in ("x", "", "~", "1#", "\u0000", "0", "9" * 3000, position + "~", f"2{position[1:]}", "💩"):
        page = look(chain, ANA, f"/desk?after={quote(broken)}")
        assert ids_on(page) == ["only"], broken
        assert "Volver a los más urgentes" not in page.text
    end = look(chain, ANA, f"/desk?after={quote(f'1#{format_timestamp(START + timedelta(days=9))}#abc')}")
    assert ids_on(end) == []
    assert "No hay más casos" in end.text
    assert 'href="/desk">Volver a los más urgentes' in end.text


def test_what_changed_since_the_index_was_read_is_shown_as_it_is(chain: Product) -> None:
    ended, taken, stays = case("ended", 1), case("taken", 2), case("stays", 3)
    put(chain, ended, taken, stays)

    def meanwhile() -> None:
        followups.replace_followup(
            chain.table, ended, replace(ended, stage="confirmed", deadline=None, version=2)
        )
        followups.replace_followup(chain.table, taken, owned("taken", 2, "ana", version=2))

    met = chain.just_before("BatchGetItem", meanwhile, function="Desk")
    assert seen(chain, ANA, "?owner=nobody") == ["stays"]
    assert met["done"]
    assert seen(chain, ANA) == ["taken", "stays"]


def test_a_card_says_who_where_why_and_until_when(chain: Product) -> None:
    """Due at 12:10 and 12:04 in Santiago, 11:06 in New York (UTC-4 since 8 March 2026); it is 12:05 in Santiago."""
    told(chain, comment="<b>Nada</b> & " + "muy " * 80, name="Eva <i>", touchpoint="Caja & 1")
    put(chain, owned("mine", 4, "ana"), owned("diegos", 6, "diego", store_id="sur"))
    chain.wait(minutes(5))
    page = look(chain, DIEGO).text
    first, second, third = page.split('<li class="card case')[1:]
    for shown in ("<strong>Overdue</strong> Talk to the customer", "12:04", "1 min ago", "Ana has it"):
        assert shown in first
    assert '<p class="clock late">' in first
    for shown in ("Talk to the customer", "11:06", "in 1 min", "You have it", "Aurora Sur"):
        assert shown in second
    for shown in (
        "Take it on",
        "12:10",
        "in 5 min",
        "Nobody has it yet",
        "Eva &lt;i&gt;",
        "Caja &amp; 1",
        "Open",
    ):
        assert shown in third
    assert "<strong></strong>" in second
    assert "<strong></strong>" in third
    gist = re.search(r'<p class="gist" dir="auto" lang="es">(.*?)</p>', third)
    assert gist
    assert unescape(gist[1]).startswith("<b>Nada</b> & muy muy")
    assert unescape(gist[1]).endswith("muy…")
    assert len(unescape(gist[1])) <= 181


def test_without_an_answer_the_card_says_what_there_is(chain: Product) -> None:
    erased = case("erased", 1)
    signals = case(
        "signals",
        2,
        origin="signals",
        answer_ulid=None,
        score=None,
        touchpoint="",
        signals=(
            SignalReason("complaint", START),
            SignalReason("refund", START),
            SignalReason("refund", START),
        ),
    )
    _, silent = told(chain, score=0)
    put(chain, erased, signals)
    page = look(chain, ANA).text
    assert ids_on(look(chain, ANA)) == ["erased", "signals", silent.followup_id]
    assert page.count("Sin comentario") == 2
    assert "Todavía no respondió una encuesta. Señales: 1 reclamo, 2 devoluciones<" in page
    assert "0<i>/10</i>" in page


@pytest.mark.parametrize(
    ("who", "title", "nothing", "filtered"),
    [
        (ANA, "Casos abiertos", "No hay casos abiertos", "Aquí no hay casos"),
        (DIEGO, "Open cases", "No open cases", "No cases here"),
        (MARTA, "Casos abertos", "Não há casos abertos", "Nenhum caso aqui"),
    ],
)
def test_when_there_is_nothing_it_says_so(
    chain: Product, who: dict[str, Any], title: str, nothing: str, filtered: str
) -> None:
    page = look(chain, who)
    assert page.headers["content-language"] == who["language"]
    assert f"<title>{title}</title>" in page.text
    assert nothing in page.text
    assert filtered in look(chain, who, "/desk?stage=open").text


IN_THE_INDEX = ("pk", "sk", "list_pk", "list_at", "store_id", "stage", "themes", "priority")


@pytest.fixture
def crowd(product: Product) -> Product:
    """100 shops, of all of which Marta is one, and in each of which 50 follow-ups are open, 5,000 in all; Ana is
    of the shop `s07`. One of them all is about cleanliness, and it is the last. Those that no page shows have only
    what the index holds, which is what they cost there."""
    items: list[Item] = []
    for n in range(100):
        people = [ANA, MARTA] if n == 7 else [MARTA]
        settings = builders.settings(store_id=f"s{n:02}", name=f"Aurora {n:02}", contacts=people)
        items.append({"pk": f"STORE#s{n:02}", "sk": "STORE", **settings})
        items += (put.item for put in users.membership_puts(stores.store_from_item(settings)))
    model = case("model", 0, store_id="s00", answer_ulid=None, themes=("price",))
    for n in range(5000):
        each = replace(model, followup_id=f"f{n:04}", store_id=f"s{n % 100:02}", deadline=START + minutes(n))
        item = followups.followup_put(replace(each, themes=("cleanliness",)) if n == 4999 else each).item
        shown = n < 25 or n % 100 == 7 or n == 4999
        items.append(item if shown else {name: item[name] for name in IN_THE_INDEX})
    table = dynamodb_backends[ACCOUNT][product.cloud.region].tables[product.table._name]
    for item in items:
        typed = to_dynamo(item)
        pk, sk = DynamoType(typed["pk"]), DynamoType(typed["sk"])
        table.items[pk][sk] = Stored(pk, sk, typed)
    return product


def test_with_5000_open_a_page_costs_a_bounded_number_of_reads(crowd: Product, watch: Watch) -> None:
    def cost(who: Mapping[str, Any], query: str, shown: Iterable[int]) -> list[str]:
        """The calls of one page by a warm copy."""
        watch.clear()
        assert seen(crowd, who, query) == [f"f{n:04}" for n in shown]
        return [call.action.removeprefix("dynamodb:") for call in watch.calls if call.function == "Desk"]

    look(crowd, MARTA)
    scope, items = ["Query"], ["BatchGetItem", "BatchGetItem"]
    all_stores = ["Query"]
    assert cost(MARTA, "", range(25)) == [*scope, *all_stores, "Query", *items]
    # Of 100 entries looked at one is of Ana's shop, of 1,000 more ten; the 3,900 left are less than 1 MB.
    assert cost(ANA, "", range(7, 2507, 100)) == [*scope, "Query", "Query", "Query", *items]
    assert cost(MARTA, "?theme=cleanliness", [4999]) == [*scope, *all_stores, *["Query"] * 3, *items]


def test_what_is_not_found_within_bounds_can_be_looked_for_further(
    chain: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "QUERY_LIMITS", (2, 3))
    put(chain, *(case(f"s{n}", n, store_id="sur") for n in range(7)), case("mine", 99))
    first = look(chain, ANA)
    assert ids_on(first) == []
    assert "Por ahora no apareció ninguno" in first.text
    assert "Seguir buscando" in first.text
    further = next_of(first)
    assert further
    second = look(chain, ANA, further)
    assert ids_on(second) == ["mine"]
    assert next_of(second) is None


def test_somebody_of_more_stores_than_a_condition_names_sees_theirs(product: Product, watch: Watch) -> None:
    put(
        product,
        case("theirs", 1, store_id="other"),
        case("mine", 2, store_id="s100"),
        case("too", 3, store_id="s0"),
    )
    for shops in (100, 101, 800):
        wanted = FollowUpQuery(frozenset(f"s{n}" for n in range(100 - shops + 1, 101)) | {"s0"})
        page = open_followups.list_open_followups(product.table, wanted)
        assert [each.followup_id for each in page.followups] == ["mine", "too"]
        assert page.cursor is None


def test_nobody_of_no_store_asks_nothing(product: Product, watch: Watch) -> None:
    watch.clear()
    page = open_followups.list_open_followups(product.table, FollowUpQuery(frozenset()))
    assert (page.followups, page.cursor) == ((), None)
    assert watch.calls == []
