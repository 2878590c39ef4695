"""A share of cases or answers with what it may truly be.

Score interval: E. B. Wilson, JASA 22, 1927, 209-212; recommended for one proportion by R. G. Newcombe, Statistics in
Medicine 17, 1998, 857-872 (method 3).
"""

import math
from dataclasses import dataclass

from lazo.insight.interval import Z_95, Interval


@dataclass(frozen=True, slots=True)
class Proportion:
    """How many of how many, with the interval of 95 % of the share (0 to 1)."""

    hits: int
    n: int
    share: float
    interval: Interval


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
