"""How long a step takes, from counts that add up: an answer's alert, being taken on, the contact, the solution.

Times are counted in buckets whose bounds grow by a tenth, so that any quantile is known to within 5 % of itself,
whatever its size, and counts of stores and months add up to those of brand and year. C. Masson, J. E. Rim and H. K.
Lee, "DDSketch", Proceedings of the VLDB Endowment 12(12), 2019. From a second to 400 days there are 174 buckets, of
which a store's month fills a few.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from lazo.insight.chance import chance_of_at_least
from lazo.insight.interval import CONFIDENCE
from lazo.insight.proportion import Proportion, proportion

RELATIVE_ERROR: Final = 0.05
_GROWTH: Final = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
LONGEST: Final = timedelta(days=400)
"""Longer times count as this one."""


def bucket_of(took: timedelta) -> int:
    """Return the number of the bucket, 0 to 174, that counts a time. 0: up to a second, or a clock that went back."""
    seconds = min(took, LONGEST).total_seconds()
    return math.ceil(math.log(seconds, _GROWTH)) if seconds > 1 else 0


def time_of(bucket: int) -> timedelta:
    """Return the time that stands for all of a bucket: none of them differs from it by more than 5 %, or 1 s."""
    return timedelta(seconds=2 * _GROWTH**bucket / (_GROWTH + 1)) if bucket else timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class StepTimes:
    """Cases by how long they took to reach a step. `buckets`: those that reached it, by `bucket_of`; `in_time`: how
    many of them did before their deadline; `never`: those that ended without it, or are late and still wait."""

    buckets: Mapping[int, int] = field(default_factory=dict)
    in_time: int = 0
    never: int = 0

    @property
    def n(self) -> int:
        """All cases, those that never reached it included."""
        return sum(self.buckets.values()) + self.never

    @property
    def share_in_time(self) -> Proportion | None:
        """How many of all cases reached it in time; None without any."""
        return proportion(self.in_time, self.n)

    def __add__(self, other: "StepTimes") -> "StepTimes":
        buckets = Counter(self.buckets)
        buckets.update(other.buckets)
        return StepTimes(dict(buckets), self.in_time + other.in_time, self.never + other.never)

    def quantile(self, share: float) -> timedelta | None:
        """Return within which time this share of all cases (0 to 1) reached it: 0.5 for the median. None if so many
        never did, or there are none."""
        return self._time_at(max(1, math.ceil(share * self.n)))

    def median_interval(self) -> tuple[timedelta | None, timedelta | None] | None:
        """Return between which times the true median is, with 95 % at least, whatever their distribution; an end is
        None if it is among those that never did. None for fewer than six cases, of which nothing can be said.
        G. J. Hahn and W. Q. Meeker, "Statistical Intervals", 1991, section 5.2."""
        n = self.n
        rank = bisect_right(
            range(n // 2 + 1), 1 - CONFIDENCE, key=lambda below: 2 * chance_of_at_least(n - below, n, 0.5)
        )
        return (self._time_at(rank), self._time_at(n - rank + 1)) if rank else None

    def _time_at(self, rank: int) -> timedelta | None:
        passed = 0
        for bucket in sorted(self.buckets):
            passed += self.buckets[bucket]
            if passed >= rank:
                return time_of(bucket)
        return None
