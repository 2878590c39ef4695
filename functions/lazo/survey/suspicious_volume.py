"""Whether a shop gets more answers than its customers can be giving."""

from collections.abc import Iterable

LOOKBACK_WEEKS = 4
BUSIEST_HOUR_FACTOR = 3


def hourly_answer_limit(hourly_counts: Iterable[int], always_allowed: int) -> int:
    """How many answers an hour may bring: three times the busiest hour of the last four weeks, and never
    less than `never_unusual`.

    `hourly_counts`: answers of each of those hours, without suspects, so that a flood of yesterday does not let in a
    larger one today.
    """
    return max(always_allowed, BUSIEST_HOUR_FACTOR * max(hourly_counts, default=0))
