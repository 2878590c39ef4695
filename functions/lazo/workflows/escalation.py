"""Moving a follow-up up the chain: one conditional write, then the event."""

from collections.abc import Iterator
from datetime import datetime

from lazo.followup import lifecycle, staff_deliveries
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import case_records, due, followups
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put
from lazo.workflows.events import EventType, Topic, followup_event


def escalate(
    table: Table, topic: Topic, before: FollowUp, store: Store, now: datetime, *, unreachable: bool = False
) -> FollowUp | None:
    """Tell the next in the chain, or remind its end; returns the follow-up as it is after, or None when somebody
    else changed it meanwhile (another sweep, or the manager who took it on), which then stands.

    `unreachable`: nobody at the present level can be reached, rather than that they let the deadline pass. Who lost the
    follow-up by it is told, and it stands in the history.
    """
    after = lifecycle.escalate(before, store, now)
    try:
        followups.replace_followup(
            table, before, after, _owed(before, after, store, now), _more(before, after, store, now)
        )
    except followups.ChangedMeanwhile:
        return None
    reminder = after.level == before.level
    kind: EventType = "followup.unreachable" if unreachable else "followup.overdue"
    topic.publish(followup_event("followup.reminder" if reminder else kind, after, now))
    if lost := _lost(before, after, store):
        topic.publish(followup_event("followup.delivery_due", after, now, lost.level))
    return after


def leave_unconfirmed(table: Table, before: FollowUp, now: datetime) -> FollowUp | None:
    """End what the customer has said nothing of; None when somebody else changed it meanwhile."""
    after = lifecycle.end_unconfirmed(before, now)
    try:
        followups.replace_followup(
            table, before, after, more=[case_records.system_entry_put(after, "unconfirmed", now, {})]
        )
    except followups.ChangedMeanwhile:
        return None
    return after


def _owed(before: FollowUp, after: FollowUp, store: Store, now: datetime) -> tuple[Delivery, ...]:
    if after.owner:
        return staff_deliveries.late_deliveries(after, store, now)
    owed = staff_deliveries.plan_deliveries(
        after, store, "reminder" if after.level == before.level else "escalation", now
    )
    lost = _lost(before, after, store)
    told = lost and staff_deliveries.deliveries_to_contact(
        after, store, lost.contact_id, "released", now, ref=str(after.version)
    )
    return (*owed, *(told or ()))


def _more(before: FollowUp, after: FollowUp, store: Store, now: datetime) -> Iterator[Put]:
    if after.owner is None:  # else they are told daily that it is late, and need no reminder of that
        yield from due.reminder_dates(after, store, now)
    if lost := _lost(before, after, store):
        above = ", ".join(c.name for c in store.with_contacts_on_duty(now).contacts_at_level(after.level))
        yield case_records.system_entry_put(after, "released", now, {"former": lost.name, "to": above})


def _lost(before: FollowUp, after: FollowUp, store: Store) -> Contact | None:
    """Who was its owner, and is no more."""
    return store.contact(before.owner) if before.owner and after.owner is None else None
