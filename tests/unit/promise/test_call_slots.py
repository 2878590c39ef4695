"""The times at which a customer may choose to be called. Worked out by hand; START is a Tuesday, 12:00 in Santiago."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lazo.promise.call_slots import call_slots
from tests.builders import ANA, START, WEEK, make_store

SANTIAGO = ZoneInfo("America/Santiago")
TUESDAY = date(2026, 3, 10)


def offered(
    now: datetime = START,
    loads: dict[date, int] | None = None,
    ana: dict[str, Any] | None = None,
    **settings: Any,
) -> list[str]:
    store = make_store(contacts=[{**ANA, **(ana or {})}], **settings)
    slots = call_slots(store, store.contacts[0], loads or {}, now)
    assert all(slot.ends - slot.begins == timedelta(hours=2) for slot in slots)
    return [f"{slot.begins.astimezone(SANTIAGO):%a %H}" for slot in slots]


def test_they_lie_in_opening_hours_and_outside_the_customers_quiet_hours() -> None:
    assert offered(hours={"always": True}) == ["Tue 14", "Tue 16", "Tue 18", "Wed 10", "Wed 12", "Wed 14"]
    short = [["09:00", "13:00"], ["15:00", "17:59"]]
    assert offered(hours={**WEEK, "tue": short, "wed": short}) == [
        "Wed 10",
        "Thu 10",
        "Thu 12",
        "Thu 14",
        "Thu 16",
        "Thu 18",
    ]


def test_there_is_half_an_hour_to_react() -> None:
    assert offered(START + timedelta(minutes=90))[0] == "Tue 14"
    assert offered(START + timedelta(minutes=91))[0] == "Tue 16"


def test_a_day_on_which_the_owner_is_away_or_full_has_none() -> None:
    away = {"away": [["2026-03-11", "2026-03-11"]]}
    assert offered(ana=away) == ["Tue 14", "Tue 16", "Tue 18", "Thu 10", "Thu 12", "Thu 14"]
    assert offered(loads={TUESDAY: 5})[0] == "Wed 10"
    assert offered(loads={TUESDAY: 4})[0] == "Tue 14"


def test_a_store_that_stays_closed_offers_none() -> None:
    assert offered(hours={**WEEK, "tue": [], "wed": [], "thu": []}) == []
