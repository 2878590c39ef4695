"""Opening hours against hand calculations, also in nights when the clocks change (`zdump -v` on tzdata).

Holidays: see test_closed_days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from lazo.store.opening_hours import OpeningHours, next_time_outside_quiet
from tests.opening_hours import STORE, daily, hours, minutes, utc

MINUTE = timedelta(minutes=1)


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


def test_days_on_which_a_store_opens() -> None:
    """Thursday, Good Friday, a Sunday."""
    opens = [hours(STORE).opens_on(date(2026, 4, day)) for day in (2, 3, 12)]
    assert opens == [True, False, False]
    assert hours({"always": True}).opens_on(date(2026, 4, 3))


def test_hours_past_midnight_belong_to_the_evening_on_which_they_begin() -> None:
    bar = hours(daily(["20:00", "02:00"], holidays="closed"))
    assert bar.is_open(utc("2026-12-25T01:59-03:00"))
    assert not bar.is_open(utc("2026-12-25T02:00-03:00"))
    assert bar.next_opening(utc("2026-12-25T02:00-03:00")) == utc("2026-12-26T20:00-03:00")
    assert not bar.is_open(utc("2026-12-26T01:00-03:00"))


def test_overlapping_and_touching_hours_count_once() -> None:
    store_hours = hours(daily(["15:00", "16:00"], ["09:00", "13:00"], ["12:00", "15:00"], ["10:00", "11:00"]))
    nine = utc("2026-03-02T09:00-03:00")
    assert store_hours.add_open_time(nine, minutes(360)) == utc("2026-03-02T15:00-03:00")
    assert store_hours.add_open_time(nine, minutes(420)) == utc("2026-03-03T09:00-03:00")
    late = hours({**STORE, "fri": [["20:00", "11:00"]]})
    assert late.add_open_time(utc("2026-03-06T20:00-03:00"), minutes(17 * 60)) == utc(
        "2026-03-07T13:00-03:00"
    )


def test_midnight_may_be_written_as_24_00_or_00_00() -> None:
    ten = utc("2026-03-02T22:00-03:00")
    for midnight in ("24:00", "00:00"):
        store_hours = hours(daily(["20:00", midnight]))
        assert store_hours.add_open_time(ten, minutes(119)) == utc("2026-03-02T23:59-03:00")
        assert store_hours.add_open_time(ten, minutes(120)) == utc("2026-03-03T20:00-03:00")


def stretches(store_hours: OpeningHours, since: str, until: str) -> list[str]:
    """Return the UTC times at which the store opens and closes, by asking at every minute."""
    at, end, edges = utc(since), utc(until), []
    was_open = False
    while at <= end:
        if store_hours.is_open(at) != was_open:
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
    store_hours = hours(daily(["09:00", "10:00"], special={**closed, night: intervals}), timezone)
    begin = datetime.combine(day, time(), UTC) - timedelta(hours=18)
    assert stretches(store_hours, begin.isoformat(), (begin + timedelta(hours=66)).isoformat()) == edges


def test_a_day_that_the_calendar_skips() -> None:
    """Samoa went from 29 to 31 December 2011, across the date line."""
    store_hours = hours(daily(["09:00", "17:00"]), "Pacific/Apia")
    assert store_hours.add_open_time(utc("2011-12-29T16:30-10:00"), minutes(60)) == utc(
        "2011-12-31T09:30+14:00"
    )


def test_always_open() -> None:
    store_hours = hours({"always": True})
    christmas = utc("2026-12-25T03:00-03:00")
    assert store_hours.is_open(christmas)
    assert store_hours.next_opening(christmas) == christmas
    assert store_hours.add_open_time(christmas, timedelta(hours=30)) == utc("2026-12-26T09:00-03:00")
    assert hours({**STORE, "always": False}) == hours(STORE)


def test_local_date_of_the_store() -> None:
    late = utc("2026-03-03T02:30+00:00")
    assert hours(STORE).local_date(late) == date(2026, 3, 2)
    assert hours(STORE, "Europe/Madrid", "ES").local_date(late) == date(2026, 3, 3)


def test_times_need_a_time_zone_of_any_kind() -> None:
    store_hours = hours(daily(["20:00", "23:30"]))
    repeated = datetime(2026, 4, 4, 23, 15, tzinfo=ZoneInfo("America/Santiago"))
    assert store_hours.is_open(repeated)
    assert not store_hours.is_open(repeated.replace(fold=1))
    assert store_hours.next_opening(repeated).tzinfo is UTC
    naive = datetime(2026, 4, 4, 23, 15)  # noqa: DTZ001
    always = hours({"always": True})
    for table in (store_hours, always):
        for ask in (table.is_open, table.next_opening, table.local_date):
            with pytest.raises(ValueError, match="time zone"):
                ask(naive)
        with pytest.raises(ValueError, match="time zone"):
            table.add_open_time(naive, MINUTE)
        with pytest.raises(ValueError, match="amount"):
            table.add_open_time(repeated, -MINUTE)
    with pytest.raises(ValueError, match="time zone"):
        next_time_outside_quiet(naive, None, "UTC")


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
def test_opening_time_between_two_times(
    table: dict[str, object], start: str, end: str, stretches: list[str]
) -> None:
    found = hours(table).open_intervals(utc(start), utc(end))
    assert [f"{opens:%H:%M}/{closes:%H:%M}" for opens, closes in found] == stretches
