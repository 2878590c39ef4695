"""How long a step takes, from counts that add up: an answer's alert, being taken on, the contact, the solution."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from lazo.insight.chance import chance_of_at_least
from lazo.insight.interval import CONFIDENCE
from lazo.insight.proportion import Proportion, proportion
from lazo.insight.time_buckets import time_of


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
