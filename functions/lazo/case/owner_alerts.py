"""Tell contacts what was given to them, and about the deadline of a concern: a checkpoint, near, missed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from lazo.case import concerns
from lazo.case.concerns import Concern
from lazo.followup.contact_hours import next_reachable_time
from lazo.followup.model import FollowUp
from lazo.followup.responsible import responsible_contact, with_next_level
from lazo.followup.staff_deliveries import Delivery, Purpose, deliveries_to_contact
from lazo.promise import alerts as promise_alerts
from lazo.promise.model import PromiseChange
from lazo.store.model import Store
from lazo.timestamps import format_timestamp


def given_deliveries(
    added: Iterable[Concern],
    promises: Iterable[PromiseChange],
    followup: FollowUp,
    store: Store,
    by: str,
    now: datetime,
) -> tuple[Delivery, ...]:
    """Return the messages that tell owners of the concerns that were `added` or moved, and of the promises and plans
    that are new or have another owner. `by`: the contact who gave them; nobody is told of what they gave themselves."""
    of_promises = (
        each
        for change in promises
        if change.after.open and change.after.owner not in (by, change.before and change.before.owner)
        for each in promise_alerts.given_deliveries(change.after, followup, store, now)
    )
    of_concerns = (
        each
        for concern in added
        if concern.owner != by
        for each in _deliveries_to("concern_given", (concern.owner,), concern, followup, store, now)
    )
    return (*of_concerns, *of_promises)


def checkpoint_deliveries(
    concern: Concern, followup: FollowUp, store: Store, now: datetime
) -> tuple[Delivery, ...]:
    """Return the messages for a checkpoint of an open concern."""
    who = (responsible_contact(concern.owner, followup, store, now),)
    day = store.hours.local_date(now).isoformat()
    return _deliveries_to("concern_checkpoint", who, concern, followup, store, now, ref=day)


def due_soon_deliveries(
    concern: Concern, followup: FollowUp, store: Store, now: datetime
) -> tuple[Delivery, ...]:
    """Return the messages for a deadline that is near."""
    who = (responsible_contact(concern.owner, followup, store, now),)
    return _deliveries_to("concern_due_soon", who, concern, followup, store, now)


def missed_deliveries(
    concern: Concern, followup: FollowUp, store: Store, now: datetime
) -> tuple[Delivery, ...]:
    """Return the messages for a missed deadline, to the responsible contact and the next escalation level."""
    who = with_next_level(responsible_contact(concern.owner, followup, store, now), store, now)
    return _deliveries_to("concern_missed", who, concern, followup, store, now)


def is_still_relevant(delivery: Delivery, concern: Concern | None) -> bool:
    """Return whether a delivery about a concern still applies: it is open, and has that deadline; one that says whose
    it is, while it is theirs."""
    if concern is None or concern.state != "open" or not delivery.ref.startswith(_ref(concern)):
        return False
    return delivery.purpose != "concern_given" or concern.owner == delivery.contact_id


def _ref(concern: Concern) -> str:
    """Return what the deliveries about a concern have alike until it is moved."""
    moved = f"-{format_timestamp(concern.moved_at)}" if concern.moved_at else ""
    return f"{concern.concern_id}-{concern.deadline.isoformat()}{moved}"


def _deliveries_to(
    purpose: Purpose,
    who: Iterable[str | None],
    concern: Concern,
    followup: FollowUp,
    store: Store,
    now: datetime,
    ref: str = "",
) -> tuple[Delivery, ...]:
    """Return the messages to these contacts. They wait for their hours even if the follow-up is urgent: a day ends at
    midnight."""
    last = concerns.last_minute(concern, store)
    contacts = filter(None, (store.contact(contact_id or "") for contact_id in dict.fromkeys(who)))
    return tuple(
        replace(each, not_before=next_reachable_time(store, contact, now, reminder=True))
        for contact in contacts
        for each in deliveries_to_contact(
            followup,
            store,
            contact.contact_id,
            purpose,
            now,
            ref=f"{_ref(concern)}-{ref}" if ref else _ref(concern),
            about=concern.text,
            until=last,
            concern_id=concern.concern_id,
        )
    )
