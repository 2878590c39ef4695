"""How a score changes from month to month, and over all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lazo.insight.bands import BandCounts
from lazo.insight.interval import Interval, around
from lazo.insight.score import ENOUGH, ScoreDifference, adjusted_mean, score_difference


@dataclass(frozen=True, slots=True)
class Trend:
    """The change of a score in points a period, over `periods` with enough answers."""

    points: float
    interval: Interval
    periods: int


def changes(periods: Sequence[BandCounts]) -> list[ScoreDifference | None]:
    """Return how each period (oldest first) differs from the one before it; None where either has no answers."""
    return [score_difference(after, before) for before, after in pairwise(periods)]


def trend(periods: Sequence[BandCounts]) -> Trend | None:
    """Return the slope over periods of equal length, oldest first, each weighted by how exactly its score is known
    (least squares with known errors). Those with too few answers are left out, not closed up; None if fewer than
    three are left."""
    known = [(at, *adjusted_mean(bands)) for at, bands in enumerate(periods) if bands.n >= ENOUGH]
    if len(known) < 3:
        return None
    weight = sum(1 / variance for _, _, variance in known)
    middle = sum(at / variance for at, _, variance in known) / weight
    spread = sum((at - middle) ** 2 / variance for at, _, variance in known)
    slope = sum((at - middle) * mean / variance for at, mean, variance in known) / spread
    return Trend(100 * slope, around(100 * slope, 100 / spread**0.5), len(known))
