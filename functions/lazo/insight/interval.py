"""What a figure may truly be, given chance: an interval, and how many standard errors make it."""

import math
from dataclasses import dataclass
from typing import Final, Literal

CONFIDENCE: Final = 0.95
Z_95: Final = 1.959963984540054
"""Standard errors on each side of an interval of 95 % (the 0.975 quantile of the normal distribution)."""

Direction = Literal["higher", "lower", "unclear"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends, in the unit of the figure that it belongs to."""

    lower: float
    upper: float

    @property
    def direction(self) -> Direction:
        """On which side of 0 it lies; "unclear" if on both, so that chance may explain a difference."""
        if self.lower > 0:
            return "higher"
        return "lower" if self.upper < 0 else "unclear"

    @property
    def whole(self) -> tuple[int, int]:
        """Both ends in whole numbers, rounded outward so that the interval holds what it promises."""
        return math.floor(self.lower), math.ceil(self.upper)

    def clamped(self, least: float, most: float) -> "Interval":
        """Return the part that lies between what is possible."""
        return Interval(max(least, self.lower), min(most, self.upper))

    def including(self, figure: float) -> "Interval":
        """Return it up to a figure that lies outside."""
        return Interval(min(self.lower, figure), max(self.upper, figure))


def around(center: float, standard_error: float, z: float = Z_95) -> Interval:
    """Return the interval of `z` standard errors on each side."""
    return Interval(center - z * standard_error, center + z * standard_error)


def z_for_all_of(many: int, confidence: float = CONFIDENCE) -> float:
    """Return the standard errors with which `many` intervals hold together (Bonferroni): 1.96 for one, 2.87 for 12."""
    from statistics import NormalDist  # 10 ms that only figures with several intervals at once need

    return NormalDist().inv_cdf(1 - (1 - confidence) / (2 * max(many, 1)))
