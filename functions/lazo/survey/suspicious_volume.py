"""Detect a store that gets more answers than its customers can be giving."""

from collections.abc import Iterable

LOOKBACK_WEEKS = 4
BUSIEST_HOUR_FACTOR = 3


def hourly_answer_limit(hourly_counts: Iterable[int], always_allowed: int) -> int:
    """Return how many answers an hour may have: three times the busiest hour of the last four weeks, at least
    `always_allowed`.

    `hourly_counts`: answers in each of those hours, without suspect ones, so that yesterday's flood does not raise
    today's limit.
    """
    return max(always_allowed, BUSIEST_HOUR_FACTOR * max(hourly_counts, default=0))
