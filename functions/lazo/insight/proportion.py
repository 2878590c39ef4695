"""A share of cases or answers with what it may truly be, and the difference of two shares.

Score interval: E. B. Wilson, JASA 22, 1927, 209-212; recommended for one proportion by R. G. Newcombe, Statistics in
Medicine 17, 1998, 857-872 (method 3). Difference: R. G. Newcombe, "Interval estimation for the difference between
independent proportions: comparison of eleven methods", Statistics in Medicine 17, 1998, 873-890 (method 10), which
makes its interval of the score intervals of both.
"""

import math
from dataclasses import dataclass

from lazo.insight.interval import Z_95, Interval
from lazo.rounding import percent


@dataclass(frozen=True, slots=True)
class Proportion:
    """How many of how many, with the interval of 95 % of the share (0 to 1)."""

    hits: int
    n: int
    share: float
    interval: Interval

    @property
    def percent(self) -> int:
        """The share in whole per cent."""
        return percent(self.hits, self.n)

    @property
    def percent_range(self) -> tuple[int, int]:
        """What the share may truly be, in whole per cent, rounded outward."""
        return Interval(100 * self.interval.lower, 100 * self.interval.upper).whole


@dataclass(frozen=True, slots=True)
class ProportionDifference:
    """How much larger a share is than another (-1 to 1), with the interval of 95 %, and both shares."""

    of: Proportion
    than: Proportion
    difference: float
    interval: Interval

    @property
    def least_n(self) -> int:
        """The smaller of both samples."""
        return min(self.of.n, self.than.n)


def proportion(hits: int, n: int, z: float = Z_95) -> Proportion | None:
    """Return the share of `hits` among `n`; None without any. Raises ValueError if there are more hits than `n`."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n}")
    if not n:
        return None
    share, square = hits / n, z * z
    center = (share + square / (2 * n)) / (1 + square / n)
    margin = z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    # At none and at all the ends are 0 and 1 exactly, which rounding would miss.
    lower, upper = (center - margin if hits else 0.0), (center + margin if hits < n else 1.0)
    return Proportion(hits, n, share, Interval(lower, upper))


def proportion_difference(of: Proportion | None, than: Proportion | None) -> ProportionDifference | None:
    """Return how much larger the share `of` some is `than` that of others, none of which are in both; None if either
    has none."""
    if of is None or than is None:
        return None
    difference = of.share - than.share
    below = math.hypot(of.share - of.interval.lower, than.interval.upper - than.share)
    above = math.hypot(of.interval.upper - of.share, than.share - than.interval.lower)
    return ProportionDifference(of, than, difference, Interval(difference - below, difference + above))
