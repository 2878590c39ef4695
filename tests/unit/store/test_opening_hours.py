"""Opening hours against hand calculations and the official calendars.

Sources:
- changes of clocks: `zdump -v` on tzdata;
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
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from lazo.store.opening_hours import OpeningHours, next_time_outside_quiet
from tests.opening_hours import STORE, daily, hours, minutes, utc

MINUTE = timedelta(minutes=1)

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
    ("since", "amount", "until"),
    [
        ("2026-03-02T10:00-03:00", 60, "2026-03-02T11:00-03:00"),
        ("2026-03-02T07:00-03:00", 0, "2026-03-02T09:00-03:00"),
        ("2026-03-02T07:00-03:00", 30, "2026-03-02T09:30-03:00"),
        ("2026-03-02T13:30-03:00", 60, "2026-03-02T16:30-03:00"),
        ("2026-03-02T10:30-03:00", 600, "2026-03-03T10:30-03:00"),
        # Exactly at closing, which is not open any more: the next opening.
        ("2026-03-02T13:00-03:00", 60, "2026-03-02T16:00-03:00"),
        ("2026-03-02T14:00-03:00", 0, "2026-03-02T16:00-03:00"),
        ("2026-03-06T20:00-03:00", 60, "2026-03-07T10:00-03:00"),
        # Saturday afternoon and Sunday do not count.
        ("2026-03-07T13:30-03:00", 60, "2026-03-09T09:30-03:00"),
        # 2,400 minutes: Monday to Thursday are full days of 600 each.
        ("2026-03-02T09:00-03:00", 2430, "2026-03-06T09:30-03:00"),
        # Good Friday, Holy Saturday, Sunday; and clocks go back on Saturday night.
        ("2026-04-02T20:30-03:00", 60, "2026-04-06T09:30-04:00"),
        # Fiestas Patrias on Friday and Saturday.
        ("2026-09-17T20:00-03:00", 120, "2026-09-21T10:00-03:00"),
    ],
)
def test_deadlines_of_a_store_in_santiago(since: str, amount: int, until: str) -> None:
    result = hours(STORE).add_open_time(utc(since), minutes(amount))
    assert result == utc(until)
    assert result.tzinfo is UTC


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
    shop = hours(STORE, timezone, country, subdivision)
    assert shop.add_open_time(utc(since), minutes(60)) == utc(until)


@pytest.mark.parametrize(("country", "subdivision"), OFFICIAL)
def test_closed_on_the_official_holidays_of_2026_and_on_no_other_day(
    country: str, subdivision: str | None
) -> None:
    shop = hours(daily(["09:00", "18:00"], holidays="closed"), "UTC", country, subdivision)
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(365)]
    closed = " ".join(f"{noon:%m-%d}" for noon in noons if not shop.is_open(noon))
    assert closed == OFFICIAL[country, subdivision]


def test_holidays_may_be_as_usual_or_have_hours_of_their_own() -> None:
    labour_day = utc("2026-05-01T08:00-04:00")  # a Friday
    assert hours({**STORE, "holidays": "as_usual"}).next_opening(labour_day) == utc("2026-05-01T09:00-04:00")
    assert hours({**STORE, "holidays": [["11:00", "15:00"]]}).next_opening(labour_day) == utc(
        "2026-05-01T11:00-04:00"
    )
    assert hours({**STORE, "holidays": "closed"}) == hours(STORE)


def test_a_special_date_beats_holiday_and_weekday() -> None:
    shop = hours(
        {**STORE, "special": {"2026-12-24": [["09:00", "13:00"]], "2026-12-25": [["12:00", "13:00"]]}}
    )
    assert shop.add_open_time(utc("2026-12-24T12:30-03:00"), minutes(60)) == utc("2026-12-25T12:30-03:00")
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
    shop = hours(table)
    assert shop.next_opening(utc("2026-09-12T14:00-03:00")) == utc("2026-09-16T10:00-03:00")
    # Friday 18 September is a holiday within the season, Saturday 19 one after it.
    assert shop.next_opening(utc("2026-09-16T11:00-03:00")) == utc("2026-09-19T11:00-03:00")
    assert not shop.is_open(utc("2026-09-18T12:00-03:00"))


def test_the_last_night_before_a_season_ends_when_it_ends() -> None:
    bar = hours(daily(["20:00", "02:00"], closed=[["2026-03-03", "2026-03-04"]]))
    assert bar.is_open(utc("2026-03-03T01:59-03:00"))
    assert bar.add_open_time(utc("2026-03-03T01:30-03:00"), minutes(30)) == utc("2026-03-05T20:00-03:00")


def test_29_february_begins_a_season_and_ends_one() -> None:
    def closed(first: str, last: str, year: int) -> str:
        shop = hours(daily(["09:00", "18:00"], closed=[[first, last]]), "UTC")
        noons = [datetime(year, 2, 27, 12, tzinfo=UTC) + timedelta(days=day) for day in range(5)]
        return " ".join(f"{noon:%m-%d}" for noon in noons if not shop.is_open(noon))

    assert closed("02-29", "03-01", 2028) == "02-29 03-01"
    assert closed("02-29", "03-01", 2027) == "03-01"
    assert closed("02-28", "02-29", 2028) == "02-28 02-29"
    assert closed("02-28", "02-29", 2027) == "02-28"
    assert closed("02-29", "02-29", 2028) == "02-29"
    assert closed("02-29", "02-29", 2027) == ""


def test_hours_past_midnight_belong_to_the_evening_on_which_they_begin() -> None:
    bar = hours(daily(["20:00", "02:00"], holidays="closed"))
    assert bar.is_open(utc("2026-12-25T01:59-03:00"))
    assert not bar.is_open(utc("2026-12-25T02:00-03:00"))
    assert bar.next_opening(utc("2026-12-25T02:00-03:00")) == utc("2026-12-26T20:00-03:00")
    assert not bar.is_open(utc("2026-12-26T01:00-03:00"))


def test_overlapping_and_touching_hours_count_once() -> None:
    shop = hours(daily(["15:00", "16:00"], ["09:00", "13:00"], ["12:00", "15:00"], ["10:00", "11:00"]))
    nine = utc("2026-03-02T09:00-03:00")
    assert shop.add_open_time(nine, minutes(360)) == utc("2026-03-02T15:00-03:00")
    assert shop.add_open_time(nine, minutes(420)) == utc("2026-03-03T09:00-03:00")
    late = hours({**STORE, "fri": [["20:00", "11:00"]]})
    assert late.add_open_time(utc("2026-03-06T20:00-03:00"), minutes(17 * 60)) == utc(
        "2026-03-07T13:00-03:00"
    )


def test_midnight_may_be_written_as_24_00_or_00_00() -> None:
    ten = utc("2026-03-02T22:00-03:00")
    for midnight in ("24:00", "00:00"):
        shop = hours(daily(["20:00", midnight]))
        assert shop.add_open_time(ten, minutes(119)) == utc("2026-03-02T23:59-03:00")
        assert shop.add_open_time(ten, minutes(120)) == utc("2026-03-03T20:00-03:00")


def stretches(shop: OpeningHours, since: str, until: str) -> list[str]:
    """What is open, as UTC times, found by asking at every minute."""
    at, end, edges = utc(since), utc(until), []
    was_open = False
    while at <= end:
        if shop.is_open(at) != was_open:
            was_open = not was_open
            edges.append(f"{at:%dT%H:%M}")
        at += MINUTE
    return edges


@pytest.mark.parametrize(
    ("timezone", "night", "intervals", "edges"),
    [
        # Madrid, 29 March 2026: at 02:00 (01:00 UTC) clocks go to 03:00. The night is an hour shorter.
        ("Europe/Madrid", "2026-03-28", [["22:00", "05:00"]], ["28T21:00", "29T03:00"]),
        ("Europe/Madrid", "2026-03-29", [["02:30", "05:00"]], ["29T01:00", "29T03:00"]),
        ("Europe/Madrid", "2026-03-29", [["01:00", "02:30"]], ["29T00:00", "29T01:00"]),
        ("Europe/Madrid", "2026-03-29", [["02:10", "02:50"]], []),
        # Madrid, 25 October 2026: at 03:00 (01:00 UTC) clocks go back to 02:00. The night is an hour longer; a time
        # that comes twice counts when it first comes.
        ("Europe/Madrid", "2026-10-24", [["22:00", "05:00"]], ["24T20:00", "25T04:00"]),
        ("Europe/Madrid", "2026-10-25", [["02:00", "02:30"]], ["25T00:00", "25T00:30"]),
        ("Europe/Madrid", "2026-10-25", [["02:30", "03:00"]], ["25T00:30", "25T02:00"]),
        # Santiago, 5 September 2026: at 24:00 (04:00 UTC) clocks go to 01:00. There is no midnight.
        ("America/Santiago", "2026-09-05", [["20:00", "24:00"]], ["06T00:00", "06T04:00"]),
        ("America/Santiago", "2026-09-05", [["20:00", "00:30"]], ["06T00:00", "06T04:00"]),
        ("America/Santiago", "2026-09-06", [["00:00", "02:00"]], ["06T04:00", "06T05:00"]),
        ("America/Santiago", "2026-09-06", [["00:30", "02:00"]], ["06T04:00", "06T05:00"]),
        # Santiago, 4 April 2026: at 24:00 (03:00 UTC) clocks go back to 23:00.
        ("America/Santiago", "2026-04-04", [["20:00", "24:00"]], ["04T23:00", "05T04:00"]),
        ("America/Santiago", "2026-04-04", [["20:00", "23:30"]], ["04T23:00", "05T02:30"]),
        ("America/Santiago", "2026-04-04", [["23:30", "01:00"]], ["05T02:30", "05T05:00"]),
        # São Paulo had the same as Santiago until 2019, and has had nothing since.
        ("America/Sao_Paulo", "2018-11-04", [["00:00", "02:00"]], ["04T03:00", "04T04:00"]),
        ("America/Sao_Paulo", "2019-02-16", [["20:00", "24:00"]], ["16T22:00", "17T03:00"]),
        ("America/Sao_Paulo", "2026-11-01", [["00:00", "02:00"]], ["01T03:00", "01T05:00"]),
        # Mexico City changed at 02:00 until 2022.
        ("America/Mexico_City", "2022-04-03", [["01:00", "04:00"]], ["03T07:00", "03T09:00"]),
        ("America/Mexico_City", "2022-10-30", [["00:30", "04:00"]], ["30T05:30", "30T10:00"]),
        ("America/Mexico_City", "2026-04-05", [["01:00", "04:00"]], ["05T07:00", "05T10:00"]),
        # St John's, 7 November 2010: at 00:01 (02:31 UTC) clocks went back to 23:01 of the day before.
        ("America/St_Johns", "2010-11-07", [["00:00", "02:00"]], ["07T02:30", "07T05:30"]),
    ],
)
def test_the_night_when_the_clocks_change(
    timezone: str, night: str, intervals: list[list[str]], edges: list[str]
) -> None:
    day = date.fromisoformat(night)
    closed = {(day + timedelta(days=offset)).isoformat(): [] for offset in range(-3, 4)}
    shop = hours(daily(["09:00", "10:00"], special={**closed, night: intervals}), timezone)
    begin = datetime.combine(day, time(), UTC) - timedelta(hours=18)
    assert stretches(shop, begin.isoformat(), (begin + timedelta(hours=66)).isoformat()) == edges


def test_a_day_that_the_calendar_skips() -> None:
    """Samoa went from 29 to 31 December 2011, across the date line."""
    shop = hours(daily(["09:00", "17:00"]), "Pacific/Apia")
    assert shop.add_open_time(utc("2011-12-29T16:30-10:00"), minutes(60)) == utc("2011-12-31T09:30+14:00")


def test_always_open() -> None:
    shop = hours({"always": True})
    christmas = utc("2026-12-25T03:00-03:00")
    assert shop.is_open(christmas)
    assert shop.next_opening(christmas) == christmas
    assert shop.add_open_time(christmas, timedelta(hours=30)) == utc("2026-12-26T09:00-03:00")
    assert hours({**STORE, "always": False}) == hours(STORE)


def test_the_date_is_the_stores() -> None:
    late = utc("2026-03-03T02:30+00:00")
    assert hours(STORE).local_date(late) == date(2026, 3, 2)
    assert hours(STORE, "Europe/Madrid", "ES").local_date(late) == date(2026, 3, 3)


def test_an_instant_may_come_in_any_zone_but_not_without_one() -> None:
    shop = hours(daily(["20:00", "23:30"]))
    repeated = datetime(2026, 4, 4, 23, 15, tzinfo=ZoneInfo("America/Santiago"))
    assert shop.is_open(repeated)
    assert not shop.is_open(repeated.replace(fold=1))
    assert shop.next_opening(repeated).tzinfo is UTC
    naive = datetime(2026, 4, 4, 23, 15)  # noqa: DTZ001
    always = hours({"always": True})
    for table in (shop, always):
        for ask in (table.is_open, table.next_opening, table.local_date):
            with pytest.raises(ValueError, match="time zone"):
                ask(naive)
        with pytest.raises(ValueError, match="time zone"):
            table.add_open_time(naive, MINUTE)
        with pytest.raises(ValueError, match="amount"):
            table.add_open_time(repeated, -MINUTE)
    with pytest.raises(ValueError, match="time zone"):
        next_time_outside_quiet(naive, None, "UTC")


def test_holidays_are_loaded_only_for_hours_that_need_them() -> None:
    program = """
from datetime import UTC, datetime
import sys
from lazo.store.opening_hours import OpeningHours
week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), [["09:00", "18:00"]])
for table in ({"always": True}, {**week, "holidays": "as_usual"}, week):
    shop = OpeningHours.from_dict(table, "America/Santiago", "CL", check_holidays=table is not week)
    print("holidays" in sys.modules)
shop.is_open(datetime(2026, 3, 2, tzinfo=UTC))
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


@pytest.mark.parametrize(
    ("at", "quiet", "timezone", "until"),
    [
        ("2026-03-02T20:59-03:00", ("21:00", "08:00"), "America/Santiago", "2026-03-02T20:59-03:00"),
        ("2026-03-02T21:00-03:00", ("21:00", "08:00"), "America/Santiago", "2026-03-03T08:00-03:00"),
        ("2026-03-03T03:00-03:00", ("21:00", "08:00"), "America/Santiago", "2026-03-03T08:00-03:00"),
        ("2026-03-03T08:00-03:00", ("21:00", "08:00"), "America/Santiago", "2026-03-03T08:00-03:00"),
        ("2026-03-03T14:10-03:00", ("14:00", "16:00"), "America/Santiago", "2026-03-03T16:00-03:00"),
        ("2026-03-03T03:00-03:00", ("00:00", "07:00"), "America/Santiago", "2026-03-03T07:00-03:00"),
        ("2026-03-03T23:00-03:00", ("22:00", "24:00"), "America/Santiago", "2026-03-04T00:00-03:00"),
        ("2026-03-03T03:00-03:00", None, "America/Santiago", "2026-03-03T03:00-03:00"),
        # The clock changes in the night, and may jump over the end.
        ("2026-04-04T22:00-03:00", ("21:00", "08:00"), "America/Santiago", "2026-04-05T08:00-04:00"),
        ("2026-09-05T22:00-04:00", ("21:00", "08:00"), "America/Santiago", "2026-09-06T08:00-03:00"),
        ("2026-09-05T22:00-04:00", ("21:00", "00:30"), "America/Santiago", "2026-09-06T01:00-03:00"),
        ("2026-10-25T01:30+02:00", ("01:00", "02:30"), "Europe/Madrid", "2026-10-25T02:30+02:00"),
    ],
)
def test_quiet_hours(at: str, quiet: tuple[str, str] | None, timezone: str, until: str) -> None:
    result = next_time_outside_quiet(utc(at), quiet, timezone)
    assert result == utc(until)
    assert result.tzinfo is UTC


def test_open_and_not_quiet() -> None:
    """A customer is written to while the shop is open and they do not sleep."""
    bar = hours(daily(["18:00", "02:00"], closed=[["2026-03-03", "2026-03-04"]]))
    quiet = ("21:00", "09:00")
    ten_at_night = utc("2026-03-02T22:00-03:00")
    assert bar.next_opening_outside(quiet, ten_at_night) == utc("2026-03-05T18:00-03:00")
    assert bar.next_opening_outside(quiet, utc("2026-03-02T20:59-03:00")) == utc("2026-03-02T20:59-03:00")
    assert bar.next_opening_outside(None, ten_at_night) == ten_at_night
    assert hours({"always": True}).next_opening_outside(quiet, ten_at_night) == utc("2026-03-03T09:00-03:00")
    # Quiet whenever it is open: then at the opening all the same.
    assert bar.next_opening_outside(("17:00", "03:00"), utc("2026-03-02T12:00-03:00")) == utc(
        "2026-03-02T18:00-03:00"
    )


@pytest.mark.parametrize(
    ("table", "start", "end", "stretches"),
    [
        (STORE, "2026-03-02T10:00-03:00", "2026-03-02T16:30-03:00", ["13:00/17:00", "19:00/19:30"]),
        (STORE, "2026-03-02T14:00-03:00", "2026-03-02T16:00-03:00", []),
        (STORE, "2026-03-02T12:00-03:00", "2026-03-02T12:00-03:00", []),
        (daily(["20:00", "02:00"]), "2026-03-02T00:00-03:00", "2026-03-03T00:00-03:00", ["03:00/05:00", "23:00/03:00"]),
        ({"always": True}, "2026-03-02T10:00-03:00", "2026-03-02T16:30-03:00", ["13:00/19:30"]),
        ({"always": True}, "2026-03-02T10:00-03:00", "2026-03-02T10:00-03:00", []),
    ],
)  # fmt: skip
def test_the_opening_time_between_two_instants(
    table: dict[str, object], start: str, end: str, stretches: list[str]
) -> None:
    found = hours(table).open_intervals(utc(start), utc(end))
    assert [f"{opens:%H:%M}/{closes:%H:%M}" for opens, closes in found] == stretches
