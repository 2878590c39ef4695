"""The score with what it may truly be, and the difference of two scores.

Adjusted Wald: three answers are added, 3/4 of a promoter, 3/2 of a passive and 3/4 of a detractor, before the usual
interval of a mean is taken. B. Rocks, "Interval Estimation for the Net Promoter Score", The American Statistician
70(4), 2016, 365-372, and his R package NPS (`test = "adjusted.wald"`); J. Lewis and J. Sauro,
measuringu.com/nps-confidence-intervals and measuringu.com/nps-significance-test, for one score and for two.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from lazo.insight.bands import BandCounts
from lazo.insight.interval import Z_95, Direction, Interval, around

ENOUGH: Final = 20
"""A score of fewer answers is greyed, and neither ranked nor compared."""

NotCounted = Literal["suspect", "provisional", "test"]
"""Why an answer is not in the score: it may not be a customer's, it is being written, or it was a trial."""


@dataclass(frozen=True, slots=True)
class ScoreFigure:
    """A score with its sample. `score` and `interval` (-100 to 100) are None without answers. `not_counted`: how many
    answers are left out, by why."""

    bands: BandCounts
    score: float | None
    interval: Interval | None
    not_counted: Mapping[NotCounted, int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many answers the score is of."""
        return self.bands.n

    @property
    def is_enough(self) -> bool:
        """Whether it may be ranked and compared."""
        return self.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class ScoreDifference:
    """How much higher one score is than another, in points (-200 to 200). `is_enough`: both have enough answers."""

    points: float
    interval: Interval
    is_enough: bool

    @property
    def direction(self) -> Direction:
        """Which way it goes beyond chance; "unclear" if chance may explain it or there are too few answers."""
        return self.interval.direction if self.is_enough else "unclear"


def score_figure(bands: BandCounts, not_counted: Mapping[NotCounted, int] | None = None) -> ScoreFigure:
    """Return the score of these answers with its interval of 95 %."""
    interval = None if bands.score is None else score_interval(bands)
    return ScoreFigure(bands, bands.score, interval, not_counted or {})


def score_interval(bands: BandCounts, z: float = Z_95) -> Interval:
    """Return what the score may truly be, within -100 to 100; without answers nearly all of it. The method leaves the
    score of a single answer outside its own interval (-100: from -98.5): that goes up to the score then."""
    mean, variance = adjusted_mean(bands)
    interval = around(100 * mean, 100 * math.sqrt(variance), z).clamped(-100, 100)
    return interval if bands.score is None else interval.including(bands.score)


def score_difference(of: BandCounts, than: BandCounts, z: float = Z_95) -> ScoreDifference | None:
    """Return how much higher the score `of` some answers is `than` that of others, none of which are in both; None
    if either has no answers."""
    if of.score is None or than.score is None:
        return None
    (mean, variance), (other_mean, other_variance) = adjusted_mean(of), adjusted_mean(than)
    interval = around(100 * (mean - other_mean), 100 * math.sqrt(variance + other_variance), z)
    return ScoreDifference(of.score - than.score, interval.clamped(-200, 200), min(of.n, than.n) >= ENOUGH)


def adjusted_mean(bands: BandCounts) -> tuple[float, float]:
    """Return mean (-1 to 1) and squared standard error of the answers with the three that are added."""
    n = bands.n + 3
    promoters, detractors = (bands.promoters + 0.75) / n, (bands.detractors + 0.75) / n
    mean = promoters - detractors
    return mean, (promoters + detractors - mean**2) / n
