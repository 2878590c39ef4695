"""The feed of all answers: whose, in which order, by filters and pages, and how they are shown."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as Stored

from collect.answer_ids import CLOCKS_DIFFER_BY, PAGE_VALID_FOR
from infra.local.cloudformation.stack_scope import ACCOUNT
from infra.local.event_sources.gateway_payloads import Response
from lazo import ids
from lazo.followup import lifecycle
from lazo.table import answers, followups, stores, users
from lazo.table.dynamodb.writes import Item, to_dynamo
from lazo.table.views import answer_feed
from tests import builders
from tests.aws_rules import Watch
from tests.builders import ANA, DIEGO, MARTA, START, consent, minutes
from tests.feed import cookie_of, given, look
from tests.product import Product

HANA = {**ANA, "contact_id": "hana", "name": "Hana", "phone": "+56922345681", "email": "hana@aurora.example"}
SOUTH = {"store_id": "sur", "name": "Aurora Sur", "timezone": "America/New_York"}


@pytest.fixture
def chain(product: Product) -> Product:
    """Two shops: Ana is of the one, Hana of the other, Diego and Marta of both."""
    product.open_store(staff=["Rosa", "Camila"])
    product.open_store(**SOUTH, contacts=[HANA, DIEGO, MARTA])
    return product


def said_on(page: Response) -> list[str]:
    assert page.status in (200, 422), page.text
    return [unescape(each) for each in re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", page.text, re.S)]


def seen(product: Product, who: Mapping[str, Any], query: str = "") -> list[str]:
    return said_on(look(product, who, query))


def next_of(page: Response) -> str | None:
    found = re.search(r'rel="next" href="/desk/answers([^"]+)"', page.text)
    return unescape(found[1]) if found else None


def test_all_answers_come_the_newest_first(chain: Product) -> None:
    given(chain, "old", -60 * 24 * 40)
    given(chain, "new", 3, score=9)
    given(chain, "there", 2, store_id="sur")
    given(chain, "middle", 1, score=7)
    chain.accept(comment="unread", at=START + minutes(4))
    chain.wait(minutes(5))
    assert seen(chain, DIEGO) == ["unread", "new", "there", "middle", "old"]
    assert seen(chain, ANA) == ["unread", "new", "middle", "old"]


def test_nobody_sees_answers_without_a_session(chain: Product) -> None:
    reply = chain.cloud.request("GET", "/desk/answers")
    assert (reply.status, reply.headers["location"]) == (303, "/desk/sign-in")


def test_no_address_shows_another_store(chain: Product) -> None:
    given(chain, "mine")
    theirs = given(chain, "theirs", 1, store_id="sur", themes=("price",))
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
        page = look(chain, ANA, query)
        assert set(said_on(page)) <= {"mine"}, query
        for foreign in ("theirs<", "Aurora Sur", "Hana"):
            assert foreign not in page.text.partition("<main")[2], query


def test_the_store_decides_who_is_of_it(chain: Product) -> None:
    """Ana's membership is still there, the shop names her no more."""
    given(chain, "mine")
    store = next(
        item for item in chain.cloud.items() if item["pk"] == "STORE#norte" and item["sk"] == "STORE"
    )
    chain.change(store, contacts=[DIEGO, MARTA])
    assert seen(chain, ANA) == []
    assert seen(chain, DIEGO) == ["mine"]


def test_a_head_sees_the_answers_of_all_stores(chain: Product) -> None:
    chain.open_store(store_id="este", contacts=[{**ANA, "contact_id": "eva"}])
    given(chain, "north", 2)
    given(chain, "east", 1, store_id="este")
    assert seen(chain, MARTA) == ["north", "east"]
    assert seen(chain, MARTA, "?shop=este") == ["east"]
    assert seen(chain, DIEGO) == ["north"]


def test_filters(chain: Product) -> None:
    """In Santiago (UTC-3) the 9th of March ends at 03:00 UTC of the 10th, in New York (UTC-4) at 04:00."""
    night = datetime.fromisoformat("2026-03-10T03:30:00Z")
    given(chain, "Nada, ESPERÉ mucho", night, score=2, themes=("waiting_time", "service"))
    given(chain, "there", night + minutes(1), score=6, store_id="sur", themes=("price",))
    given(chain, "Bien,\n  pero  esperé", night - minutes(60), score=8, themes=("waiting_time",))
    given(chain, "lindo", 1, score=9)
    given(chain, "", 2, score=10)
    chain.wait(minutes(5))
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
    assert {query: seen(chain, DIEGO, query) for query in expected} == expected


def test_an_answer_that_waited_in_a_phone_is_found_on_the_day_it_came_in(chain: Product) -> None:
    """Its id is as old as the page that it was written on."""
    old = ids.new_ulid(START - PAGE_VALID_FOR, bytes(10))
    given(chain, "late", 0, ulid=old, answer_id=old)
    given(chain, "before", -60 * 24 * 2)
    assert seen(chain, ANA, "?from=2026-03-10&to=2026-03-10") == ["late"]
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
def test_days_that_cannot_be_are_said_and_kept(chain: Product, query: str, field: str, problem: str) -> None:
    given(chain, "mine")
    page = look(chain, ANA, query)
    assert page.status == 422
    assert said_on(page) == []
    assert problem in page.text
    typed = re.search(rf'name="{field}" value="([^"]*)" aria-invalid="true"', page.text)
    assert typed
    assert f"{field}={typed[1]}" in query


def test_the_form_shows_what_was_chosen(chain: Product) -> None:
    page = look(
        chain, DIEGO, "?band=passive&theme=price&shop=sur&from=2026-03-01&to=2026-03-09&text=%22a%22"
    ).text
    assert re.findall(r'value="([^"]*)" selected', page) == ["passive", "price", "sur"]
    assert re.findall(r'type="date" name="(\w+)" value="([^"]*)"', page) == [
        ("from", "2026-03-01"),
        ("to", "2026-03-09"),
    ]
    assert 'name="text" value="&#34;a&#34;"' in page
    assert 'name="shop"' not in look(chain, ANA).text


def test_an_answer_says_when_where_how_and_why(chain: Product) -> None:
    """Given at 12:00 in Santiago, 11:00 in New York (UTC-4 since 8 March 2026), an hour and a half ago."""
    given(
        chain,
        "Camila no sabe, la Rosa tampoco",
        score=0,
        touchpoint="Caja & 1",
        reasons=("price",),
        themes=("price", "service"),
        name="Eva",
        phone="+56987654321",
        email="eva@example.com",
        consent=consent(),
    )
    given(chain, "hola", score=8, store_id="sur", suspect=("too_fast",))
    given(chain, "", score=9)
    chain.accept(comment="rosa", score=10)
    chain.wait(minutes(90))
    page = look(chain, DIEGO).text
    cards = {
        score: each
        for each in page.split('<li class="card answer ')[1:]
        for score in re.findall("<b .*?>(\\d+)<i>", each)
    }
    unhappy, content, silent, unread = (cards[score] for score in ("0", "8", "9", "10"))
    for shown in (
        "Unhappy",
        "0 out of 10",
        "12:00",
        "90 min ago",
        "Caja &amp; 1",
        "Aurora Norte",
        "[name] no sabe, la [name] tampoco",
        "<li>Price</li>",
        "<li>Service</li>",
    ):
        assert shown in unhappy
    assert unhappy.index("Reasons ticked") < unhappy.index("Price") < unhappy.index("What it is about")
    assert "May not be" not in unhappy
    for shown in ("Content", "11:00", "Aurora Sur", "May not be a customer"):
        assert shown in content
    assert "Delighted" in silent
    assert "No comment" in silent
    assert "It has just come in" in unread
    assert ">rosa</blockquote>" in unread
    for private in ("Eva", "987654321", "eva@example.com"):
        assert private not in page


def test_whoever_looks_for_a_name_does_not_find_it(chain: Product) -> None:
    given(chain, "la cajera Camila no sabe")
    assert seen(chain, ANA, "?text=camila") == []
    assert seen(chain, ANA, "?text=%5Bnombre%5D") == ["la cajera [nombre] no sabe"]
    assert seen(chain, MARTA, "?text=cajera") == ["la cajera [nome] no sabe"]


def test_an_answer_leads_to_the_follow_up_that_it_opened_and_to_no_other(chain: Product) -> None:
    answered = given(chain, "opened", score=3)
    opened = lifecycle.open_for_answer(answered, builders.make_store())
    assert opened
    chain.table.put(followups.followup_put(opened))
    given(chain, "suspect", 1, score=2, suspect=("too_fast",))
    given(chain, "silent passive", 2, score=7)
    given(chain, "promoter", 3, score=9)
    page = look(chain, ANA).text
    assert re.findall(r'href="/desk/followups/([a-z2-7]+)"', page) == [opened.followup_id]
    assert "Abierto" in page


UGLY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "'; DROP TABLE answers; --",
    "الخدمة سيئة جدا، انتظرت ٤٠ دقيقة",
    "👩‍👩‍👧‍👦🇨🇱🏳️‍🌈 e\u0301",
    "a" * 2000,
    "línea\n" * 300,
    "&amp; &lt;b&gt;",
]


def test_ugly_comments_are_shown_as_they_were_written(chain: Product) -> None:
    for number, comment in enumerate(UGLY):
        given(chain, comment, -60 + number)
    page = look(chain, ANA)
    assert said_on(page) == UGLY[::-1]
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert page.text.count('<details class="whole">') == 2
    assert len(re.findall('<blockquote class="said[^"]*" dir="auto" lang="es">', page.text)) == len(UGLY)


def test_pages_show_each_once_and_in_order(chain: Product) -> None:
    """70 in two shops, of which some were given in the same millisecond, one shop having most of them."""
    for n in range(70):
        given(chain, f"c{n:02}", n // 3 - 60, store_id="sur" if n % 9 == 0 else "norte")
    walked: list[str] = []
    sizes: list[int] = []
    query: str | None = ""
    while query is not None:
        page = look(chain, DIEGO, query)
        walked += said_on(page)
        sizes.append(len(said_on(page)))
        query = next_of(page)
    assert sizes == [30, 30, 10]
    assert sorted(walked) == [f"c{n:02}" for n in range(70)]
    assert [int(each[1:]) // 3 for each in walked] == sorted((n // 3 for n in range(70)), reverse=True)


def test_the_next_page_keeps_the_filter(chain: Product) -> None:
    for n in range(31):
        given(chain, f"c{n:02}", n - 60)
    given(chain, "other", score=9)
    page = look(chain, ANA, "?band=detractor&from=2026-03-01")
    query = next_of(page)
    assert query
    assert query.startswith("?band=detractor&from=2026-03-01&after=")
    assert seen(chain, ANA, query) == ["c00"]


def test_a_place_that_is_none_is_the_first_page(chain: Product) -> None:
    answer = given(chain, "only")
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
        page = look(chain, ANA, f"?after={quote(broken)}")
        assert said_on(page) == ["only"], broken
        assert "Volver a las más recientes" not in page.text
    end = look(chain, ANA, f"?after={quote(ids.new_ulid(START - timedelta(days=60), bytes(10)) + '#x')}")
    assert said_on(end) == []
    assert "No hay más respuestas" in end.text
    far = look(chain, ANA, f"?after={quote('01AAAAAAAAAAAAAAAAAAAAAAAA#x')}")
    assert said_on(far) == []
    ahead = look(chain, ANA, f"?after={quote('6ZZZZZZZZZZZZZZZZZZZZZZZZZ#x')}")
    assert said_on(ahead) == ["only"]


def test_what_is_no_answer_hides_no_other(chain: Product) -> None:
    good = given(chain, "good")
    broken = given(chain, "broken", 1)
    item = next(item for item in chain.items("ANSWER#") if item["ulid"] == broken.ulid)
    chain.change(item, score="x")
    assert seen(chain, ANA) == [good.comment]


@pytest.mark.parametrize(
    ("who", "title", "nothing", "filtered"),
    [
        (ANA, "Respuestas", "Todavía no hay respuestas", "Ninguna respuesta cumple este filtro"),
        (DIEGO, "Answers", "No answers yet", "No answer matches this filter"),
        (MARTA, "Respostas", "Ainda não há respostas", "Nenhuma resposta corresponde a este filtro"),
    ],
)
def test_when_there_is_nothing_it_says_so(
    chain: Product, who: dict[str, Any], title: str, nothing: str, filtered: str
) -> None:
    page = look(chain, who)
    assert page.headers["content-language"] == who["language"]
    assert f"<title>{title}</title>" in page.text
    assert nothing in page.text
    assert filtered in look(chain, who, "?band=promoter").text


def costs(
    product: Product, watch: Watch, who: Mapping[str, Any], query: str = ""
) -> tuple[Response, list[str]]:
    """A page by a warm copy, and its calls."""
    cookie_of(product, who)
    watch.clear()
    page = look(product, who, query)
    asked = (call for call in watch.calls if call.function == "Desk")
    return page, [call.action.removeprefix("dynamodb:") for call in asked]


def test_a_page_of_a_few_stores_costs_a_query_for_each(chain: Product, watch: Watch) -> None:
    for n in range(150):
        given(chain, f"c{n}", n - 150, score=9, store_id="sur" if n % 4 == 0 else "norte")
    given(chain, "needle", -999, score=9)
    look(chain, DIEGO)
    scope, shops = ["Query"], ["BatchGetItem"]
    page, calls = costs(chain, watch, DIEGO)
    assert (len(said_on(page)), calls) == (30, [*scope, *shops, "Query", "Query"])
    page, calls = costs(chain, watch, DIEGO, "?text=needle")
    assert said_on(page) == ["needle"]
    assert len(calls) <= len([*scope, *shops]) + 2 + answer_feed.REFILLS
    page, calls = costs(chain, watch, DIEGO, "?band=detractor")
    assert said_on(page) == []
    assert next_of(page) is None


def test_what_is_not_found_within_bounds_can_be_looked_for_further(
    chain: Product, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a page of 3, 60 answers are looked at in one query."""
    monkeypatch.setattr(answer_feed, "REFILLS", 0)
    monkeypatch.setattr(answer_feed, "PAGE", 3)
    for n in range(130):
        given(chain, "hay", n - 130)
    given(chain, "needle", -999)
    first, calls = costs(chain, watch, ANA, "?text=needle")
    assert said_on(first) == []
    assert "Por ahora no apareció ninguna" in first.text
    assert calls == ["Query", "BatchGetItem", "Query"]
    query, pages = next_of(first), 1
    while query and pages < 9:
        page = look(chain, ANA, query)
        query, pages = next_of(page), pages + 1
    assert said_on(page) == ["needle"]
    assert pages == 3


MONTHS = ("2026-03-10T14:00:00+00:00", "2026-02-28T20:00:00+00:00", "2026-01-02T12:00:00+00:00")


@pytest.fixture
def crowd(product: Product) -> Product:
    """60 shops with 4 answers each in each of three months, the last of which is named by its number. Marta is of all,
    Diego of 35, Ana of the shop `s07`."""
    items: list[Item] = []
    for n in range(60):
        people = [MARTA, *([DIEGO] if n < 35 else []), *([ANA] if n == 7 else [])]
        settings = builders.settings(store_id=f"s{n:02}", name=f"Aurora {n:02}", contacts=people)
        items.append({"pk": f"STORE#s{n:02}", "sk": "STORE", **settings})
        items += (put.item for put in users.membership_puts(stores.store_from_item(settings)))
    for n in range(720):
        at = datetime.fromisoformat(MONTHS[n // 240]) - timedelta(seconds=n)
        given = builders.answer(store_id=f"s{n % 60:02}", comment=f"c{n:03}", at=at, score=n % 11)
        found = builders.classified(given, themes=("price",) if n % 100 == 0 else ("service",))
        assert found.classification
        marks = {":at": "classified_at", ":band": "band", ":themes": "themes", ":leaving": "leaving"}
        values = followups._classification_update(found, found.classification).values
        items.append(
            {
                **answers._item(found),
                **{name: values[v] for v, name in marks.items()},
                "urgency": [],
                "competitors": [],
            }
        )
    table = dynamodb_backends[ACCOUNT][product.cloud.region].tables[product.table._name]
    for item in items:
        typed = to_dynamo(item)
        pk, sk = DynamoType(typed["pk"]), DynamoType(typed["sk"])
        table.items[pk][sk] = Stored(pk, sk, typed)
    return product


def test_of_many_stores_the_index_names_the_answers(crowd: Product, watch: Watch) -> None:
    look(crowd, MARTA)
    # A query for the scope, one for all shops, one of the index, one batch of items and shops, one of follow-ups.
    page, calls = costs(crowd, watch, MARTA)
    assert said_on(page) == [f"c{n:03}" for n in range(30)]
    assert calls == ["Query", "Query", "Query", "BatchGetItem", "BatchGetItem"]

    page, calls = costs(crowd, watch, DIEGO, "?theme=price")
    # Of every hundredth, those of the shops 0 to 34: 0, 20, 40...
    assert said_on(page) == ["c000", "c200", "c300", "c500", "c600"]
    assert next_of(page) is None
    assert len(calls) <= 1 + answer_feed.READS + 1

    page, calls = costs(crowd, watch, MARTA, "?text=c719")
    assert len(calls) <= 1 + answer_feed.READS + 1
    while not said_on(page):
        query = next_of(page)
        assert query
        page, calls = costs(crowd, watch, MARTA, query)
        assert len(calls) <= 1 + answer_feed.READS + 1
    assert said_on(page) == ["c719"]


@pytest.mark.parametrize(("who", "shops"), [(DIEGO, range(35)), (ANA, [7])])
def test_pages_walk_through_all_months(crowd: Product, who: dict[str, Any], shops: Iterable[int]) -> None:
    mine = [n for n in range(720) if n % 60 in shops]
    walked: list[str] = []
    query: str | None = ""
    while query is not None:
        page = look(crowd, who, query)
        walked += said_on(page)
        query = next_of(page)
    assert walked == [f"c{n:03}" for n in mine]


def test_the_link_to_look_further_names_no_other_store(
    crowd: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_feed, "READS", 6)
    monkeypatch.setattr(answer_feed, "ENTRIES", (7, 7))
    page, walked = look(crowd, DIEGO, "?text=c20"), []
    while query := next_of(page):
        place = parse_qs(query[1:])["after"][0]
        assert place.partition("#")[2] in {*(f"s{n:02}" for n in range(35)), "~", ""}
        page = look(crowd, DIEGO, query)
        walked += said_on(page)
    assert walked == [f"c{n}" for n in range(200, 210)]


def test_many_stores_by_day_and_band(crowd: Product) -> None:
    """In Santiago it is still the 28th of February, and n % 11 is the score."""
    page = look(crowd, MARTA, "?from=2026-02-28&to=2026-02-28&band=promoter")
    promoters = [n for n in range(240, 480) if n % 11 >= 9]
    assert said_on(page) == [f"c{n:03}" for n in promoters[:30]]
    assert said_on(look(crowd, MARTA, "?to=2026-01-01")) == []
    assert said_on(look(crowd, MARTA, "?shop=s07&to=2026-01-02")) == ["c487", "c547", "c607", "c667"]
