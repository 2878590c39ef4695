"""Parse the fields of a store's opening hours. `lazo.store.opening_hours` says what they mean.

Every function raises ValueError, with the field's name in the message, for what it cannot parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIELDS: Final = frozenset({"always", "holidays", "special", "closed", *WEEKDAYS})

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""The years allowed in dates of opening hours."""

Interval = tuple[int, int]
"""Opening and closing in minutes after the day's midnight; closing may be on the next day (above 24 * 60)."""
Day = tuple[Interval, ...]

MINUTES_A_DAY: Final = 24 * 60
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|(24):(00)")
_LEAP_YEAR = "2000-"


@dataclass(frozen=True, slots=True)
class Season:
    """Consecutive days, first and last included: both dates ("2026-02-01"), or both days of every year ("02-01"). In a
    yearly season `first` may be after `last`: it then spans New Year. In years without 29 February, a season that
    begins on it begins on 1 March, and one that ends on it ends on 28 February."""

    first: str
    last: str

    @property
    def is_yearly(self) -> bool:
        """Whether the season recurs every year."""
        return len(self.first) == len("02-01")

    def __contains__(self, day: date) -> bool:
        shown = day.isoformat()[-len(self.first) :]
        if self.first <= self.last:
            return self.first <= shown <= self.last
        return shown >= self.first or shown <= self.last

    def start_dates(self) -> Iterator[date]:
        """Yield the first day of the season: one date, or one of each year from FIRST_YEAR to LAST_YEAR."""
        if not self.is_yearly:
            yield date.fromisoformat(self.first)
            return
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            try:
                yield date.fromisoformat(f"{year}-{self.first}")
            except ValueError:  # 29 February
                yield date(year, 3, 1)


def parse_week(hours: Mapping[str, object]) -> tuple[Day, ...]:
    """Return the hours of each weekday, Monday first. Every weekday is required."""
    for name in WEEKDAYS:
        if name not in hours:
            raise ValueError(f"hours.{name}: missing; an empty list says closed")
    return tuple(_day(hours[name], f"hours.{name}") for name in WEEKDAYS)


def parse_holiday_hours(value: object) -> Day | None:
    """Return the hours of public holidays; None if they are ordinary days ("as_usual")."""
    if isinstance(value, str):
        if value not in ("closed", "as_usual"):
            raise ValueError("hours.holidays: must be 'closed', 'as_usual' or a list of hours")
        return None if value == "as_usual" else ()
    return _day(value, "hours.holidays")


def parse_special_days(value: object) -> dict[date, Day]:
    """Return the hours of single dates."""
    if not isinstance(value, Mapping):
        raise ValueError("hours.special: must map dates to lists of hours")
    return {
        _date(key, f"hours.special.{key}"): _day(intervals, f"hours.special.{key}")
        for key, intervals in value.items()
    }


def parse_seasons(value: object) -> tuple[Season, ...]:
    """Return the seasons in which the store is closed."""
    if not isinstance(value, list | tuple):
        raise ValueError("hours.closed: must be a list of [first day, last day]")
    return tuple(_season(pair, f"hours.closed[{index}]") for index, pair in enumerate(value))


def parse_interval(pair: object, name: str) -> Interval:
    """Return `["22:00", "02:00"]` as minutes: (1320, 1560)."""
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise ValueError(f"{name}: must be [opens, closes]")
    opens, closes = (_minutes(clock, name) for clock in pair)
    if opens in (closes, MINUTES_A_DAY):
        raise ValueError(f"{name}: must begin before it ends; a whole day is 00:00 to 24:00")
    return opens, closes if opens < closes else closes + MINUTES_A_DAY


def _season(pair: object, name: str) -> Season:
    if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(end, str) for end in pair):
        raise ValueError(f"{name}: must be [first day, last day]")
    season = Season(*pair)
    if len(season.first) != len(season.last):
        raise ValueError(f"{name}: must be two dates, or two days of every year like '02-01'")
    for end in pair:
        _date(_LEAP_YEAR + end if season.is_yearly else end, name)
    if not season.is_yearly and season.last < season.first:
        raise ValueError(f"{name}: must not end before it begins")
    return season


def _date(key: object, name: str) -> date:
    try:
        day = date.fromisoformat(str(key))
    except ValueError:
        day = date.min
    if day.isoformat() != key or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{name}: must be a date of {FIRST_YEAR}-{LAST_YEAR} like '2026-12-24'")
    return day


def _day(value: object, name: str) -> Day:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{name}: must be a list of [opens, closes]")
    return tuple(sorted(parse_interval(pair, f"{name}[{index}]") for index, pair in enumerate(value)))


def _minutes(clock: object, name: str) -> int:
    match = _TIME.fullmatch(clock) if isinstance(clock, str) else None
    if match is None:
        raise ValueError(f"{name}: {clock!r} is not a time like '09:00'")
    hour, minute = (group for group in match.groups() if group is not None)
    return int(hour) * 60 + int(minute)
