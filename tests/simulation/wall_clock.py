"""When a store is open and who sleeps, read off the clock on its wall: for the checks, apart from `opening_hours`."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from tests.simulation.stores import DAYS, Settings

_MINUTE = timedelta(minutes=1)


def is_open(store: Settings, at: datetime) -> bool:
    """Whether the clock on the wall shows opening hours, of that day or of the day before."""
    hours = store["hours"]
    if hours.get("always"):
        return True
    local = at.astimezone(ZoneInfo(store["timezone"]))
    today, now = local.date(), local.hour * 60 + local.minute
    yesterday = today - timedelta(days=1)
    return any(a <= now < b for a, b in _intervals(store, today)) or any(
        a <= now + 1440 < b for a, b in _intervals(store, yesterday)
    )


def is_quiet(quiet: Sequence[str] | None, zone: str, at: datetime) -> bool:
    """Whether it is within these hours ("22:00" to "08:00") by the clock on the wall."""
    if not quiet:
        return False
    now = f"{at.astimezone(ZoneInfo(zone)):%H:%M}"
    first, last = quiet
    return first <= now < last if first < last else now >= first or now < last


def open_minutes(store: Settings, start: datetime, end: datetime, most: int) -> int:
    """Minutes of opening time from `start` to `end`, counted one by one, and not beyond `most`."""
    counted, at = 0, start
    while at < end and counted < most:
        counted += is_open(store, at)
        at += _MINUTE
    return counted


def _intervals(store: Settings, day: date) -> list[tuple[int, int]]:
    hours = store["hours"]
    written = hours[DAYS[day.weekday()]]
    if hours.get("holidays", "closed") == "closed" and day in _holidays(store["country"]):
        written = []
    if any(first <= str(day) <= last for first, last in hours.get("closed", ())):
        written = []
    written = hours.get("special", {}).get(str(day), written)
    return [(a, b if a < b else b + 1440) for a, b in ((_minute(o), _minute(c)) for o, c in written)]


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


@cache
def _holidays(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)
