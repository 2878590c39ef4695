"""Moving a follow-up up the chain: one conditional write, then the event."""

from datetime import datetime

from lazo import delivery, followup
from lazo.events import EventType, Topic, about
from lazo.followup import FollowUp
from lazo.store import Store
from lazo.table import followups
from lazo.table.dynamo import Table


def escalate(
    table: Table, topic: Topic, before: FollowUp, store: Store, now: datetime, *, unreachable: bool = False
) -> FollowUp | None:
    """Tell the next in the chain, or remind its end; returns the follow-up as it is after, or None when somebody
    else changed it meanwhile (another sweep, or the manager who took it on), which then stands.

    `unreachable`: nobody at the present level can be reached, rather than that they let the deadline pass.
    """
    after = followup.escalate(before, store, now)
    reminder = after.level == before.level
    owed = delivery.plan(after, store, "reminder" if reminder else "escalation", now)
    try:
        followups.change(table, before, after, owed)
    except followups.ChangedMeanwhile:
        return None
    kind: EventType = "followup.unreachable" if unreachable else "followup.overdue"
    topic.publish(about("followup.reminder" if reminder else kind, after, now))
    return after
