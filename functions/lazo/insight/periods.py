"""Days, weeks, months and quarters of a calendar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Period = Literal["day", "week", "month", "quarter"]


@dataclass(frozen=True, slots=True)
class CalendarSpan:
    """Days from `first` up to `end`, exclusive."""

    first: date
    end: date

    @property
    def last(self) -> date:
        """The last day."""
        return self.end - timedelta(days=1)


def split_into_periods(days: CalendarSpan, period: Period) -> Iterator[CalendarSpan]:
    """Yield the periods that have any of the `days`, in order. The first and the last have no other days than these."""
    first = days.first
    while first < days.end:
        end = min(period_end(first, period), days.end)
        yield CalendarSpan(first, end)
        first = end


def period_end(day: date, period: Period) -> date:
    """Return the first day after the period of a `day`. A week begins on Monday (ISO 8601), a quarter with January,
    April, July or October."""
    if period == "day":
        return day + timedelta(days=1)
    if period == "week":
        return day + timedelta(days=7 - day.weekday())
    months = 1 if period == "month" else 3
    after = (day.month - 1) // months * months + months
    return date(day.year + after // 12, after % 12 + 1, 1)
