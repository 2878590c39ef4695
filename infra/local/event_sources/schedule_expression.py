"""rate(...) and cron(...) of EventBridge Scheduler.

Source: "Schedule types in EventBridge Scheduler". Of cron the signs * ? , - / and names are known; L, W and # are an
error.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from infra.local.cloudformation.intrinsics import TemplateError

_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


class Times(Protocol):
    """The instants of a schedule."""

    def next(self, after: datetime) -> datetime:
        """Return the first one after the given instant."""

    def last_until(self, after: datetime, until: datetime) -> datetime | None:
        """Return the last one that is after `after` and not after `until`."""


def parse_schedule(expression: str, zone: str, start: datetime) -> Times:
    """Read rate(...) or cron(...). `start` is when the schedule was made: the rate counts from it. Raises
    TemplateError."""
    rate = re.fullmatch(r"rate\(([1-9]\d*) (minute|hour|day)s?\)", expression)
    if rate:
        return _Rate(start, timedelta(seconds=int(rate.group(1)) * _UNITS[rate.group(2)]))
    cron = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", expression)
    if cron:
        return _Cron(cron.groups(), ZoneInfo(zone), expression)
    raise TemplateError(f"not a schedule: {expression}")


class _Rate:
    def __init__(self, start: datetime, period: timedelta) -> None:
        self._start = start
        self._period = period

    def next(self, after: datetime) -> datetime:
        return self._start + ((after - self._start) // self._period + 1) * self._period

    def last_until(self, after: datetime, until: datetime) -> datetime | None:
        last = self._start + (until - self._start) // self._period * self._period
        return last if last > after else None


class _Cron:
    def __init__(self, fields: tuple[str, ...], zone: ZoneInfo, expression: str) -> None:
        minute, hour, day, month, weekday, year = fields
        if (day == "?") == (weekday == "?"):
            raise TemplateError(f"{expression}: one of day of month and day of week must be ?")
        self._zone = zone
        self._minutes = sorted(_values(minute, 0, 59, [], expression))
        self._hours = sorted(_values(hour, 0, 23, [], expression))
        self._days = _values(day, 1, 31, [], expression)
        self._months = _values(month, 1, 12, _MONTHS, expression)
        self._weekdays = _values(weekday, 1, 7, _WEEKDAYS, expression)
        self._years = _values(year, 1970, 2199, [], expression)

    def last_until(self, after: datetime, until: datetime) -> datetime | None:
        last = None
        while (after := self.next(after)) <= until:
            last = after
        return last

    def next(self, after: datetime) -> datetime:
        local = after.astimezone(self._zone)
        day = local.date()
        for _ in range(366 * 9):  # 29 February comes at least once in eight years
            if (
                day.day in self._days
                and day.month in self._months
                and day.isoweekday() % 7 + 1 in self._weekdays
                and day.year in self._years
            ):
                for hour in self._hours:
                    for minute in self._minutes:
                        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self._zone)
                        instant = at.astimezone(UTC)
                        if instant > after and instant.astimezone(self._zone).hour == hour:
                            return instant
            day += timedelta(days=1)
        raise TemplateError("the schedule never comes")


def _values(field: str, low: int, high: int, names: list[str], expression: str) -> set[int]:
    values: set[int] = set()
    for part in field.upper().split(","):
        for index, name in enumerate(names):
            part = part.replace(name, str(index + 1))
        match = re.fullmatch(r"(?:(\*|\?)|(\d+)(?:-(\d+))?)(?:/(\d+))?", part)
        if match is None:
            raise TemplateError(f"{expression}: {field} is not supported")
        any_value, first, last, step = match.groups()
        start = low if any_value else int(first)
        end = high if any_value or (step and not last) else int(last or first)
        if not low <= start <= end <= high:
            raise TemplateError(f"{expression}: {field} is out of range")
        values.update(range(start, end + 1, int(step or 1)))
    return values
