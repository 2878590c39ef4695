"""The period that a reader looks at: a day, a week, a month or a quarter, and those before it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal, get_args

from desk.web.render import say

Unit = Literal["day", "week", "month", "quarter"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
QUARTER: Final = 3
SHOWN: Final[Mapping[Unit, int]] = {"day": 28, "week": 13, "month": 36, "quarter": 12}
"""How many periods the chart goes back."""
OFFERED: Final[Mapping[Unit, int]] = {"day": 14, "week": 13, "month": 36, "quarter": 12}
"""How many a reader may choose from."""
_MONTH: Final = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
_ID: Final = re.compile(r"(20\d\d)-(?:(w)(\d\d)|q([1-4])|(\d\d)(?:-(\d\d))?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """Days that are looked at together, by the store's calendar; `first` is the first of them. A week is that of ISO
    8601: from Monday."""

    unit: Unit
    first: date

    @property
    def id(self) -> str:
        """How the address names it: `2026-11-30`, `2026-w49`, `2026-11` or `2026-q4`."""
        if self.unit == "day":
            return self.first.isoformat()
        if self.unit == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year}-w{week:02}"
        if self.unit == "month":
            return f"{self.first:%Y-%m}"
        return f"{self.first.year}-q{(self.first.month + 2) // QUARTER}"

    @property
    def last(self) -> date:
        """Its last day."""
        return self.moved(1).first - timedelta(days=1)

    @property
    def is_of_days(self) -> bool:
        """Whether it is shorter than a month."""
        return self.unit in ("day", "week")

    @property
    def before(self) -> "Period":
        """The one before it."""
        return self.moved(-1)

    @property
    def months(self) -> tuple[str, ...]:
        """The months (`2026-11`) that it has days of."""
        return months_between(self.first, self.last)

    def moved(self, by: int) -> "Period":
        """Return the one so many after it; before it if negative."""
        if self.unit in ("day", "week"):
            return Period(self.unit, self.first + by * timedelta(days=7 if self.unit == "week" else 1))
        count = self.first.year * 12 + self.first.month - 1 + by * (QUARTER if self.unit == "quarter" else 1)
        return Period(self.unit, date(count // 12, count % 12 + 1, 1))

    def label(self, text: Mapping[str, Any]) -> str:
        """Return it in words; `text` is that of `data/insights_frame/`."""
        return self._say(text["period"][self.unit], text["months"])

    def short_label(self, text: Mapping[str, Any]) -> str:
        """Return it in a few letters, for a table or a chart."""
        return self._say(text["short_period"][self.unit], text["short_months"])

    def _say(self, line: str, months: list[str]) -> str:
        first = self.first
        return say(
            line,
            day=first.day,
            month=months[first.month - 1],
            year=first.year,
            quarter=(first.month + 2) // QUARTER,
        )


def period_of(unit: Unit, day: date) -> Period:
    """Return the period of this length that a day is in."""
    if unit == "day":
        return Period(unit, day)
    if unit == "week":
        return Period(unit, day - timedelta(days=day.weekday()))
    month = day.month if unit == "month" else (day.month - 1) // QUARTER * QUARTER + 1
    return Period(unit, date(day.year, month, 1))


def parse_period(text: str) -> Period | None:
    """Return the period that an id names; None if it names none of this century."""
    found = _ID.fullmatch(text)
    if found is None:
        return None
    year, _, week, quarter, month, day = found.groups()
    try:
        if week:
            return Period("week", date.fromisocalendar(int(year), int(week), 1))
        if quarter:
            return Period("quarter", date(int(year), int(quarter) * QUARTER - 2, 1))
        return Period("day" if day else "month", date(int(year), int(month), int(day or 1)))
    except ValueError:
        return None


def choose_period(text: str, today: date, units: tuple[Unit, ...]) -> Period:
    """Return the period that an id names if it is not to come, and not before the first month that is shown; else the
    present month. If it is none of these units, return the month in which it begins."""
    present = period_of("month", today)
    chosen = parse_period(text)
    earliest = present.moved(1 - SHOWN["month"]).first
    if chosen is None or not earliest <= chosen.last or chosen.first > today:
        return present
    return chosen if chosen.unit in units else period_of("month", chosen.first)


def periods_until(last: Period, count: int) -> list[Period]:
    """Return a period and those before it, `count` in all, oldest first."""
    return [last.moved(n - count + 1) for n in range(count)]


def shown_periods(chosen: Period, today: date) -> list[Period]:
    """Return the periods of the chart, oldest first: up to the present one, or to the chosen one if it is older."""
    until_now = periods_until(period_of(chosen.unit, today), SHOWN[chosen.unit])
    return until_now if chosen in until_now else periods_until(chosen, SHOWN[chosen.unit])


def offered_periods(chosen: Period, today: date, units: tuple[Unit, ...]) -> dict[Unit, list[Period]]:
    """Return what a reader may choose by unit, latest first; with the chosen one."""
    offered = {unit: periods_until(period_of(unit, today), OFFERED[unit])[::-1] for unit in units}
    if chosen not in offered[chosen.unit]:
        offered[chosen.unit].append(chosen)
    return offered


def month_span(query: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the months (`2026-11`) of the fields `from` and `to`, None for what is no month; neither if they are
    crossed."""
    first, last = (
        month if _MONTH.fullmatch(month) else None for month in (query.get("from", ""), query.get("to", ""))
    )
    return (None, None) if first and last and first > last else (first, last)


def months_of_span(first: str | None, last: str | None, today: date, default: int = 1) -> tuple[str, ...]:
    """Return the months from one to another: up to the present one if `last` is open, `default` months in all if
    `first` is."""
    end = Period("month", first_of_month(last or f"{today:%Y-%m}"))
    begin = first_of_month(first) if first else end.moved(1 - default).first
    return months_between(begin, max(begin, end.first))


def first_of_month(month: str) -> date:
    """Return the first day of a month (`2026-11`)."""
    return date(int(month[:4]), int(month[5:]), 1)


def months_between(first: date, last: date) -> tuple[str, ...]:
    """Return the months (`2026-11`) from that of one day to that of another."""
    begin, end = period_of("month", first), period_of("month", last)
    count = (end.first.year - begin.first.year) * 12 + end.first.month - begin.first.month
    return tuple(begin.moved(n).id for n in range(count + 1))
