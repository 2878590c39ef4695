"""Survey customers again after their follow-up was confirmed, and count how many were won back. Customers who do not
reply count as not won back."""

from dataclasses import dataclass, replace
from datetime import datetime

from lazo.followup.model import FollowUp, Resurvey
from lazo.survey import nps
from lazo.survey.answer import Answer


@dataclass(frozen=True, slots=True)
class ResurveyFigures:
    """Figures of the customers surveyed again in one or several months. `detractors` were unhappy at first, and
    `recovered` of these no longer are. `yes`, `little` and `no`: whether they saw an improvement. `unanswered`
    follow-ups ended in those months without anybody taking them on: nobody asks their customers."""

    asked: int = 0
    answered: int = 0
    detractors: int = 0
    recovered: int = 0
    yes: int = 0
    little: int = 0
    no: int = 0
    unanswered: int = 0

    @property
    def never_answered(self) -> int:
        """How many have not replied."""
        return self.asked - self.answered

    @property
    def rate(self) -> float | None:
        """The share (0 to 1) of surveyed detractors won back, including those without a reply, if any."""
        return self.recovered / self.detractors if self.detractors else None


def mark_resurveyed(followup: FollowUp, now: datetime) -> FollowUp:
    """Return the follow-up with its customer surveyed again at `now`."""
    return followup.changed(again=Resurvey(now))


def record_resurvey_answer(followup: FollowUp, answer: Answer) -> FollowUp | None:
    """Return the follow-up with its customer's reply to the second survey. Return None for an answer that does not
    count: nobody asked, it is the second reply, another store's, unclassified or suspect."""
    found = answer.classification
    if followup.again is None or followup.again.answered_at or followup.store_id != answer.store_id:
        return None
    if found is None or found.suspect:
        return None
    again = replace(followup.again, answered_at=answer.at, score=answer.score, improved=answer.improved)
    return followup.changed(again=again)


def was_detractor(followup: FollowUp) -> bool:
    """Return whether the customer was a detractor when the follow-up was opened."""
    return followup.score is not None and nps.band_of_score(followup.score) == "detractor"


def is_won_back(followup: FollowUp) -> bool:
    """Return whether the customer was a detractor and no longer is."""
    again = followup.again.score if followup.again else None
    return was_detractor(followup) and again is not None and nps.band_of_score(again) != "detractor"
