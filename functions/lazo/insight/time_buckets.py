"""Count times in buckets whose bounds grow by a tenth, so that any quantile is known to within 5 % of itself, whatever
its size, and counts of stores and months add up to those of brand and year.

C. Masson, J. E. Rim and H. K. Lee, "DDSketch", Proceedings of the VLDB Endowment 12(12), 2019. From a second to 400
days there are 174 buckets, of which a store's month fills a few.
"""

import math
from datetime import timedelta
from typing import Final

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
