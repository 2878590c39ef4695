"""Whether recovery works: how the same customers answered before and after, beside those whom nobody reached.

Unhappy customers answer better the second time even if nobody does anything (regression to the mean), so a change says
little without that of customers whom nobody reached. Both are of those who answered again; who was asked and stayed
silent is in `lazo.followup.recovery.RecoveryFigures`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lazo.followup.recovery import RecoveryFigures
from lazo.insight.interval import Interval, around
from lazo.insight.proportion import Proportion, proportion
from lazo.insight.score import ENOUGH, ScoreDifference
from lazo.survey.nps import Band

BandPairs = Mapping[tuple[Band, Band], int]
"""Customers who answered twice, by their band before and after."""

_VALUE: Final[dict[Band, int]] = {"promoter": 1, "passive": 0, "detractor": -1}


@dataclass(frozen=True, slots=True)
class RecoveryEffect:
    """The change (points, -200 to 200) of customers who were contacted and of those whom nobody reached, None where
    there are none, and by how much the first is above the second: what recovery itself does, None without both."""

    contacted: ScoreDifference | None
    not_reached: ScoreDifference | None
    beyond: ScoreDifference | None


@dataclass(frozen=True, slots=True)
class ResurveyFigures:
    """Customers whose case was resolved: surveyed again (`asked` = `answered` + `silent`), and `never_asked`."""

    asked: int
    answered: int
    silent: int
    never_asked: int

    @property
    def share_answered(self) -> Proportion | None:
        """How many of those asked answered; None if nobody was."""
        return proportion(self.answered, self.asked)


def resurvey_figures(figures: RecoveryFigures) -> ResurveyFigures:
    """Return who was surveyed again, of all customers in the groups."""
    answered = figures.recovered + figures.unchanged
    asked = answered + figures.silent
    return ResurveyFigures(asked, answered, figures.silent, figures.resolved - asked)


def recovery_effect(contacted: BandPairs, not_reached: BandPairs) -> RecoveryEffect:
    """Return how both groups of customers changed, and the difference."""
    first, second = score_change(contacted), score_change(not_reached)
    if first is None or second is None:
        return RecoveryEffect(first, second, None)
    (mean, variance), (other_mean, other_variance) = (
        _adjusted_change(contacted),
        _adjusted_change(not_reached),
    )
    interval = around(100 * (mean - other_mean), 100 * math.sqrt(variance + other_variance))
    beyond = ScoreDifference(
        first.points - second.points, interval.clamped(-400, 400), first.is_enough and second.is_enough
    )
    return RecoveryEffect(first, second, beyond)


def score_change(pairs: BandPairs) -> ScoreDifference | None:
    """Return by how much the same customers' score is higher after than before; None without any."""
    n = sum(pairs.values())
    if not n:
        return None
    points = 100 * sum(k * (_VALUE[after] - _VALUE[before]) for (before, after), k in pairs.items()) / n
    mean, variance = _adjusted_change(pairs)
    interval: Interval = around(100 * mean, 100 * math.sqrt(variance)).clamped(-200, 200)
    return ScoreDifference(points, interval, n >= ENOUGH)


def _adjusted_change(pairs: BandPairs) -> tuple[float, float]:
    """Return mean and squared standard error of the change with three customers added, as for a score: all three came
    from the average before. If everybody was a detractor it is the interval of the score after, moved by 100."""
    n = sum(pairs.values())
    came_from = sum(k * _VALUE[before] for (before, _), k in pairs.items()) / n
    added = {1: 0.75, 0: 1.5, -1: 0.75}
    weighted: list[tuple[float, float]] = [
        (_VALUE[after] - _VALUE[before], float(k)) for (before, after), k in pairs.items()
    ]
    weighted += [(after - came_from, k) for after, k in added.items()]
    mean = sum(change * k for change, k in weighted) / (n + 3)
    square = sum(change**2 * k for change, k in weighted) / (n + 3)
    return mean, (square - mean**2) / (n + 3)
