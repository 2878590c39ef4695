"""Survey customers again after their follow-up was confirmed."""

from dataclasses import replace
from datetime import datetime

from lazo.followup.model import FollowUp, Resurvey
from lazo.survey.answer import Answer


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
