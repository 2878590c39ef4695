"""When a store is open, found without instants and offsets: by looking at the clock on the wall at every minute.

A clock that is put back counts as standing still until it is past the hour that it has shown before. Nothing of lazo
is used here: what opening hours say is worked out anew, minute by minute and day by day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
MINUTES_A_DAY = 24 * 60
REACH = 8
"""Days before and after a change of the clock that are looked at."""

NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Change(NamedTuple):
    """A change of the clock in a zone (`zdump -v` on tzdata), and a place whose holidays a store there keeps."""

    timezone: str
    country: str
    at: str
    subdivision: str | None = None

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.at).astimezone(UTC)


CHANGES = [
    Change("America/Santiago", "CL", "2026-04-05T03:00Z"),
    Change("America/Santiago", "CL", "2026-09-06T04:00Z"),
    Change("Europe/Madrid", "ES", "2026-03-29T01:00Z"),
    Change("Europe/Madrid", "ES", "2026-03-29T01:00Z", "MD"),
    Change("Europe/Madrid", "ES", "2026-10-25T01:00Z"),
    Change("America/Sao_Paulo", "BR", "2018-11-04T03:00Z"),
    Change("America/Sao_Paulo", "BR", "2019-02-17T02:00Z"),
    Change("America/Sao_Paulo", "BR", "2026-11-01T03:00Z"),  # none there since 2019
    Change("America/Mexico_City", "MX", "2022-04-03T08:00Z"),
    Change("America/Mexico_City", "MX", "2022-10-30T07:00Z"),
    Change("Australia/Lord_Howe", "CL", "2026-04-04T15:00Z"),  # half an hour back
    Change("America/St_Johns", "CL", "2010-11-07T02:31Z"),  # 00:01 on Sunday becomes 23:01 on Saturday
]
# The holidays within REACH of a change, of the country or of a part of it. (A store may keep another country's holidays
# than its zone's.) Sources: tests/unit/store/test_closed_days.py.
NEARBY = {
    ("CL", None): {date(2010, 10, 31), date(2010, 11, 1), date(2026, 4, 3), date(2026, 4, 4)},
    ("ES", None): {date(2026, 4, 3)},
    ("ES", "MD"): {date(2026, 4, 2), date(2026, 4, 3)},
    ("BR", None): {date(2018, 11, 2), date(2026, 11, 2)},
    ("MX", None): set[date](),
}


@lru_cache
def shown(timezone: str, instant: datetime) -> tuple[datetime, list[int]]:
    """The first minute of the simulation and what the wall clock shows from then on, minute by minute, each as the
    number of minutes since a day long ago."""
    begin = instant - timedelta(days=REACH)
    zone = ZoneInfo(timezone)
    clock, latest = [], 0
    for minute in range(2 * REACH * MINUTES_A_DAY):
        wall = (begin + minute * MINUTE).astimezone(zone)
        latest = max(latest, wall.toordinal() * MINUTES_A_DAY + wall.hour * 60 + wall.minute)
        clock.append(latest)
    return begin, clock


def simulate(table: dict[str, Any], change: Change) -> tuple[datetime, list[bool]]:
    """The first minute that is looked at, and whether a store with these hours is open in each minute from it on."""
    begin, clock = shown(change.timezone, change.instant)
    open_minutes: set[int] = set()
    shut = closed_days(table.get("closed", ()))
    for ordinal in range(clock[0] // MINUTES_A_DAY - 1, clock[-1] // MINUTES_A_DAY + 1):
        for opens, closes in hours_of(table, date.fromordinal(ordinal), shut, change):
            first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes))
            begins = ordinal * MINUTES_A_DAY + first
            open_minutes.update(range(begins, begins + ((last - first) % MINUTES_A_DAY or MINUTES_A_DAY)))
    return begin, [minute in open_minutes for minute in clock]


def hours_of(table: dict[str, Any], day: date, shut: set[date | str], change: Change) -> list[list[str]]:
    """What the store's hours say of one day."""
    intervals: list[list[str]]
    if day.isoformat() in table["special"]:
        intervals = table["special"][day.isoformat()]
    elif day in shut or f"{day:%m-%d}" in shut:
        intervals = []
    elif day in NEARBY[change.country, change.subdivision] and table["holidays"] != "as_usual":
        intervals = [] if table["holidays"] == "closed" else table["holidays"]
    else:
        intervals = table[NAMES[day.weekday()]]
    return intervals


def closed_days(seasons: list[list[str]]) -> set[date | str]:
    """Each day of the seasons, by walking through them: dates, and "MM-DD" for every year."""
    return {day for first, last in seasons for day in _walk(first, last)}


def _walk(first: str, last: str) -> Iterator[date | str]:
    yearly = len(first) == 5
    day = date.fromisoformat(f"2024-{first}" if yearly else first)  # a leap year has every day
    while True:
        yield f"{day:%m-%d}" if yearly else day
        if day.isoformat().endswith(last):
            return
        day = date(2024, 1, 1) if yearly and f"{day:%m-%d}" == "12-31" else day + timedelta(days=1)
