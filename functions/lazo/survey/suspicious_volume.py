"""Whether a shop gets more answers than its customers can be giving."""

from collections.abc import Iterable, Mapping

WEEKS_LOOKED_BACK = 4
TIMES_THE_BUSIEST = 3


def hourly_limit(days: Iterable[Mapping[str, int]], never_unusual: int) -> int:
    """How many answers an hour may bring: three times the busiest hour of the last four weeks, and never
    less than `never_unusual`.

    `days` are a shop's day counters; only answers that count (`h00`..`h23`) make the busiest hour, so that a
    flood of yesterday does not let in a larger one today.
    """
    busiest = max((n for day in days for name, n in day.items() if _is_hour(name)), default=0)
    return max(never_unusual, TIMES_THE_BUSIEST * busiest)


def _is_hour(name: str) -> bool:
    return len(name) == 3 and name[0] == "h" and name[1:].isdigit()
