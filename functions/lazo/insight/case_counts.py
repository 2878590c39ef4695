"""What a follow-up counts as: how long each step took, and how its customer answered afterwards.

Counts are of the month in which a follow-up opened (`opened_month`). They depend on the follow-up alone, so that the
difference of before and after keeps counters equal to a recount, whatever is reopened, corrected or erased.
"""

from collections import Counter
from datetime import datetime
from typing import Final, Literal, get_args

from lazo.followup.model import ENDED, FollowUp, Stage
from lazo.insight.time_buckets import bucket_of
from lazo.survey.nps import Band, band_of_score

Step = Literal["alerted", "taken_on", "contacted", "resolved", "confirmed"]
STEPS: Final[tuple[Step, ...]] = get_args(Step)
_STAGES: Final[tuple[Stage, ...]] = ("taken_on", "contacted", "resolved", "confirmed")
AnsweredAgain = Literal["spoken_to", "nobody_reached"]

CaseCount = tuple[str, ...]
"""What is counted: `("took", step, bucket)`, `("in_time", step)`, `("never", step)`, `("not_reached",)` or
`(answered again, band before, band after)`."""
NOT_REACHED: Final[CaseCount] = ("not_reached",)
"""Whoever called could not reach the customer: neither a contact nor a customer who was forgotten."""


def case_counts(followup: FollowUp) -> Counter[CaseCount]:
    """Return what a follow-up counts as: nothing if it opened before times were counted, may not be a customer's, or
    was closed because the customer corrected the score."""
    if followup.opened_month is None or followup.doubts or followup.corrected_at:
        return Counter()
    counted = _alert_counts(followup)
    for stage in _STAGES:
        counted += _step_counts(followup, stage)
    if pair := band_pair(followup):
        counted[pair] += 1
    return counted


def band_pair(followup: FollowUp) -> tuple[AnsweredAgain, Band, Band] | None:
    """Return how an unhappy customer answered, before and the first time after they should have heard of the store, and
    whether somebody had spoken to them by then; None if they did not, or were not unhappy."""
    if followup.score is None or band_of_score(followup.score) != "detractor":
        return None
    after = _first_answer_after(followup)
    if after is None:
        return None
    at, score = after
    spoken = followup.reached is True and followup.contacted_at is not None and followup.contacted_at <= at
    return "spoken_to" if spoken else "nobody_reached", "detractor", band_of_score(score)


def _first_answer_after(followup: FollowUp) -> tuple[datetime, int] | None:
    found: list[tuple[datetime, int]] = []
    if followup.later_answer:
        found.append((followup.later_answer.at, followup.later_answer.score))
    again = followup.again
    if again and again.answered_at and again.score is not None:
        found.append((again.answered_at, again.score))
    return min(found, default=None)


def _alert_counts(followup: FollowUp) -> Counter[CaseCount]:
    """An alert has no deadline. One that was not sent before somebody took the case on was not needed any more."""
    if followup.alerted_at:
        return _took("alerted", followup, followup.alerted_at)
    return Counter([("never", "alerted")] if followup.stage == "unanswered" else [])


def _step_counts(followup: FollowUp, stage: Stage) -> Counter[CaseCount]:
    at = followup.reached_at(stage)
    late = stage in followup.late_stages
    if at is None:
        # Erasing a customer's data ends their case: nobody forgot them.
        erased = followup.erased_at is not None and followup.unconfirmed_at == followup.erased_at
        never = late or (followup.stage in ENDED and not erased)
        return Counter([("never", stage)] if never else [])
    if stage == "contacted" and followup.reached is False:
        return Counter([NOT_REACHED])
    counted = _took(stage, followup, at)
    if not late:
        counted["in_time", stage] += 1
    return counted


def _took(step: str, followup: FollowUp, at: datetime) -> Counter[CaseCount]:
    return Counter([("took", step, str(bucket_of(at - followup.answered_at)))])
