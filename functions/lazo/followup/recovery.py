"""Count what became of the customers whose case was resolved. Each of them is in the denominator, and in one group."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal, get_args

from lazo.followup.model import FollowUp
from lazo.rounding import percent
from lazo.survey import nps

RecoveryGroup = Literal["recovered", "unchanged", "silent", "not_asked", "unconfirmed", "waiting", "reopened"]
RECOVERY_GROUPS: Final[tuple[RecoveryGroup, ...]] = get_args(RecoveryGroup)
_BANDS: Final = ("detractor", "passive", "promoter")


@dataclass(frozen=True, slots=True)
class RecoveryFigures:
    """Figures of the customers whose case was first resolved in one or several months, each in one group.

    recovered, unchanged: they answered the resurvey, in a better band than before or not
    silent: they did not answer it
    not_asked: they confirmed the solution and were not surveyed again, or not yet
    unconfirmed: they never said whether it is solved
    waiting: they are asked whether it is solved
    reopened: they said that it is not solved, and the case is in work again
    yes, little, no: of all of them, whether they noticed an improvement

    Apart from these, and in no group:

    nothing_wrong: customers who were not unhappy and only wanted to be contacted: they had nothing to recover from
    unanswered: cases that ended in those months without anybody taking them on
    """

    recovered: int = 0
    unchanged: int = 0
    silent: int = 0
    not_asked: int = 0
    unconfirmed: int = 0
    waiting: int = 0
    reopened: int = 0
    yes: int = 0
    little: int = 0
    no: int = 0
    nothing_wrong: int = 0
    unanswered: int = 0

    @property
    def resolved(self) -> int:
        """How many there are in all groups."""
        return sum(self.groups.values())

    @property
    def closed(self) -> int:
        """How many cases were resolved, with those of customers who had nothing to recover from."""
        return self.resolved + self.nothing_wrong

    @property
    def groups(self) -> Mapping[RecoveryGroup, int]:
        """The size of each group."""
        return {group: getattr(self, group) for group in RECOVERY_GROUPS}

    @property
    def rate(self) -> int | None:
        """Per cent recovered of all; None without any."""
        return percent(self.recovered, self.resolved) if self.resolved else None


def total_recovery(figures: Iterable[RecoveryFigures]) -> RecoveryFigures:
    """Return the sum of all figures."""
    every = list(figures)
    return RecoveryFigures(**{name: sum(getattr(each, name) for each in every) for name in COUNTED})


COUNTED: Final = tuple(each.name for each in fields(RecoveryFigures))
"""What is counted, by name."""


def counted_as(followup: FollowUp) -> Counter[str]:
    """Return what a follow-up adds to the figures of its `recovery_month`; nothing while it was never resolved."""
    if followup.recovery_month is None:
        return Counter()
    if _had_nothing_wrong(followup):
        return Counter(["nothing_wrong"])
    improved = followup.again.improved if followup.again else None
    return Counter([recovery_group(followup), *([improved] if improved else [])])


def recovery_group(followup: FollowUp) -> RecoveryGroup:
    """Return the group of a follow-up that was resolved at least once."""
    if followup.stage == "unconfirmed":
        return "unconfirmed"
    if followup.stage != "confirmed":
        return "waiting" if followup.stage == "resolved" else "reopened"
    if followup.again is None:
        return "not_asked"
    if followup.again.answered_at is None:
        return "silent"
    return "recovered" if is_won_back(followup) else "unchanged"


def _had_nothing_wrong(followup: FollowUp) -> bool:
    """Return whether a customer who was not unhappy only wanted to be contacted, or wrote."""
    happy = followup.score is not None and nps.band_of_score(followup.score) != "detractor"
    return followup.priority == "light" and happy


def is_won_back(followup: FollowUp) -> bool:
    """Return whether the customer's answer to the resurvey is in a better band than the one that opened it."""
    again = followup.again.score if followup.again else None
    if followup.score is None or again is None:
        return False
    first, last = (_BANDS.index(nps.band_of_score(score)) for score in (followup.score, again))
    return last > first
