"""Whether recovery works: how the same customers answered before and after, beside those whom nobody reached.

Unhappy customers answer better the second time even if nobody does anything (regression to the mean), so a change says
little without that of customers whom nobody reached. Both are of those who answered again; who was asked and stayed
silent is in `lazo.followup.recovery.RecoveryFigures`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lazo.followup.recovery import RecoveryFigures
from lazo.insight.bands import BandCounts
from lazo.insight.proportion import Proportion, proportion
from lazo.insight.score import ScoreDifference, ScoreFigure, score_difference, score_figure
from lazo.survey.nps import Band

BandPairs = Mapping[tuple[Band, Band], int]
"""Customers who answered twice, by their band before and after."""

_BANDS: Final[tuple[Band, ...]] = ("promoter", "passive", "detractor")


@dataclass(frozen=True, slots=True)
class RecoveryEffect:
    """The score after of customers who were contacted and of those whom nobody reached, and by how much the first is
    above the second: what recovery itself does, None without both. Before, the score of either is -100, which no chance
    has a part in: all of them were unhappy, or they would have had no case that is counted here."""

    contacted: ScoreFigure
    not_reached: ScoreFigure
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
    """Return how both groups of customers answered again, and the difference."""
    first, second = _after(contacted), _after(not_reached)
    return RecoveryEffect(score_figure(first), score_figure(second), score_difference(first, second))


def _after(pairs: BandPairs) -> BandCounts:
    found = dict.fromkeys(_BANDS, 0)
    for (_, after), n in pairs.items():
        found[after] += n
    return BandCounts(found["promoter"], found["passive"], found["detractor"])
