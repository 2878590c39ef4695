"""Whether a shop gets more answers than its customers can be giving."""

from collections.abc import Iterable

WEEKS_LOOKED_BACK = 4
TIMES_THE_BUSIEST = 3


def hourly_limit(hourly_counts: Iterable[int], never_unusual: int) -> int:
    """How many answers an hour may bring: three times the busiest hour of the last four weeks, and never
    less than `never_unusual`.

    `hourly_counts`: answers of each of those hours, without suspects, so that a flood of yesterday does not let in a
    larger one today.
    """
    return max(never_unusual, TIMES_THE_BUSIEST * max(hourly_counts, default=0))
