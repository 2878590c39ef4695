"""How many visitors answer, and what the score would be if the silent had.

Those who do not answer may think otherwise. Between the bounds lies every score that all visitors may have (worst case
bounds: C. F. Manski, "Partial Identification of Probability Distributions", 2003, chapter 1): no assumption, so wide.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from lazo.insight.bands import BandCounts
from lazo.insight.interval import Interval
from lazo.insight.proportion import Proportion, proportion

MOST_VISITORS: Final = 1_000_000
"""Of a store on a day; more is a mistake in typing."""
_EARLIEST_ZONE: Final = timedelta(hours=14)


def last_day_begun(now: datetime) -> date:
    """Return the last day that has begun in any time zone: of later ones nobody can have counted visitors."""
    return (now + _EARLIEST_ZONE).date()


@dataclass(frozen=True, slots=True)
class ResponseRate:
    """Answers for each visitor, and `bounds` of the score (-100 to 100) of all visitors: all the silent unhappy, and
    all of them delighted."""

    answered: Proportion
    bounds: Interval


@dataclass(frozen=True, slots=True)
class VisitorFigures:
    """Visitors (or tickets) of the days on which somebody counted them, and the answers of the same days by band."""

    visitors: int = 0
    bands: BandCounts = field(default_factory=BandCounts)

    def __add__(self, other: "VisitorFigures") -> "VisitorFigures":
        return VisitorFigures(self.visitors + other.visitors, self.bands + other.bands)


def visitor_figures(answers: Mapping[date, BandCounts], visitors: Mapping[date, int]) -> VisitorFigures:
    """Return the visitors of a store, by day, with the answers of these days; those of other days are left out."""
    bands = sum((answers.get(day, BandCounts()) for day in visitors), BandCounts())
    return VisitorFigures(sum(visitors.values()), bands)


def response_rate(bands: BandCounts, visitors: int) -> ResponseRate | None:
    """Return the rate among `visitors` (or tickets) of the same days; None if there are none, or fewer than answers:
    then what was entered is wrong or not whole."""
    if visitors < bands.n:
        return None
    answered = proportion(bands.n, visitors)
    if answered is None:
        return None
    balance, silent = bands.promoters - bands.detractors, visitors - bands.n
    bounds = Interval(100 * (balance - silent) / visitors, 100 * (balance + silent) / visitors)
    return ResponseRate(answered, bounds)
