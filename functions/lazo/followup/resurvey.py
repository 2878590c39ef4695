"""Survey customers again after their follow-up was confirmed, or after they were told of an improvement."""

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
    again = record_reply(followup.again, followup, answer) if followup.again else None
    return followup.changed(again=again) if again else None


def record_reply(asked: Resurvey, followup: FollowUp, answer: Answer) -> Resurvey | None:
    """Return a resurvey of a follow-up's customer with its reply. Return None for an answer that does not count: it is
    the second reply, another store's, unclassified or suspect."""
    found = answer.classification
    if asked.answered_at or followup.store_id != answer.store_id or found is None or found.suspect:
        return None
    return replace(asked, answered_at=answer.at, score=answer.score, improved=answer.improved)
