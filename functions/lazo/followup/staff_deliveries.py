"""Messages owed to contacts: who is told, on which channel, from when, and what follows from how it went."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from lazo.followup.model import FollowUp, Priority
from lazo.messaging.send_state import SendState
from lazo.store.contacts import Channel, Contact
from lazo.store.model import Store

Purpose = Literal[
    "alert",
    "escalation",
    "reminder",
    "passed_on",
    "assigned",
    "released",
    "late",
    "due_soon",
    "customer_waits",
    "not_solved",
    "promise_checkpoint",
    "promise_at_risk",
    "promise_late_told",
    "promise_missed",
]
TO_ESCALATION_LEVEL: Final[frozenset[Purpose]] = frozenset({"alert", "escalation", "reminder", "passed_on"})
"""Said to a level of the chain, so that somebody takes the follow-up on. The others are said to somebody by name."""
ABOUT_PROMISES: Final[frozenset[Purpose]] = frozenset(
    {"promise_checkpoint", "promise_at_risk", "promise_late_told", "promise_missed"}
)


@dataclass(frozen=True, slots=True)
class Delivery(SendState):
    """One message to one contact on one channel. `not_before` never changes, so that every attempt says the same.

    What belongs to no round of the chain has a `ref` (a version or an instant) that tells it from others of its
    purpose. It may be about a promise (`promise_id`), and say what it is `about` in somebody's words, and until when
    (`until`).
    """

    followup_id: str
    store_id: str
    level: int
    round: int
    channel: Channel
    contact_id: str
    purpose: Purpose
    planned_at: datetime
    not_before: datetime
    priority: Priority = "normal"
    ref: str = ""
    promise_id: str | None = None
    about: str = ""
    until: datetime | None = None


def plan_deliveries(
    followup: FollowUp, store: Store, purpose: Purpose, now: datetime
) -> tuple[Delivery, ...]:
    """What is owed at the follow-up's present level: SMS and e-mail to each of its contacts; for a light one the
    e-mail alone where there is one."""
    return tuple(
        _delivery(followup, store, contact, channel, purpose, now)
        for contact in store.with_contacts_on_duty(now).contacts_at_level(followup.level)
        for channel in _at_once(_channels(contact, followup.priority), followup.priority)
    )


def assigned_deliveries(followup: FollowUp, store: Store, now: datetime) -> tuple[Delivery, ...]:
    """What its new owner is owed: that the follow-up is theirs now, on each of their channels."""
    return deliveries_to_contact(followup, store, followup.owner, "assigned", now, ref=str(followup.version))


def deliveries_to_contact(
    followup: FollowUp,
    store: Store,
    contact_id: str | None,
    purpose: Purpose,
    now: datetime,
    *,
    ref: str,
    promise_id: str | None = None,
    about: str = "",
    until: datetime | None = None,
) -> tuple[Delivery, ...]:
    """A message to one contact of the shop, on each of their channels; () when they are none. `ref` tells it from
    others of the same purpose: the same twice is one."""
    contact = store.contact(contact_id or "")
    if contact is None:
        return ()
    return tuple(
        replace(
            _delivery(followup, store, contact, channel, purpose, now),
            level=contact.level,
            round=0,
            ref=ref,
            promise_id=promise_id,
            about=about,
            until=until,
        )
        for channel in _channels(contact, followup.priority)
    )


def late_deliveries(followup: FollowUp, store: Store, now: datetime) -> tuple[Delivery, ...]:
    """What follows when a deadline was missed at the chain's end: its owner is told, and whoever stands there, a day's
    reminder each (`followup` after `followup.escalate`)."""
    chain = store.with_contacts_on_duty(now).contacts
    end = max((c.level for c in chain), default=0)
    at_end = (c.contact_id for c in chain if c.level == end)
    return tuple(
        each
        for contact_id in dict.fromkeys((followup.owner or "", *at_end))
        for each in deliveries_to_contact(followup, store, contact_id, "late", now, ref=str(followup.version))
    )


def fallback_deliveries(
    followup: FollowUp, store: Store, deliveries: Iterable[Delivery], now: datetime
) -> tuple[Delivery, ...] | None:
    """What to do when a delivery has failed for good: the contact's channels not tried yet, or None when nobody
    at this level can be reached and the follow-up has to go up; () while another delivery may still arrive."""
    chain = [d for d in deliveries if d.purpose in TO_ESCALATION_LEVEL]
    tried = [d for d in chain if d.level == followup.level and d.round == followup.round]
    if any(d.state != "failed" for d in tried):
        return ()
    more = tuple(
        _delivery(followup, store, contact, channel, _purpose(tried), now)
        for contact in store.with_contacts_on_duty(now).contacts_at_level(followup.level)
        for channel in _channels(contact, followup.priority)
        if (contact.contact_id, channel) not in {(d.contact_id, d.channel) for d in tried}
    )
    return more or None


def is_still_relevant(delivery: Delivery, followup: FollowUp) -> bool:
    """Whether it is still to be told. To the chain: nobody has the follow-up, and no later reminder of the same level
    says it again (both may have waited for the same morning). To somebody by name: while what it says still holds."""
    if delivery.purpose in ABOUT_PROMISES:
        # What was promised is owed, also to a customer who does not say whether it is solved.
        return followup.stage != "confirmed"
    if followup.ended:
        return False
    match delivery.purpose:
        case "assigned":
            return followup.owner == delivery.contact_id and followup.stage != "resolved"
        case "released":
            return followup.owner != delivery.contact_id
        case "due_soon":
            return followup.deadline == delivery.until
        case "late":
            return followup.owner is not None and delivery.ref == str(followup.version)
        case "customer_waits":
            return followup.stage != "resolved"
        case "not_solved":
            return followup.stage == "contacted"
    overtaken = delivery.level == followup.level and delivery.round < followup.round
    return followup.owner is None and not overtaken


def next_reachable_time(store: Store, contact: Contact, at: datetime) -> datetime:
    """The first instant from `at` at which the shop is open and the contact's quiet hours are over.

    A contact whose quiet hours leave no opening hour in the two weeks after the next opening is told at that opening
    all the same.
    """
    return store.hours.next_opening_outside(contact.quiet, at)


def _delivery(
    followup: FollowUp, store: Store, contact: Contact, channel: Channel, purpose: Purpose, now: datetime
) -> Delivery:
    return Delivery(
        followup_id=followup.followup_id,
        store_id=followup.store_id,
        level=followup.level,
        round=followup.round,
        channel=channel,
        contact_id=contact.contact_id,
        purpose=purpose,
        planned_at=now,
        not_before=now if followup.urgent else next_reachable_time(store, contact, now),
        priority=followup.priority,
    )


def _channels(contact: Contact, priority: Priority) -> tuple[Channel, ...]:
    order: tuple[Channel, ...] = ("email", "sms") if priority == "light" else ("sms", "email")
    has = {"sms": contact.phone, "email": contact.email}
    return tuple(channel for channel in order if has[channel])


def _at_once(channels: tuple[Channel, ...], priority: Priority) -> tuple[Channel, ...]:
    return channels[:1] if priority == "light" else channels


def _purpose(tried: list[Delivery]) -> Purpose:
    return tried[0].purpose if tried else "alert"
