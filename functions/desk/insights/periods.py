"""The months that the insights cover, and the period among them that the reader chose: a month or a quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from desk.web.render import say

QUARTER: Final = 3


@dataclass(frozen=True, slots=True)
class Period:
    """Months that follow each other (`2026-11`); one, or three of a quarter."""

    months: tuple[str, ...]

    @property
    def id(self) -> str:
        """How the address names it: `2026-11` or `2026-q4`."""
        year, month = _year_and_month(self.months[0])
        return self.months[0] if len(self.months) == 1 else f"{year}-q{(month + 2) // QUARTER}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date.fromisoformat(f"{self.months[0]}-01")

    @property
    def last(self) -> date:
        """Its last day."""
        return date.fromisoformat(f"{_moved(self.months[-1], 1)}-01") - timedelta(days=1)

    @property
    def before(self) -> "Period":
        """The period of the same length before it."""
        return Period(tuple(_moved(month, -len(self.months)) for month in self.months))

    def label(self, text: Mapping[str, Any]) -> str:
        """Return it in words; `text` are those of the page."""
        year, month = _year_and_month(self.months[0])
        if len(self.months) == 1:
            return say(text["month"], month=text["months"][month - 1], year=year)
        return say(text["quarter"], n=(month + 2) // QUARTER, year=year)


def short_label(month: str, text: Mapping[str, Any]) -> str:
    """Return a month in a few letters with its year."""
    year, number = _year_and_month(month)
    return say(text["short_month"], month=text["short_months"][number - 1], year=year)


def months_until(today: date, count: int) -> tuple[str, ...]:
    """Return the month of a day and those before it, `count` in all, oldest first."""
    return tuple(_moved(f"{today:%Y-%m}", n - count + 1) for n in range(count))


def periods_of(months: Sequence[str]) -> list[Period]:
    """Return what a reader may choose: the months, latest first, then the quarters that are whole among them, or will
    be once their last month has come."""
    quarters = dict.fromkeys(_quarter_of(month) for month in reversed(months))
    whole = [each for each in quarters if each.months[0] >= months[0]]
    return [*(Period((month,)) for month in reversed(months)), *whole]


def _quarter_of(month: str) -> Period:
    year, number = _year_and_month(month)
    first = f"{year}-{(number - 1) // QUARTER * QUARTER + 1:02}"
    return Period(tuple(_moved(first, n) for n in range(QUARTER)))


def _moved(month: str, by: int) -> str:
    year, number = _year_and_month(month)
    count = year * 12 + number - 1 + by
    return f"{count // 12}-{count % 12 + 1:02}"


def _year_and_month(month: str) -> tuple[int, int]:
    year, _, number = month.partition("-")
    return int(year), int(number)
