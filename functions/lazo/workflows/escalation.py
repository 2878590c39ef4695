"""Escalate a follow-up: one conditional write, then the event."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from lazo.case import customer_words
from lazo.followup import lifecycle, staff_deliveries, unanswered
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import case_counts, case_records, due, followups, recovery
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put
from lazo.table.messaging import deliveries
from lazo.workflows.events import EventType, Topic, followup_event


def escalate(
    table: Table, topic: Topic, before: FollowUp, store: Store, now: datetime, *, unreachable: bool = False
) -> FollowUp | None:
    """Escalate a follow-up to the next level, or remind the last one. Returns the follow-up afterwards, or None if
    somebody else changed it meanwhile (another sweep, or the manager who took it on); their change stands.

    `unreachable`: nobody at the present level can be reached, as opposed to a missed deadline. A former owner gets a
    message and an entry in the history.
    """
    after = lifecycle.escalate(before, store, now)
    try:
        followups.replace_followup(
            table,
            before,
            after,
            _deliveries(before, after, store, now, _danger_words(table, after, store)),
            [
                *_dates_and_history(before, after, store, now),
                *case_counts.count_change(before, after, now),
            ],
        )
    except followups.ChangedMeanwhile:
        return None
    reminder = after.level == before.level
    kind: EventType = "followup.unreachable" if unreachable else "followup.overdue"
    topic.publish(followup_event("followup.reminder" if reminder else kind, after, now))
    if lost := _former_owner(before, after, store):
        topic.publish(followup_event("followup.delivery_due", after, now, lost.level))
    return after


def end_unconfirmed(table: Table, before: FollowUp, now: datetime) -> FollowUp | None:
    """End a follow-up whose solution the customer neither confirmed nor denied. Returns None if somebody else changed
    it meanwhile."""
    after = lifecycle.end_unconfirmed(before, now)
    try:
        entry = case_records.system_entry_put(after, "unconfirmed", now, {})
        counted = case_counts.count_change(before, after, now)
        followups.replace_followup(table, before, after, more=[entry, *counted])
    except followups.ChangedMeanwhile:
        return None
    return after


def end_unanswered(table: Table, before: FollowUp, store: Store, now: datetime) -> FollowUp | None:
    """End a follow-up that nobody took on, and count it. Returns None if somebody else changed it meanwhile."""
    after = unanswered.end_unanswered(before, now)
    after = replace(
        after, alerted_at=after.alerted_at or deliveries.first_alert_time(table, after.followup_id)
    )
    entry = case_records.system_entry_put(after, "unanswered", now, {})
    counted = [recovery.count_unanswered(store, now), *case_counts.count_change(before, after, now)]
    try:
        followups.replace_followup(table, before, after, more=[entry, *counted])
    except followups.ChangedMeanwhile:
        return None
    return after


def _danger_words(table: Table, followup: FollowUp, store: Store) -> str:
    """Return what the customer wrote of a danger after they answered, to be quoted; "" for nothing."""
    if not followup.urgent:
        return ""
    return customer_words.last_danger(case_records.NOTES.of_followup(table, followup.followup_id), store)


def _deliveries(
    before: FollowUp, after: FollowUp, store: Store, now: datetime, about: str
) -> tuple[Delivery, ...]:
    if after.owner:
        return staff_deliveries.late_deliveries(after, store, now)
    planned = staff_deliveries.plan_deliveries(
        after, store, "reminder" if after.level == before.level else "escalation", now, about=about
    )
    lost = _former_owner(before, after, store)
    released = lost and staff_deliveries.deliveries_to_contact(
        after, store, lost.contact_id, "released", now, ref=str(after.version)
    )
    return (*planned, *(released or ()))


def _dates_and_history(before: FollowUp, after: FollowUp, store: Store, now: datetime) -> Iterator[Put]:
    if after.owner is None:  # an owner gets a daily message that it is late, so no reminder
        yield from due.reminder_dates(after, store, now)
    if lost := _former_owner(before, after, store):
        above = ", ".join(c.name for c in store.with_contacts_on_duty(now).contacts_at_level(after.level))
        yield case_records.system_entry_put(after, "released", now, {"former": lost.name, "to": above})


def _former_owner(before: FollowUp, after: FollowUp, store: Store) -> Contact | None:
    """Return the contact who lost the follow-up by this, if any."""
    return store.contact(before.owner) if before.owner and after.owner is None else None
