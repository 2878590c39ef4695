"""The demo's past is what the product would have written: counters equal a recount, and words mean what they are listed
under."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from infra.local.cloud import LocalCloud
from infra.local.demo.past.improvements import past_improvement
from infra.local.demo.past.write import FILE, write_past
from infra.local.demo.seed import seed
from lazo.followup.recovery import counted_as
from lazo.insight.case_counts import band_pair
from lazo.insight.publication import check_publication
from lazo.phrases.themes import assess_comment
from lazo.table.followups import followup_from_item
from lazo.timestamps import parse_timestamp
from lazo.translations import LANGUAGES
from tests.builders import ANA, START, make_store
from tests.case_recount import counted_cases, recount_cases
from tests.recount import counted, counters_of, recount, wrong_months

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
DATA: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
WORDS = [
    (language, theme, text, band)
    for name, band in (("unhappy", "detractor"), ("happy", "promoter"))
    for language, themes in DATA[name].items()
    for theme, texts in themes.items()
    for text in texts
]


def test_words_are_understood_as_they_are_listed() -> None:
    for language, theme, text, band in WORDS:
        found = assess_comment(text, (), language, (), band=band)
        assert theme in (found.themes if band == "detractor" else found.praised), text
        assert (found.urgency, found.leaving) == ((), False), text


def test_improvements_may_be_published() -> None:
    for written in DATA["improvements"]:
        store = make_store(store_id=written["store"], contacts=[{**ANA, "contact_id": written["owner"]}])
        made = past_improvement(store, written, START)
        assert {each.language for each in made.texts} == set(LANGUAGES)
        check_publication(made, [], store.hours.local_date(START))
        assert made.owner == ANA["name"]


@pytest.fixture(scope="module")
def started() -> Iterator[LocalCloud]:
    parameters = {
        "SenderEmail": "lazo@example.com",
        "PublicBaseUrl": "https://lazo.example",
        "Stage": "local",
    }
    with LocalCloud.start(TEMPLATE, parameters, at=START) as cloud:
        seed(cloud)
        assert write_past(cloud) > 1000
        cloud.advance(120)
        assert cloud.outbox() == [], "nothing of it is told to anybody"
        yield cloud


@pytest.fixture(scope="module")
def past(started: LocalCloud) -> list[dict[str, Any]]:
    return started.items()


def test_what_changed_is_published_where_it_did(started: LocalCloud, past: list[dict[str, Any]]) -> None:
    """START is 10 March 2026; 42 days before it is 27 January, and three days before it 7 March."""
    improved = {item["theme"]: item for item in past if item["sk"] == "IMPROVEMENT"}
    assert improved["waiting_time"]["in_place_from"] == "2026-01-27"
    assert improved["waiting_time"]["published_at"].startswith("2026-01-28")
    assert improved["availability"]["in_place_from"] == "2026-03-07"
    assert "published_at" not in improved["availability"]
    assert all(item["sample"] for item in improved.values())
    for language, done in DATA["improvements"][0]["done"].items():
        assert done in started.request("GET", f"/s/caja3/changes?lang={language}").text
    assert "changes?" in started.request("GET", "/s/caja3/thanks").text
    assert "changes?" not in started.request("GET", "/s/till2/thanks").text
    assert not [item for item in past if item["sk"] == "DATE#improvement" and "due_at" in item]


def test_the_last_look_found_what_rises(past: list[dict[str, Any]]) -> None:
    (look,) = (item for item in past if item["pk"] == "RISING")
    found = [(each["group_id"], each["theme"]) for each in json.loads(look["found"])["in_stores"]]
    assert found == [("covent-garden", "availability")]


def test_each_store_is_looked_at_in_the_first_night(past: list[dict[str, Any]]) -> None:
    """START is 10 March 2026, in the afternoon of all stores: what happens that day shows on the next."""
    due = {item["store_id"]: item["due_at"] for item in past if item["sk"] == "DATE#look"}
    assert due.keys() == DATA["stores"].keys()
    assert {at[:10] for at in due.values()} == {"2026-03-11"}


def test_customers_answer_by_day(past: list[dict[str, Any]]) -> None:
    """Also in Plaza Norte, which is open around the clock so that its alerts come at once."""
    zones = {item["store_id"]: ZoneInfo(item["timezone"]) for item in past if item["sk"] == "STORE"}
    answered = [
        parse_timestamp(item["at"]).astimezone(zones[item["store_id"]])
        for item in past
        if item["sk"].startswith("ANSWER#")
    ]
    assert {at.hour for at in answered} == set(range(8, 22))


def test_counters_equal_a_recount(past: list[dict[str, Any]]) -> None:
    stores = {item["store_id"]: item for item in past if item["sk"] == "STORE"}
    for store_id, store in stores.items():
        own = [item for item in past if item["pk"] == f"STORE#{store_id}"]
        assert counted(own) == recount(own, store["timezone"]) != {}
    assert counted_cases(past) == recount_cases(past) != {}
    zones = {store_id: store["timezone"] for store_id, store in stores.items()}
    brands = {store_id: store["brand"] for store_id, store in stores.items()}
    assert wrong_months(past, zones, brands) == []


def test_weeks_are_closed_as_the_sweep_would_have(past: list[dict[str, Any]]) -> None:
    """Each week's bands by store equal a count of the days' scores, and all that is solved is in a week."""
    weeks = {
        (item["sk"].partition("#")[2], item["pk"].partition("#")[2]): json.loads(item["counts"])
        for item in past
        if item["pk"].startswith("WEEKLY#")
    }
    expected: dict[tuple[str, str], list[int]] = {}
    came = Counter[tuple[str, str]]()
    for item in past:
        if item["sk"].startswith("VISITORS#"):
            for name, n in item.items():
                if re.fullmatch(r"d\d+", name):
                    on = date.fromisoformat(f"{item['sk'][len('VISITORS#') :]}-{int(name[1:]):02}")
                    year, number, _ = on.isocalendar()
                    came[item["pk"].partition("#")[2], f"{year}-W{number:02}"] += n
        if item["sk"].startswith("DAY#"):
            year, number, _ = date.fromisoformat(item["sk"][len("DAY#") :]).isocalendar()
            bands = expected.setdefault((item["pk"].partition("#")[2], f"{year}-W{number:02}"), [0, 0, 0])
            for score in range(11):
                bands[0 if score > 8 else 1 if score > 6 else 2] += item.get(f"s{score}", 0)
    assert len(weeks) > 30
    assert {key: week["bands"] for key, week in weeks.items()} == {key: expected[key] for key in weeks}
    assert {key: week["visitors"][0] for key, week in weeks.items()} == {key: came[key] for key in weeks}
    assert all(week["visitors"][1:] == week["bands"] for week in weeks.values()), (
        "visitors of each of its days"
    )
    resolved = sum(item["sk"] == "FU" and "recovery_month" in item for item in past)
    running = sum(item["n"] for item in past if item["sk"].startswith("SOLVED#"))
    assert sum(week["solved"] for week in weeks.values()) + running == resolved > 0


def test_cases_and_promises_are_counted(past: list[dict[str, Any]]) -> None:
    held: Counter[str] = Counter()
    for item in past:
        if item["sk"].startswith(("RECOVERY#", "PROMISES#")):
            held += counters_of(item)
    cases = [followup_from_item(item) for item in past if item["sk"] == "FU"]
    expected: Counter[str] = Counter()
    for case in cases:
        expected.update({f"case#{name}": n for name, n in counted_as(case).items()})
    expected["case#unanswered"] = sum(case.stage == "unanswered" for case in cases)
    for item in past:
        if item["sk"].startswith("PROMISE#"):
            expected[f"made#{item['owner']}"] += 1
            expected[f"{item['state']}#{item['owner']}"] += item["state"] != "open"
    assert held == expected
    again = [pair[0] for case in cases if (pair := band_pair(case))]
    assert min(again.count("spoken_to"), again.count("nobody_reached")) >= 20, "both groups are shown"
    assert len({case.stage for case in cases}) >= 4
