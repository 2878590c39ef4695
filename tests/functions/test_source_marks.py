"""Where an answer came from is marked until it is classified, counted until the night, and shown nowhere."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pytest

import collect.app
import desk.app
from lazo.auth.source_mark import network_mark, network_of, source_mark
from lazo.insight.marked_answers import MarkedDay, SharedSource
from lazo.store.model import Touchpoint
from lazo.table import nightly_looks, restriction, source_marks, stores
from lazo.table.dynamodb.writes import Put
from lazo.table.removal import ErasureLog, erase_item
from lazo.table.touchpoint_signs import store_signs
from tests.builders import ANA, DIEGO, START
from tests.customer import PHONE
from tests.desk import Desk, link_to
from tests.feed import cookie_of
from tests.functions.api_client import ApiClient
from tests.functions.sign_in import Browser
from tests.functions.tapping import Phone
from tests.product import AFTER, BEFORE, CRASH, ERROR, Product, output
from tests.surveys import JSON, Page, Survey

TODAY = date(2026, 3, 10)
PEOPLE = [f"198.51.100.{n}" for n in range(200)]


def answer(survey: Survey, score: int, source: str, browser: str = "Safari", **more: Any) -> None:
    """Somebody at this address opens the page, reads it for five seconds, and sends it."""
    page = survey.open(after=5)
    named = {name: page.fields[name][0] for name in ("answer_id", "signature")}
    body = json.dumps({"score": score, **named, **more}).encode()
    reply = survey.product.cloud.request(
        "POST",
        survey.path,
        JSON | {"user-agent": browser, "accept-language": "es-CL"},
        body,
        source_ip=source,
    )
    assert reply.status == 202, reply.text


def mark_of(source: str) -> int:
    """What the answer of somebody at this address is marked with, by the secret that collect, which has run before, has
    read."""
    keys = collect.app.wire().touchpoints.page_keys
    found = source_mark(keys, source, "Safari es-CL", "norte", "caja3", TODAY)
    assert found is not None
    return found


def counted(product: Product) -> dict[str, Any]:
    """The day's counts by mark, without those of the team's networks."""
    every = (pair for item in product.items("MARKS#") for pair in item.items())
    return {name: n for name, n in every if name.startswith(("ten#", "other#"))}


class TestAnAnswer:
    def test_has_its_mark_until_it_is_classified_and_then_none(
        self, survey: Survey, product: Product
    ) -> None:
        answer(survey, 10, PEOPLE[1], comment="Todo bien")
        mark = mark_of(PEOPLE[1])
        assert survey.answer()["source_mark"] == mark
        product.drain()
        assert "source_mark" not in survey.answer()
        assert survey.answer()["band"] == "promoter"
        assert counted(product) == {f"ten#caja3#{mark}": 1}
        answer(survey, 9, PEOPLE[1])
        product.drain()
        assert counted(product) == {f"ten#caja3#{mark}": 1, f"other#caja3#{mark}": 1}
        (kept,) = product.items("MARKS#")
        assert kept["sk"] == "MARKS#2026-03-10"
        assert kept["expires_at"] == pytest.approx((START + timedelta(days=3)).timestamp(), abs=600)

    def test_has_one_of_its_ipv6_network(self, survey: Survey) -> None:
        for source in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"):
            answer(survey, 10, source)
        assert {item["source_mark"] for item in survey.answers()} == {mark_of("2001:db8:1:2::/64")}

    def test_has_one_of_the_address_that_the_edge_saw_and_not_of_the_edge(
        self, survey: Survey, product: Product
    ) -> None:
        product.cloud.functions["Collect"].environment["ORIGIN_DIGESTS"] = sha256(b"secret").hexdigest()
        product.restart("Collect")
        edge = {"x-lazo-origin": "secret", "user-agent": "Safari", "accept-language": "es-CL"}
        page = Page(product.cloud.request("GET", survey.path, edge).text)
        product.wait(timedelta(seconds=5))
        body = json.dumps(
            {"score": 10, **{name: page.fields[name][0] for name in ("answer_id", "signature")}}
        )
        sent = JSON | edge | {"x-forwarded-for": f"192.0.2.1, {PEOPLE[1]}"}
        reply = product.cloud.request("POST", survey.path, sent, body.encode(), source_ip="203.0.113.9")
        assert reply.status == 202
        assert survey.answer()["source_mark"] == mark_of(PEOPLE[1])

    def test_has_none_from_a_program_or_without_an_address(self, survey: Survey, product: Product) -> None:
        survey.post({"score": 10})
        answer(survey, 10, "")
        assert [item.get("source_mark") for item in survey.answers()] == [None, None]
        product.drain()
        assert counted(product) == {}

    def test_that_may_not_be_a_customers_is_not_counted_and_loses_it(
        self, survey: Survey, product: Product
    ) -> None:
        stores.put_touchpoint(product.table, Touchpoint("caja3", "norte", "Caja 3", test=True))
        answer(survey, 10, PEOPLE[1])
        assert "source_mark" in survey.answer()
        product.drain()
        assert "source_mark" not in survey.answer()
        assert counted(product) == {}

    def test_counts_once_however_often_it_is_tapped_completed_or_repeated(self, product: Product) -> None:
        phone = Phone(Survey(product))
        for _ in range(2):
            phone.tap(10, left=True)
        phone.send(10, comment="Todo bien")
        phone.send(10, comment="Todo bien")
        assert sum(counted(product).values()) == 1
        assert "source_mark" not in phone.survey.answer()

    def test_counts_once_when_classify_dies_and_is_repeated(self, survey: Survey, product: Product) -> None:
        answer(survey, 10, PEOPLE[1])
        product.fault(function="Classify", operation="TransactWriteItems", kind=CRASH, when=AFTER)
        product.drain()
        product.advance(timedelta(minutes=3))
        assert list(counted(product).values()) == [1]

    def test_loses_it_when_its_customer_is_erased_or_restricted_before_it_is_classified(
        self, survey: Survey, product: Product
    ) -> None:
        answer(survey, 2, PEOPLE[1], comment="Lento", phone=PHONE, consent=True)
        key = survey.answer()["customer_pk"].removeprefix("CUSTOMER#")
        restriction.restrict(product.table, [key], "operator", product.now())
        find_store = partial(stores.get_store, product.table)
        assert restriction.restriction_round(product.table, key, find_store, product.now()) == 1
        assert {"source_mark", "restricted_at"} & survey.answer().keys() == {"restricted_at"}

        answer(survey, 2, PEOPLE[2], comment="Lento")
        (item,) = (each for each in survey.answers() if "source_mark" in each)
        log = ErasureLog("norte", "e1", "operator", product.now())
        assert erase_item(product.table, item, log, product.now()) == 1
        assert not any("source_mark" in each for each in survey.answers())


class TestTheTeam:
    def test_is_noted_once_a_network_and_day_without_who_it_is(self, product: Product) -> None:
        product.open_store(contacts=[ANA, DIEGO])
        ana = Browser(product).sign_in(str(ANA["phone"]))
        for _ in range(3):
            assert ana.get("/desk").status == 200
        found = [f"staff#{network_of_team()}"]
        (item,) = product.items("MARKS#")
        assert [name for name in item if name.startswith("staff#")] == found
        assert item.keys() - {"pk", "sk", "expires_at", *found} == set()
        assert item[found[0]] == 1, "one write for three pages"
        product.wait(timedelta(days=1))
        ana.sign_in(str(ANA["phone"])).get("/desk/insights")
        assert [each["sk"] for each in product.items("MARKS#")] == ["MARKS#2026-03-10", "MARKS#2026-03-11"]

    def test_is_noted_by_an_alerts_link_too_and_whoever_is_above_it_is_not(self, unhappy: Product) -> None:
        diego = Browser(unhappy).sign_in(str(DIEGO["phone"]))
        assert diego.get("/desk").status == 200
        assert unhappy.items("MARKS#") == []
        Desk(unhappy).open(link_to(unhappy, str(ANA["phone"])))
        assert len(unhappy.items("MARKS#")) == 1

    def test_that_cannot_be_noted_is_shown_its_page(self, product: Product) -> None:
        product.open_store(contacts=[ANA])
        ana = Browser(product).sign_in(str(ANA["phone"]))
        product.fault(function="Desk", operation="UpdateItem", kind=ERROR, when=BEFORE, times=10)
        assert ana.get("/desk").status == 200
        assert product.items("MARKS#") == []


def network_of_team() -> int:
    return network_mark(desk.app.wire().sessions.ring, "127.0.0.1", "norte", TODAY)


def strangers() -> list[str]:
    """Fifteen addresses in other networks than the team's."""
    team = network_of_team()
    return [each for each in PEOPLE if network_of(mark_of(each)) != team][:15]


@pytest.fixture
def begging(survey: Survey, product: Product) -> Survey:
    """Ana reads the desk on the store's network, and ten tens come from there, each from another browser."""
    Browser(product).sign_in(str(ANA["phone"])).get("/desk")
    for number in range(10):
        answer(survey, 10, "127.0.0.1", browser=f"Browser {number}")
    return survey


class TestTheNight:
    def test_forgets_the_marks_and_shows_the_teams_network_to_those_above_it(
        self, begging: Survey, product: Product
    ) -> None:
        """Ten of ten tens come from there, and none of fifteen others: one chance in 3,268,760 (25 over 10)."""
        for source in strangers():
            answer(begging, 8, source)
        product.drain()
        marks, alike = counted(product), most_alike(product)
        assert sum(marks.values()) == 25
        night(begging)
        assert product.items("MARKS#2026-03-10") == []
        days = source_marks.marked_days(product.table, "norte")
        assert days == {"caja3": [MarkedDay(TODAY, 25, 10, *alike, 10, 10)]}
        signs = store_signs(product.table, "norte")["caja3"]
        assert (signs.network, signs.network_on) == (SharedSource(7, 25, 10, 10), TODAY)
        path = "/desk/insights/touchpoints?shop=norte"
        said = "10 of 25 responses in 7 days may have come from the network on which the team opens"
        for who, sees in ((ANA, False), (DIEGO, True)):
            page = product.cloud.request("GET", path, cookie_of(product, who)).text
            assert (said in page) is sees
        assert [m for m in product.cloud.outbox() if "may have come" in m["text"]] == []
        product.advance(timedelta(days=14))
        assert store_signs(product.table, "norte") == {}

    def test_shows_eight_tens_of_one_phone_among_25_answers(self, survey: Survey, product: Product) -> None:
        first = TODAY - timedelta(days=28)
        usual = [MarkedDay(first + timedelta(days=n), 25, 9, 3, 1, 0, 0) for n in range(28)]
        (kept, _) = source_marks.look_writes("norte", TODAY - timedelta(days=1), {"caja3": usual})
        assert isinstance(kept, Put)
        product.table.put(kept)
        for _ in range(8):
            answer(survey, 10, PEOPLE[0])
        phone = mark_of(PEOPLE[0])
        others = [each for each in PEOPLE if mark_of(each) != phone][:17]
        for number, source in enumerate(others):
            answer(survey, 10 if number < 5 else 7, source)
        product.drain()
        night(survey)
        signs = store_signs(product.table, "norte")["caja3"]
        assert (signs.device, signs.device_on) == (SharedSource(1, 25, 8, 8), TODAY)
        assert signs.network is None
        assert len(source_marks.marked_days(product.table, "norte")["caja3"]) == 29

    def test_runs_twice_and_dies_and_still_forgets_once(self, begging: Survey, product: Product) -> None:
        product.drain()
        nightly_looks.start_looks(product.table, begging.store, product.now())
        product.wait(NIGHT - product.now())
        product.fault(function="FollowupScheduler", operation="TransactWriteItems", kind=CRASH, when=AFTER)
        assert product.dies(product.scheduler)
        product.scheduler()
        (days,) = source_marks.marked_days(product.table, "norte").values()
        assert len(days) == 1


def test_a_mark_is_in_no_page_export_api_event_log_or_download(begging: Survey, product: Product) -> None:
    """A number below 64 is everywhere, so the name that it is stored under is looked for, and that of its counts."""
    said: list[str] = []
    with output() as log:
        for drained in (False, True):
            answer(begging, 3, PEOPLE[4], comment="Muy lento", phone=PHONE, consent=True)
            said += [json.dumps(product.events())]
            for path in ("/desk", "/desk/answers", "/desk/answers?format=csv", "/desk/insights/touchpoints"):
                said.append(product.cloud.request("GET", path, cookie_of(product, DIEGO)).text)
            api = ApiClient(product, f"bi-{drained:d}")
            said += [api.ask(path).text for path in ("/v1/answers", "/v1/followups", "/v1/scores")]
            product.drain()
        said += [json.dumps(product.cloud.outbox()), log.getvalue()]
    assert any("Muy lento" in text for text in said)
    for text in said:
        assert "source_mark" not in text
        assert "198.51.100." not in text
        assert "MARKS#" not in text
        assert "Safari" not in text


NIGHT = datetime(2026, 3, 11, 9, tzinfo=UTC)
"""Six in the morning in Santiago."""


def night(survey: Survey) -> None:
    """The look at the day that ended comes."""
    product = survey.product
    nightly_looks.start_looks(product.table, survey.store, product.now())
    product.advance(NIGHT - product.now())


def most_alike(product: Product) -> tuple[int, int]:
    """Of the most frequent mark of the day how many there are, and how many of them are tens; the lowest of several."""
    marks: dict[int, list[int]] = {}
    for name, n in counted(product).items():
        kind, _, mark = name.split("#")
        both = marks.setdefault(int(mark), [0, 0])
        both[0] += n
        both[1] += n if kind == "ten" else 0
    best = max(sorted(marks), key=lambda mark: marks[mark][0])
    return marks[best][0], marks[best][1]
