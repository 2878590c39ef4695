"""Messages owed to contacts: who is told, on which channel, from when, and what follows from how it went."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from lazo.followup import FollowUp, Priority
from lazo.hours import outside_quiet
from lazo.sending import Channel, Sending
from lazo.store import Contact, Store

Purpose = Literal["alert", "escalation", "reminder", "assigned"]


@dataclass(frozen=True, slots=True)
class Delivery(Sending):
    """One message to one contact on one channel. `not_before` never changes, so that every attempt says the same."""

    followup_id: str
    store_id: str
    level: int
    round: int
    channel: Channel
    contact_id: str
    purpose: Purpose
    planned_at: datetime
    not_before: datetime


def plan(followup: FollowUp, store: Store, purpose: Purpose, now: datetime) -> tuple[Delivery, ...]:
    """What is owed at the follow-up's present level: SMS and e-mail to each of its contacts; for a light one the
    e-mail alone where there is one."""
    return tuple(
        _delivery(followup, store, contact, channel, purpose, now)
        for contact in store.at_level(followup.level)
        for channel in _at_once(_channels(contact, followup.priority), followup.priority)
    )


def assigned(followup: FollowUp, store: Store, now: datetime) -> tuple[Delivery, ...]:
    """What its new owner is owed: that the follow-up is theirs now, on each of their channels. `round` is the
    follow-up's version, so that each hand-over is told of."""
    owner = store.contact(followup.owner or "")
    if owner is None:
        return ()
    return tuple(
        replace(
            _delivery(followup, store, owner, channel, "assigned", now),
            level=owner.level,
            round=followup.version,
        )
        for channel in _channels(owner, followup.priority)
    )


def fallback(
    followup: FollowUp, store: Store, deliveries: Iterable[Delivery], now: datetime
) -> tuple[Delivery, ...] | None:
    """What to do when a delivery has failed for good: the contact's channels not tried yet, or None when nobody
    at this level can be reached and the follow-up has to go up; () while another delivery may still arrive."""
    chain = [d for d in deliveries if d.purpose != "assigned"]
    tried = [d for d in chain if d.level == followup.level and d.round == followup.round]
    if any(d.state != "failed" for d in tried):
        return ()
    more = tuple(
        _delivery(followup, store, contact, channel, _purpose(tried), now)
        for contact in store.at_level(followup.level)
        for channel in _channels(contact, followup.priority)
        if (contact.contact_id, channel) not in {(d.contact_id, d.channel) for d in tried}
    )
    return more or None


def wanted(delivery: Delivery, followup: FollowUp) -> bool:
    """Whether it is still to be told: nobody has taken the follow-up on, and no later reminder of the same level says
    it again (both may have waited for the same morning). To its new owner: while it is theirs, and not resolved."""
    if delivery.purpose == "assigned":
        return followup.owner == delivery.contact_id and followup.stage not in ("resolved", "confirmed")
    overtaken = delivery.level == followup.level and delivery.round < followup.round
    return followup.stage == "open" and not overtaken


def reachable_from(store: Store, contact: Contact, at: datetime) -> datetime:
    """The first instant from `at` at which the shop is open and the contact's quiet hours are over.

    A contact whose quiet hours leave no opening hour in the two weeks after the next opening is told at that opening
    all the same.
    """
    opening = instant = store.hours.next_opening(at)
    while instant < opening + timedelta(days=14):
        awake = outside_quiet(instant, contact.quiet, store.timezone)
        instant = store.hours.next_opening(awake)
        if instant == awake:
            return instant
    return opening


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
        not_before=now if followup.urgent else reachable_from(store, contact, now),
    )


def _channels(contact: Contact, priority: Priority) -> tuple[Channel, ...]:
    order: tuple[Channel, ...] = ("email", "sms") if priority == "light" else ("sms", "email")
    has = {"sms": contact.phone, "email": contact.email}
    return tuple(channel for channel in order if has[channel])


def _at_once(channels: tuple[Channel, ...], priority: Priority) -> tuple[Channel, ...]:
    return channels[:1] if priority == "light" else channels


def _purpose(tried: list[Delivery]) -> Purpose:
    return tried[0].purpose if tried else "alert"
