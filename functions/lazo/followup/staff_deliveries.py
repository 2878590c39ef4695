"""Plan the messages to a store's contacts: to whom, by which channel, from when, and after a failure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from lazo.followup.contact_hours import next_daily_time, next_reachable_time
from lazo.followup.model import FollowUp, Priority
from lazo.messaging.send_state import SendState
from lazo.store.contacts import Channel, Contact
from lazo.store.model import Store
from lazo.text.contact_details import is_landline

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
    "danger",
    "promise_given",
    "customer_wrote",
    "promise_checkpoint",
    "promise_at_risk",
    "promise_late_told",
    "promise_missed",
    "concern_given",
    "concern_checkpoint",
    "concern_due_soon",
    "concern_missed",
    "promises_open",
]
Asked = Literal["come", "call", "write", "added"]
"""What a customer asks for on the thanks page: that somebody comes, a call, a message; or they left a contact."""
TO_ESCALATION_LEVEL: Final[frozenset[Purpose]] = frozenset({"alert", "escalation", "reminder", "passed_on"})
"""Sent to a whole escalation level, so that somebody takes the follow-up on. Others go to one person."""
AT_ONCE: Final[frozenset[Purpose]] = frozenset(
    {"alert", "escalation", "passed_on", "danger", "not_solved", "customer_wrote"}
)
"""Asks somebody to act while the customer may still be there, or has just written, so each goes alone. Others are
reminders: those for one person within a few minutes go as one."""
ABOUT_PROMISES: Final[frozenset[Purpose]] = frozenset(
    {"promise_given", "promise_checkpoint", "promise_at_risk", "promise_late_told", "promise_missed"}
)
ABOUT_CONCERNS: Final[frozenset[Purpose]] = frozenset(
    {"concern_given", "concern_checkpoint", "concern_due_soon", "concern_missed"}
)


@dataclass(frozen=True, slots=True)
class Delivery(SendState):
    """One message to one contact on one channel. `not_before` never changes, so that every attempt sends the same
    text.

    `ref` (a version or a timestamp) makes the key unique for deliveries that are not part of an escalation round. The
    message may be about a promise (`promise_id`) or a concern (`concern_id`), quote somebody's words (`about`), name a
    date (`until`), and say what the customer `asks` for on the thanks page, a call from `until` on. `bundle`: the id of
    the bundle that told it; "" where it was a message of its own.
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
    concern_id: str | None = None
    bundle: str = ""
    asks: tuple[Asked, ...] = ()


def plan_deliveries(
    followup: FollowUp, store: Store, purpose: Purpose, now: datetime, *, about: str = ""
) -> tuple[Delivery, ...]:
    """Return the deliveries to the follow-up's current level, of a danger's reminder to all levels: SMS and e-mail to
    each contact; for a light follow-up one channel only, e-mail where there is one; for a doubtful one e-mail alone,
    unless it is urgent. `about`: words to quote in place of the first answer's."""
    on_duty = store.with_contacts_on_duty(now)
    everybody = followup.urgent and purpose == "reminder"
    return tuple(
        replace(_delivery(followup, store, contact, channel, purpose, now), about=about)
        for contact in (on_duty.contacts if everybody else on_duty.contacts_at_level(followup.level))
        for channel in _first_channels(_channels(contact, followup), followup.priority)
    )


def assigned_deliveries(followup: FollowUp, store: Store, now: datetime) -> tuple[Delivery, ...]:
    """Return the deliveries that tell the new owner, on each channel, that the follow-up is theirs."""
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
    concern_id: str | None = None,
) -> tuple[Delivery, ...]:
    """Return a delivery on each channel of one contact of the store; () when the store has no such contact. `ref`
    makes the key unique: the same `ref` and purpose twice is one delivery."""
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
            concern_id=concern_id,
        )
        for channel in _channels(contact, followup)
    )


def deliveries_to_responsible(
    followup: FollowUp, store: Store, purpose: Purpose, now: datetime, about: str
) -> tuple[Delivery, ...]:
    """Return the deliveries to the owner, or without one to everybody at the current level, which quote `about`. There
    is one set for each version of the follow-up."""
    owner = store.contact(followup.owner or "")
    recipients = [owner] if owner else store.with_contacts_on_duty(now).contacts_at_level(followup.level)
    return tuple(
        each
        for contact in recipients
        for each in deliveries_to_contact(
            followup, store, contact.contact_id, purpose, now, ref=str(followup.version), about=about
        )
    )


def danger_deliveries(followup: FollowUp, store: Store, now: datetime, about: str) -> tuple[Delivery, ...]:
    """Return the deliveries that tell of a danger which a customer named after the first alert, in the words `about`:
    to the current level, and to the owner: having the case is no reaction to the danger yet."""
    if followup.owner is None:
        return plan_deliveries(followup, store, "alert", now, about=about)
    at_level = store.with_contacts_on_duty(now).contacts_at_level(followup.level)
    ref = str(followup.version)
    return tuple(
        each
        for contact_id in dict.fromkeys((followup.owner, *(c.contact_id for c in at_level)))
        for each in deliveries_to_contact(followup, store, contact_id, "danger", now, ref=ref, about=about)
    )


def late_deliveries(followup: FollowUp, store: Store, now: datetime) -> tuple[Delivery, ...]:
    """Return the deliveries for a deadline missed at the highest level, to the owner and to everybody at that level:
    one reminder a day (`followup` as `lifecycle.escalate` returned it)."""
    contacts = store.with_contacts_on_duty(now).contacts
    top = max((c.level for c in contacts), default=0)
    at_top = (c.contact_id for c in contacts if c.level == top)
    return tuple(
        each
        for contact_id in dict.fromkeys((followup.owner or "", *at_top))
        for each in deliveries_to_contact(followup, store, contact_id, "late", now, ref=str(followup.version))
    )


def fallback_deliveries(
    followup: FollowUp, store: Store, deliveries: Iterable[Delivery], now: datetime
) -> tuple[Delivery, ...] | None:
    """Return what follows when a delivery has failed for good: the channels of this level not tried yet; () while
    another delivery may still arrive; None when nobody at this level is left to try: escalate."""
    alerts = [d for d in deliveries if d.purpose in TO_ESCALATION_LEVEL]
    tried = [d for d in alerts if d.level == followup.level and d.round == followup.round]
    if any(d.state != "failed" for d in tried):
        return ()
    more = tuple(
        _delivery(followup, store, contact, channel, _purpose_of(tried), now)
        for contact in store.with_contacts_on_duty(now).contacts_at_level(followup.level)
        for channel in _channels(contact, followup)
        if (contact.contact_id, channel) not in {(d.contact_id, d.channel) for d in tried}
    )
    return more or None


def is_still_relevant(delivery: Delivery, followup: FollowUp) -> bool:
    """Return whether a delivery still applies. An alert to a level does while the follow-up has no owner and no later
    reminder of that level repeats it (both may wait for the same morning); others while true."""
    if followup.restricted_at:
        return False
    if delivery.purpose in ABOUT_PROMISES:
        # "Solved" is about the case: a promise stays due until it ends itself.
        return followup.erased_at is None
    if delivery.purpose == "promises_open":
        return followup.stage == "confirmed" and followup.erased_at is None
    if followup.ended:
        return False
    if delivery.purpose in ABOUT_CONCERNS:
        return True
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
        case "danger":
            return True
        case "not_solved":
            return followup.stage != "resolved"
        case "customer_wrote":
            return True
    overtaken = delivery.level == followup.level and delivery.round < followup.round
    return followup.owner is None and not overtaken


def goes_alone(delivery: Delivery, followup: FollowUp) -> bool:
    """Return whether a delivery is a message of its own, and no part of the next one that its reader gets anyway. A
    danger always is; what may not be a customer's never."""
    return followup.urgent or (delivery.purpose in AT_ONCE and not followup.doubts)


def next_time(delivery: Delivery, store: Store, contact: Contact, at: datetime) -> datetime:
    """Return the first time from `at` on at which its reader may get the delivery."""
    return next_reachable_time(store, contact, at, reminder=delivery.purpose not in AT_ONCE)


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
        not_before=_first_time(followup, store, contact, purpose, now),
        priority=followup.priority,
    )


def _first_time(
    followup: FollowUp, store: Store, contact: Contact, purpose: Purpose, now: datetime
) -> datetime:
    if followup.urgent:
        return now
    if purpose in ("reminder", "late") and followup.round > 1:
        # The highest level was reminded on the day that it missed. From then on: daily, all cases together.
        return next_daily_time(store, contact, now)
    return next_reachable_time(store, contact, now, reminder=purpose not in AT_ONCE)


def _channels(contact: Contact, followup: FollowUp) -> tuple[Channel, ...]:
    order: tuple[Channel, ...] = ("email", "sms") if followup.priority == "light" else ("sms", "email")
    if followup.doubts and not followup.urgent:
        order = ("email",)
    # A landline alone stands for an SMS that is never sent: its failure moves an alert on to the next level at once.
    by_sms = contact.phone and not (contact.email and is_landline(contact.phone))
    has = {"sms": by_sms, "email": contact.email}
    return tuple(channel for channel in order if has[channel])


def _first_channels(channels: tuple[Channel, ...], priority: Priority) -> tuple[Channel, ...]:
    return channels[:1] if priority == "light" else channels


def _purpose_of(tried: list[Delivery]) -> Purpose:
    return tried[0].purpose if tried else "alert"
