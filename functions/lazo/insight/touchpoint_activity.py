"""A touchpoint that fell silent, or is flooded, beyond chance.

Weekdays differ, and days differ by more than chance (rain, pay day). So a day is compared with its weekday, and chance
is judged by how much this touchpoint itself varies: as if answers came in clusters of `variance / mean`
(quasi-Poisson), taken two standard errors high, since a few weeks show it badly.
`benchmarks/touchpoints.py` shows what comes of it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from lazo.insight.chance import chance_of_at_least

CHANCE_OF_LOOK: Final = 1e-5
"""What chance may do at one look. Looked at each day, that is once in 270 years for a touchpoint whose answers come one
by one."""
FEWEST_DAYS: Final = 14
"""A touchpoint with a shorter past is not judged."""

Activity = Literal["silent", "flooded"]


@dataclass(frozen=True, slots=True)
class ActivityChange:
    """What became of a touchpoint in `days`: `answers`, where `expected` were usual."""

    activity: Activity
    days: int
    answers: int
    expected: float


def activity_change(past: Mapping[date, int], recent: Mapping[date, int]) -> ActivityChange | None:
    """Return what became of a touchpoint lately; None if it is as usual, or there is too short a past. Both are answers
    on days on which the store was open, those without answers included; `recent` are the days up to now, `past` those
    before them, best whole weeks."""
    usual, now = sum(past.values()), sum(recent.values())
    weekdays = [[n for day, n in past.items() if day.weekday() == weekday] for weekday in range(7)]
    free = len(past) - sum(map(bool, weekdays))
    if len(past) < FEWEST_DAYS or free < 1 or not recent or not usual:
        return None
    mean = usual / len(past)
    cluster = _cluster_size(weekdays, mean, free)
    expected = sum(_expected(weekdays[day.weekday()], mean) for day in recent)
    clusters, share = int((usual + now) / cluster), expected / (usual + expected)
    if not now and (1 - share) ** clusters <= CHANCE_OF_LOOK:
        return ActivityChange("silent", len(recent), now, expected)
    if now > expected and chance_of_at_least(int(now / cluster), clusters, share) <= CHANCE_OF_LOOK:
        return ActivityChange("flooded", len(recent), now, expected)
    return None


def _cluster_size(weekdays: Sequence[Sequence[int]], mean: float, free: int) -> float:
    """Return variance / mean of the days around the mean of their weekday, with `free` degrees of freedom, two of its
    standard errors up, and at least 1."""
    strayed = math.fsum((n - sum(counts) / len(counts)) ** 2 for counts in weekdays for n in counts)
    return max(1.0, strayed / free / mean * (1 + 2 * math.sqrt(2 / free)))


def _expected(of_weekday: Sequence[int], mean: float) -> float:
    """Return the usual answers of a day. Four at the usual rate are added: four Mondays without an answer do not make
    the first one a flood."""
    return (sum(of_weekday) + 4) / (len(of_weekday) + 4 / mean)
