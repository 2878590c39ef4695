"""Weeks of the calendar, Monday to Sunday (ISO 8601): `2026-W48`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_FORM = re.compile(r"(20[0-9]{2})-W([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week, by its ISO year and number."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """Its last day."""
        return date.fromisocalendar(self.year, self.number, 7)

    @property
    def next(self) -> "Week":
        """The week after it."""
        return week_of(self.monday + timedelta(days=7))

    @property
    def previous(self) -> "Week":
        """The week before it."""
        return week_of(self.monday - timedelta(days=7))

    def begins(self, timezone: str) -> datetime:
        """Return when it begins by the clock of a time zone (an IANA name), in UTC."""
        return datetime.combine(self.monday, time.min, ZoneInfo(timezone)).astimezone(UTC)

    def ends(self, timezone: str) -> datetime:
        """Return when the week after it begins."""
        return self.next.begins(timezone)


def week_of(day: date) -> Week:
    """Return the week that a day is in."""
    year, number, _ = day.isocalendar()
    return Week(year, number)


def last_whole_week(now: datetime, timezone: str) -> Week:
    """Return the latest week that is over by the clock of a time zone."""
    return week_of(now.astimezone(ZoneInfo(timezone)).date()).previous


def parse_week(text: str) -> Week | None:
    """Return the week of `2026-W48`; None for any other text."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    try:
        date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
    return Week(int(found[1]), int(found[2]))
