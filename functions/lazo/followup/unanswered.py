"""End a follow-up that nobody took on, once nobody is left to ask."""

from datetime import datetime

from lazo.errors import Problem, Rejected
from lazo.followup.deadlines import unanswered_time
from lazo.followup.model import FollowUp
from lazo.store.model import Store


def is_unanswered(followup: FollowUp, store: Store, now: datetime) -> bool:
    """Return whether nobody is left to ask, and the time has come to end the follow-up unanswered."""
    ends = unanswered_time(followup, store)
    return (
        ends is not None
        and ends <= now
        and store.with_contacts_on_duty(now).next_level(followup.level) is None
    )


def end_unanswered(followup: FollowUp, now: datetime) -> FollowUp:
    """End a follow-up that nobody took on."""
    if followup.owner or followup.ended:
        raise Rejected(Problem("wrong_stage"))
    return followup.changed(stage="unanswered", unanswered_at=now, deadline=None)
