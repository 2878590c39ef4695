"""Asking again: whether a customer whose follow-up was confirmed has noticed an improvement, and what becomes of those
who were unhappy. Who never answers is counted as such, not as won back."""

from dataclasses import dataclass, replace
from datetime import datetime

from lazo.followup.model import FollowUp, Resurvey
from lazo.survey import nps
from lazo.survey.answer import Answer


@dataclass(frozen=True, slots=True)
class ResurveyFigures:
    """What became of those who were asked again in a month, or in several: `detractors` of those asked were unhappy at
    first, and `recovered` of these are no longer. `yes`, `little` and `no` count what they said of an improvement."""

    asked: int = 0
    answered: int = 0
    detractors: int = 0
    recovered: int = 0
    yes: int = 0
    little: int = 0
    no: int = 0

    @property
    def never_answered(self) -> int:
        """Those of whom nobody knows."""
        return self.asked - self.answered

    @property
    def rate(self) -> float | None:
        """The share of all unhappy customers asked who are won back, those who never answered included; None where
        nobody was asked."""
        return self.recovered / self.detractors if self.detractors else None


def mark_resurveyed(followup: FollowUp, now: datetime) -> FollowUp:
    """The follow-up once its customer has been asked again."""
    return replace(followup, again=Resurvey(now), version=followup.version + 1)


def record_resurvey_answer(followup: FollowUp, answer: Answer) -> FollowUp | None:
    """The follow-up with what its customer says when asked again; None for an answer that is not theirs to count:
    nobody asked, they have answered already, it is another shop's, or may not be a customer's."""
    found = answer.classification
    if followup.again is None or followup.again.answered_at or followup.store_id != answer.store_id:
        return None
    if found is None or found.suspect:
        return None
    again = replace(followup.again, answered_at=answer.at, score=answer.score, improved=answer.improved)
    return replace(followup, again=again, version=followup.version + 1)


def was_detractor(followup: FollowUp) -> bool:
    """Whether the customer was one when the follow-up was opened."""
    return followup.score is not None and nps.band(followup.score) == "detractor"


def is_won_back(followup: FollowUp) -> bool:
    """Whether the customer was a detractor and is none any more."""
    again = followup.again.score if followup.again else None
    return was_detractor(followup) and again is not None and nps.band(again) != "detractor"
