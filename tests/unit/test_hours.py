"""Opening hours against hand calculations, the official calendars and a simulation that steps minute by minute.

Sources:
- changes of clocks: `zdump -v` on tzdata, copied into CHANGES;
- Chile: laws 2.977, 19.668, 20.148, 20.299, 20.983, 21.357 (feriados 2026);
- Spain: resolution of the Dirección General de Trabajo, BOE 28 October 2025 (fiestas laborales 2026), with the
  Comunidad de Madrid's own;
- Brazil: laws 662/1949, 6.802/1980, 9.093/1995, 10.607/2002, 14.759/2023;
- Mexico: Ley Federal del Trabajo, article 74;
- United States: 5 U.S.C. 6103(b) (a Saturday's holiday is kept on the Friday before).
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from lazo.hours import OpeningHours, outside_quiet
from lazo.hours_syntax import WEEKDAYS

MINUTE = timedelta(minutes=1)

SPLIT = [["09:00", "14:00"], ["16:00", "21:00"]]
SHOP: dict[str, object] = {
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), SPLIT),
    "sat": [["10:00", "14:00"]],
    "sun": [],
}
OFFICIAL = {
    (
        "CL",
        None,
    ): "01-01 04-03 04-04 05-01 05-21 06-21 06-29 07-16 08-15 09-18 09-19 10-12 10-31 11-01 12-08 12-25",
    ("ES", "MD"): "01-01 01-06 04-02 04-03 05-01 05-02 08-15 10-12 11-02 12-07 12-08 12-25",
    ("BR", None): "01-01 04-03 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25",
    ("MX", None): "01-01 02-02 03-16 05-01 09-16 11-16 12-25",
}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def daily(*intervals: list[str], **other: object) -> dict[str, object]:
    return {**{name: list(intervals) for name in WEEKDAYS}, "holidays": "as_usual", **other}


def hours(
    table: dict[str, object],
    timezone: str = "America/Santiago",
    country: str = "CL",
    subdivision: str | None = None,
) -> OpeningHours:
    return OpeningHours.from_dict(table, timezone, country, subdivision)


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
def test_deadlines_of_a_shop_in_santiago(since: str, amount: int, until: str) -> None:
    result = hours(SHOP).add_open_time(utc(since), minutes(amount))
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
    shop = hours(SHOP, timezone, country, subdivision)
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
    assert hours({**SHOP, "holidays": "as_usual"}).next_opening(labour_day) == utc("2026-05-01T09:00-04:00")
    assert hours({**SHOP, "holidays": [["11:00", "15:00"]]}).next_opening(labour_day) == utc(
        "2026-05-01T11:00-04:00"
    )
    assert hours({**SHOP, "holidays": "closed"}) == hours(SHOP)


def test_a_special_date_beats_holiday_and_weekday() -> None:
    shop = hours(
        {**SHOP, "special": {"2026-12-24": [["09:00", "13:00"]], "2026-12-25": [["12:00", "13:00"]]}}
    )
    assert shop.add_open_time(utc("2026-12-24T12:30-03:00"), minutes(60)) == utc("2026-12-25T12:30-03:00")
    stocktaking = hours({**SHOP, "special": {"2026-03-03": []}})
    assert stocktaking.next_opening(utc("2026-03-02T21:00-03:00")) == utc("2026-03-04T09:00-03:00")


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
    late = hours({**SHOP, "fri": [["20:00", "11:00"]]})
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
    assert hours({**SHOP, "always": False}) == hours(SHOP)


def test_the_date_is_the_shops() -> None:
    late = utc("2026-03-03T02:30+00:00")
    assert hours(SHOP).local_date(late) == date(2026, 3, 2)
    assert hours(SHOP, "Europe/Madrid", "ES").local_date(late) == date(2026, 3, 3)


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
        outside_quiet(naive, None, "UTC")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mon": "09:00-14:00"}, "hours.mon"),
        ({"mon": [["09:00"]]}, "hours.mon[0]"),
        ({"mon": ["09:00", "14:00"]}, "hours.mon[0]"),
        ({"mon": [["09:00", "14:00"], ["16:00", "25:00"]]}, "hours.mon[1]"),
        ({"mon": [["9:00", "14:00"]]}, "hours.mon[0]"),
        ({"mon": [["09:60", "14:00"]]}, "hours.mon[0]"),
        ({"mon": [["09:00", "24:01"]]}, "hours.mon[0]"),
        ({"mon": [["09:00", "14:00\n"]]}, "hours.mon[0]"),
        ({"mon": [["09:00", "٠١:٠٠"]]}, "hours.mon[0]"),
        ({"mon": [[9, 14]]}, "hours.mon[0]"),
        ({"mon": [["09:00", "09:00"]]}, "hours.mon[0]"),
        ({"mon": [["24:00", "02:00"]]}, "hours.mon[0]"),
        ({"mon": None}, "hours.mon"),
        ({"monday": []}, "hours.monday"),
        ({"holidays": "open"}, "hours.holidays"),
        ({"holidays": None}, "hours.holidays"),
        ({"holidays": [["14:00"]]}, "hours.holidays[0]"),
        ({"special": []}, "hours.special"),
        ({"special": {"24/12/2026": []}}, "hours.special.24/12/2026"),
        ({"special": {"20261224": []}}, "hours.special.20261224"),
        ({"special": {"2026-02-29": []}}, "hours.special.2026-02-29"),
        ({"special": {"9999-12-31": []}}, "hours.special.9999-12-31"),
        ({"special": {"2026-12-24": [["09:00", "9"]]}}, "hours.special.2026-12-24[0]"),
        ({"always": "yes"}, "hours.always"),
        ({"always": True}, "hours.always"),
        ({name: [] for name in WEEKDAYS}, "hours"),
        ({**{name: [] for name in WEEKDAYS}, "special": {"2026-12-24": SPLIT}}, "hours"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_by_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        hours({**SHOP, **change})
    assert str(refusal.value).startswith(f"{field}: ")


@pytest.mark.parametrize("missing", WEEKDAYS)
def test_every_weekday_must_be_said(missing: str) -> None:
    with pytest.raises(ValueError, match=rf"^hours\.{missing}: missing"):
        hours({name: intervals for name, intervals in SHOP.items() if name != missing})


@pytest.mark.parametrize(
    ("timezone", "country", "subdivision", "field"),
    [
        ("America/Santigo", "CL", None, "timezone"),
        ("America", "CL", None, "timezone"),
        ("", "CL", None, "timezone"),
        ("../etc/localtime", "CL", None, "timezone"),
        ("America/Santiago", "XX", None, "country"),
        ("America/Santiago", "cl", None, "country"),
        ("America/Santiago", "", None, "country"),
        ("America/Santiago", "NYSE", None, "country"),
        ("America/Santiago", "MON", None, "country"),
        ("America/Santiago", "CL", "ZZ", "subdivision"),
        ("America/Santiago", "CL", "ES-MD", "subdivision"),
    ],
)
def test_place_that_is_not_known_is_refused_by_field(
    timezone: str, country: str, subdivision: str | None, field: str
) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        hours(SHOP, timezone, country, subdivision)
    if field != "timezone":
        unchecked = OpeningHours.from_dict(SHOP, timezone, country, subdivision, check_holidays=False)
        with pytest.raises(ValueError, match=f"^{field}: "):
            unchecked.is_open(utc("2026-03-02T12:00Z"))
        hours({**SHOP, "holidays": "as_usual"}, timezone, country, subdivision)


def test_closed_for_400_days_is_the_most() -> None:
    def closed_for(count: int) -> dict[str, object]:
        days = [date(2026, 3, 2) + timedelta(days=day) for day in range(count)]
        return daily(["09:00", "18:00"], special={day.isoformat(): [] for day in days})

    # 365 days after 2 March 2026 is 2 March 2027; 35 more make 6 April.
    assert hours(closed_for(400)).next_opening(utc("2026-03-02T10:00-03:00")) == utc("2027-04-06T09:00-04:00")
    with pytest.raises(ValueError, match=r"^hours\.special\.2026-03-02: closed"):
        hours(closed_for(401))


def test_holidays_are_loaded_only_for_hours_that_need_them() -> None:
    program = """
from datetime import UTC, datetime
import sys
from lazo.hours import OpeningHours
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


# The simulation. It knows nothing of instants and offsets: it looks at the clock on the wall at every minute, and a
# clock that is put back counts as standing still until it is past the hour that it has shown before.

CHANGES = [
    ("America/Santiago", "CL", "2026-04-05T03:00Z"),
    ("America/Santiago", "CL", "2026-09-06T04:00Z"),
    ("Europe/Madrid", "ES", "2026-03-29T01:00Z"),
    ("Europe/Madrid", "ES", "2026-10-25T01:00Z"),
    ("America/Sao_Paulo", "BR", "2018-11-04T03:00Z"),
    ("America/Sao_Paulo", "BR", "2019-02-17T02:00Z"),
    ("America/Sao_Paulo", "BR", "2026-11-01T03:00Z"),
    ("America/Mexico_City", "MX", "2022-04-03T08:00Z"),
    ("America/Mexico_City", "MX", "2022-10-30T07:00Z"),
    ("Australia/Lord_Howe", "CL", "2026-04-04T15:00Z"),  # half an hour back
    ("America/St_Johns", "CL", "2010-11-07T02:31Z"),  # 00:01 on Sunday becomes 23:01 on Saturday
]
# The national holidays within REACH of a change. (A shop may keep another country's holidays than its zone's.)
NEARBY = {
    "CL": {date(2010, 10, 31), date(2010, 11, 1), date(2026, 4, 3), date(2026, 4, 4)},
    "ES": {date(2026, 4, 3)},
    "BR": {date(2018, 11, 2), date(2026, 11, 2)},
    "MX": set[date](),
}
REACH = 8  # days before and after


@lru_cache
def shown(timezone: str, change: str) -> tuple[datetime, list[datetime]]:
    """The first minute of the simulation and what the wall clock shows from then on, minute by minute."""
    begin = utc(change) - timedelta(days=REACH)
    zone = ZoneInfo(timezone)
    clock, latest = [], datetime.min  # noqa: DTZ901
    for minute in range(2 * REACH * 24 * 60):
        latest = max(latest, (begin + minute * MINUTE).astimezone(zone).replace(tzinfo=None))
        clock.append(latest)
    return begin, clock


def wall_minutes(day: date, intervals: list[list[str]]) -> set[datetime]:
    found = set()
    for opens, closes in intervals:
        first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes))
        length = (last - first) % (24 * 60) or 24 * 60
        found |= {datetime.combine(day, time()) + minute * MINUTE for minute in range(first, first + length)}
    return found


def simulate(
    table: dict[str, object], timezone: str, country: str, change: str
) -> tuple[datetime, list[bool]]:
    begin, clock = shown(timezone, change)
    open_minutes: set[datetime] = set()
    day = clock[0].date() - timedelta(days=1)
    while day <= clock[-1].date():
        special: dict[str, list[list[str]]] = table["special"]
        policy = table["holidays"]
        if day.isoformat() in special:
            intervals = special[day.isoformat()]
        elif day in NEARBY[country] and policy != "as_usual":
            intervals = [] if policy == "closed" else policy
        else:
            intervals = table[WEEKDAYS[day.weekday()]]
        open_minutes |= wall_minutes(day, intervals)
        day += timedelta(days=1)
    return begin, [minute in open_minutes for minute in clock]


def as_text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


some_minute = st.one_of(
    st.sampled_from([0, 1, 29, 30, 60, 61, 90, 119, 120, 150, 179, 180, 1380, 1410, 1439]),
    st.integers(0, 1439),
)
interval = (
    st.tuples(some_minute, st.one_of(st.just(1440), some_minute))
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: [as_text(pair[0]), as_text(pair[1])])
)
some_day = st.lists(interval, max_size=3)
place = st.sampled_from(CHANGES)


@st.composite
def tables(draw: st.DrawFn, around: str) -> dict[str, object]:
    near = st.integers(-3, 3).map(lambda days: (utc(around) + timedelta(days=days)).date().isoformat())
    week = draw(st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, some_day)))
    assume(any(week.values()))
    return {
        **week,
        "holidays": draw(st.sampled_from(["closed", "as_usual"]) | some_day),
        "special": draw(st.dictionaries(near, some_day, max_size=2)),
    }


@given(data=st.data(), place=place)
@settings(max_examples=120, deadline=None)
def test_agrees_with_the_simulation(data: st.DataObject, place: tuple[str, str, str]) -> None:
    timezone, country, change = place
    table = data.draw(tables(change))
    shop = hours(table, timezone, country)
    begin, is_open = simulate(table, timezone, country, change)
    start = REACH * 24 * 60 + data.draw(st.integers(-2 * 24 * 60, 24 * 60), label="minutes from the change")
    amount = data.draw(st.integers(0, 26 * 60), label="amount")
    at = begin + start * MINUTE

    for minute in range(start - 90, start + 90):
        assert shop.is_open(begin + minute * MINUTE) == is_open[minute]
    open_from_here = [minute for minute in range(start, len(is_open)) if is_open[minute]]
    assume(len(open_from_here) > amount)
    assert shop.next_opening(at) == begin + open_from_here[0] * MINUTE
    assert shop.add_open_time(at, amount * MINUTE) == begin + open_from_here[amount] * MINUTE


some_time = st.timedeltas(timedelta(0), timedelta(hours=12))
some_offset = st.timedeltas(timedelta(days=-3), timedelta(days=3))


@given(data=st.data(), place=place, earlier=some_offset, later=some_offset, less=some_time, more=some_time)
@settings(max_examples=150, deadline=None)
def test_laws(
    data: st.DataObject,
    place: tuple[str, str, str],
    earlier: timedelta,
    later: timedelta,
    less: timedelta,
    more: timedelta,
) -> None:
    timezone, country, change = place
    shop = hours(data.draw(tables(change)), timezone, country)
    at, after = sorted((utc(change) + earlier, utc(change) + later))
    result = shop.add_open_time(at, less)
    assert shop.is_open(result)
    assert result - at >= less
    assert shop.add_open_time(result, more) == shop.add_open_time(at, less + more)
    assert result <= shop.add_open_time(after, less)
    if less != more:
        assert (less < more) == (result < shop.add_open_time(at, more))
    assert shop.next_opening(at) == shop.add_open_time(at, timedelta(0))


@given(place=place, offset=some_offset, amount=some_time)
def test_whole_days_without_holidays_are_always(
    place: tuple[str, str, str], offset: timedelta, amount: timedelta
) -> None:
    timezone, _, change = place
    at = utc(change) + offset
    assert hours(daily(["00:00", "24:00"]), timezone).add_open_time(at, amount) == at + amount


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
    result = outside_quiet(utc(at), quiet, timezone)
    assert result == utc(until)
    assert result.tzinfo is UTC


@pytest.mark.parametrize("quiet", [("21:00", "21:00"), ("00:00", "24:00"), ("21", "08:00"), ("21:00",)])
def test_quiet_hours_that_cannot_be_are_refused(quiet: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=r"^quiet"):
        outside_quiet(utc("2026-03-02T12:00Z"), quiet, "America/Santiago")
    with pytest.raises(ValueError, match=r"^timezone"):
        outside_quiet(utc("2026-03-02T12:00Z"), ("21:00", "08:00"), "Nowhere")


@given(place=place, window=interval, start=st.integers(-2 * 24 * 60, 2 * 24 * 60))
@example(("America/St_Johns", "CL", "2010-11-07T02:31Z"), ["00:00", "08:00"], 5)
@settings(deadline=None)
def test_quiet_hours_agree_with_the_simulation(
    place: tuple[str, str, str], window: list[str], start: int
) -> None:
    timezone, country, change = place
    assume(window != ["00:00", "24:00"])
    begin, is_quiet = simulate(daily(window, special={}), timezone, country, change)
    minute = REACH * 24 * 60 + start
    until = is_quiet.index(False, minute)
    assert outside_quiet(begin + minute * MINUTE, (window[0], window[1]), timezone) == begin + until * MINUTE


def test_the_tables_of_changes_are_those_of_this_machine() -> None:
    """Where a change is in CHANGES the offset changes, and on 1 November 2026 in São Paulo it does not."""
    for timezone, _, change in CHANGES:
        _, clock = shown(timezone, change)
        around = clock[REACH * 24 * 60 - 2 : REACH * 24 * 60 + 1]
        steady = all(after - before == MINUTE for before, after in pairwise(around))
        assert steady == (change == "2026-11-01T03:00Z"), (timezone, change)
