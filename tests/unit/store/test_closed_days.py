"""Days on which a store is closed: official holidays, special dates and seasons.

Sources:
- Chile: laws 2.977, 19.668, 20.148, 20.299, 20.983, 21.357 (feriados 2026), 20.663 (Arica);
- Spain: resolution of the Dirección General de Trabajo, BOE 28 October 2025 (fiestas laborales 2026), with the
  Comunidad de Madrid's and Catalonia's own;
- Brazil: laws 662/1949, 6.802/1980, 9.093/1995, 10.607/2002, 14.759/2023; São Paulo 9.497/1997;
- Mexico: Ley Federal del Trabajo, article 74;
- United States: 5 U.S.C. 6103(b) (a Saturday's holiday is kept on the Friday before).
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.opening_hours import STORE, daily, hours, minutes, utc

CHILE = "01-01 04-03 04-04 05-01 05-21 06-21 06-29 07-16 08-15 09-18 09-19 10-12 10-31 11-01 12-08 12-25"
BRAZIL = "01-01 04-03 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25"
OFFICIAL = {
    ("CL", None): CHILE,
    ("CL", "AP"): CHILE.replace("06-21", "06-07 06-21"),
    ("ES", "MD"): "01-01 01-06 04-02 04-03 05-01 05-02 08-15 10-12 11-02 12-07 12-08 12-25",
    ("ES", "CT"): "01-01 01-06 04-03 04-06 05-01 06-24 08-15 09-11 10-12 12-08 12-25 12-26",
    ("BR", None): BRAZIL,
    ("BR", "SP"): BRAZIL.replace("09-07", "07-09 09-07"),
    ("MX", None): "01-01 02-02 03-16 05-01 09-16 11-16 12-25",
}


@pytest.mark.parametrize(
    ("timezone", "country", "subdivision", "since", "until"),
    [
        # 1 May is national, 2 May is Madrid's, 3 May is a Sunday.
        ("Europe/Madrid", "ES", "MD", "2026-04-30T20:30+02:00", "2026-05-04T09:30+02:00"),
        ("Europe/Madrid", "ES", "ES-MD", "2026-04-30T20:30+02:00", "2026-05-04T09:30+02:00"),
        ("Europe/Madrid", "ES", None, "2026-04-30T20:30+02:00", "2026-05-02T10:30+02:00"),
        ("America/Sao_Paulo", "BR", None, "2026-11-19T20:30-03:00", "2026-11-21T10:30-03:00"),
        ("America/Mexico_City", "MX", None, "2026-11-14T13:30-06:00", "2026-11-17T09:30-06:00"),
        # New Year's Day 2022 is a Saturday, kept on 31 December 2021.
        ("America/New_York", "US", None, "2021-12-30T20:30-05:00", "2022-01-03T09:30-05:00"),
    ],
)
def test_an_hour_over_a_holiday(
    timezone: str, country: str, subdivision: str | None, since: str, until: str
) -> None:
    store_hours = hours(STORE, timezone, country, subdivision)
    assert store_hours.add_open_time(utc(since), minutes(60)) == utc(until)


@pytest.mark.parametrize(("country", "subdivision"), OFFICIAL)
def test_closed_on_the_official_holidays_of_2026_and_on_no_other_day(
    country: str, subdivision: str | None
) -> None:
    store_hours = hours(daily(["09:00", "18:00"], holidays="closed"), "UTC", country, subdivision)
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(365)]
    closed = " ".join(f"{noon:%m-%d}" for noon in noons if not store_hours.is_open(noon))
    assert closed == OFFICIAL[country, subdivision]


def test_holidays_may_be_as_usual_or_have_hours_of_their_own() -> None:
    labour_day = utc("2026-05-01T08:00-04:00")  # a Friday
    assert hours({**STORE, "holidays": "as_usual"}).next_opening(labour_day) == utc("2026-05-01T09:00-04:00")
    assert hours({**STORE, "holidays": [["11:00", "15:00"]]}).next_opening(labour_day) == utc(
        "2026-05-01T11:00-04:00"
    )
    assert hours({**STORE, "holidays": "closed"}) == hours(STORE)


def test_a_special_date_beats_holiday_and_weekday() -> None:
    store_hours = hours(
        {**STORE, "special": {"2026-12-24": [["09:00", "13:00"]], "2026-12-25": [["12:00", "13:00"]]}}
    )
    assert store_hours.add_open_time(utc("2026-12-24T12:30-03:00"), minutes(60)) == utc(
        "2026-12-25T12:30-03:00"
    )
    stocktaking = hours({**STORE, "special": {"2026-03-03": []}})
    assert stocktaking.next_opening(utc("2026-03-02T21:00-03:00")) == utc("2026-03-04T09:00-03:00")


@pytest.mark.parametrize(
    ("since", "amount", "until"),
    [
        # Closed 1-28 February 2026; 31 January is a Saturday, 1 March a Sunday.
        ("2026-01-31T13:30-03:00", 60, "2026-03-02T09:30-03:00"),
        ("2026-02-10T12:00-03:00", 0, "2026-03-02T09:00-03:00"),
        # Every year from 29 December to 3 January: 28 December 2026 is a Monday, 4 January 2027 too.
        ("2026-12-28T20:30-03:00", 60, "2027-01-04T09:30-03:00"),
        ("2033-01-02T12:00-03:00", 0, "2033-01-04T09:00-03:00"),
        # 16 September of every year: in 2026 a Wednesday, and on Friday Fiestas Patrias begin.
        ("2026-09-15T20:00-03:00", 120, "2026-09-17T10:00-03:00"),
    ],
)
def test_a_season_for_which_the_store_is_closed(since: str, amount: int, until: str) -> None:
    closed = [["2026-02-01", "2026-02-28"], ["12-29", "01-03"], ["09-16", "09-16"]]
    assert hours({**STORE, "closed": closed}).add_open_time(utc(since), minutes(amount)) == utc(until)


def test_a_special_date_beats_a_season_and_a_season_beats_a_holiday() -> None:
    table = {
        **STORE,
        "holidays": [["11:00", "15:00"]],
        "closed": [["09-14", "09-18"]],
        "special": {"2026-09-16": [["10:00", "11:00"]]},
    }
    store_hours = hours(table)
    assert store_hours.next_opening(utc("2026-09-12T14:00-03:00")) == utc("2026-09-16T10:00-03:00")
    # Friday 18 September is a holiday within the season, Saturday 19 one after it.
    assert store_hours.next_opening(utc("2026-09-16T11:00-03:00")) == utc("2026-09-19T11:00-03:00")
    assert not store_hours.is_open(utc("2026-09-18T12:00-03:00"))


def test_the_last_night_before_a_season_ends_when_it_ends() -> None:
    bar = hours(daily(["20:00", "02:00"], closed=[["2026-03-03", "2026-03-04"]]))
    assert bar.is_open(utc("2026-03-03T01:59-03:00"))
    assert bar.add_open_time(utc("2026-03-03T01:30-03:00"), minutes(30)) == utc("2026-03-05T20:00-03:00")


def test_29_february_begins_a_season_and_ends_one() -> None:
    def closed(first: str, last: str, year: int) -> str:
        store_hours = hours(daily(["09:00", "18:00"], closed=[[first, last]]), "UTC")
        noons = [datetime(year, 2, 27, 12, tzinfo=UTC) + timedelta(days=day) for day in range(5)]
        return " ".join(f"{noon:%m-%d}" for noon in noons if not store_hours.is_open(noon))

    assert closed("02-29", "03-01", 2028) == "02-29 03-01"
    assert closed("02-29", "03-01", 2027) == "03-01"
    assert closed("02-28", "02-29", 2028) == "02-28 02-29"
    assert closed("02-28", "02-29", 2027) == "02-28"
    assert closed("02-29", "02-29", 2028) == "02-29"
    assert closed("02-29", "02-29", 2027) == ""


def test_holidays_are_loaded_only_for_hours_that_need_them() -> None:
    program = """
from datetime import UTC, datetime
import sys
from lazo.store.opening_hours import OpeningHours
week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), [["09:00", "18:00"]])
for table in ({"always": True}, {**week, "holidays": "as_usual"}, week):
    store_hours = OpeningHours.from_dict(table, "America/Santiago", "CL", check_holidays=table is not week)
    print("holidays" in sys.modules)
store_hours.is_open(datetime(2026, 3, 2, tzinfo=UTC))
print("holidays" in sys.modules)
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": "functions"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["False", "False", "False", "True"]
