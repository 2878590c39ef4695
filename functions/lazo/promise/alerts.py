"""Who is told what of a promise: a checkpoint without progress, a date in danger, a date that has passed."""

from collections.abc import Iterable
from datetime import datetime

from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery, Purpose, deliveries_to_contact
from lazo.promise.model import Promise
from lazo.store.model import Store
from lazo.timestamps import format_timestamp


def responsible_contact(promise: Promise, followup: FollowUp, store: Store, now: datetime) -> str | None:
    """Who has to keep it: its owner, or who has the follow-up, or whoever is first at its level, where those before
    them are of the shop no more; None when nobody is."""
    asked = (promise.owner, followup.owner or "")
    level = (c.contact_id for c in store.with_contacts_on_duty(now).contacts_at_level(followup.level))
    return next((each for each in (*asked, *level) if store.contact(each)), None)


def missed_checkpoint(
    promise: Promise, followup: FollowUp, store: Store, now: datetime
) -> tuple[Delivery, ...]:
    """A checkpoint has passed, and nothing was noted since the one before."""
    who = (responsible_contact(promise, followup, store, now),)
    return _told("promise_checkpoint", who, promise, followup, store, now, ref=format_timestamp(now))


def at_risk_deliveries(
    promise: Promise, followup: FollowUp, store: Store, now: datetime, *, customer_told: bool
) -> tuple[Delivery, ...]:
    """The date is near: whoever keeps it moves it in time, or keeps it, and tells the customer, unless that was done by
    itself. Told once more of a date that was moved and taken back."""
    who = (responsible_contact(promise, followup, store, now),)
    purpose: Purpose = "promise_late_told" if customer_told else "promise_at_risk"
    return _told(purpose, who, promise, followup, store, now, ref=str(promise.version))


def missed_deliveries(
    promise: Promise, followup: FollowUp, store: Store, now: datetime
) -> tuple[Delivery, ...]:
    """The date has passed: whoever should have kept it is told, and the next level of the chain."""
    owner = store.contact(responsible_contact(promise, followup, store, now) or "")
    here = store.with_contacts_on_duty(now)
    above = here.next_level(owner.level) if owner else None
    next_level = [c.contact_id for c in here.contacts_at_level(above)] if above is not None else []
    who = (owner.contact_id if owner else None, *next_level)
    return _told("promise_missed", who, promise, followup, store, now)


def is_still_relevant(delivery: Delivery, promise: Promise | None) -> bool:
    """Whether a message about a promise is still to be told: it is owed, and for that date."""
    return promise is not None and promise.open and promise.due == delivery.until


def _told(
    purpose: Purpose,
    who: Iterable[str | None],
    promise: Promise,
    followup: FollowUp,
    store: Store,
    now: datetime,
    ref: str = "",
) -> tuple[Delivery, ...]:
    return tuple(
        each
        for contact_id in dict.fromkeys(who)
        for each in deliveries_to_contact(
            followup,
            store,
            contact_id,
            purpose,
            now,
            ref=ref or format_timestamp(promise.due),
            promise_id=promise.promise_id,
            about=promise.what,
            until=promise.due,
        )
    )
