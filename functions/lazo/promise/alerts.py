"""Alert contacts about a promise: it is given to them, a checkpoint without progress, a date at risk, a missed date."""

from collections.abc import Iterable
from datetime import datetime

from lazo.followup.model import FollowUp
from lazo.followup.responsible import responsible_contact, with_next_level
from lazo.followup.staff_deliveries import Delivery, Purpose, deliveries_to_contact
from lazo.promise.model import Promise
from lazo.store.model import Store
from lazo.timestamps import format_timestamp


def given_deliveries(
    promise: Promise, followup: FollowUp, store: Store, now: datetime
) -> tuple[Delivery, ...]:
    """Return the messages that tell its owner that a promise is theirs to keep."""
    return _deliveries_to(
        "promise_given", (promise.owner,), promise, followup, store, now, ref=str(promise.version)
    )


def missed_checkpoint(
    promise: Promise, followup: FollowUp, store: Store, now: datetime
) -> tuple[Delivery, ...]:
    """Return the alerts for a checkpoint that passed without progress since the one before it."""
    who = (responsible_contact(promise.owner, followup, store, now),)
    return _deliveries_to("promise_checkpoint", who, promise, followup, store, now, ref=format_timestamp(now))


def at_risk_deliveries(
    promise: Promise, followup: FollowUp, store: Store, now: datetime, *, customer_was_told: bool
) -> tuple[Delivery, ...]:
    """Return the alerts for a date that is near: the responsible contact must keep or move it in time, and tell the
    customer unless an automatic notice does (`customer_was_told`). A date moved away and back is alerted again."""
    who = (responsible_contact(promise.owner, followup, store, now),)
    purpose: Purpose = "promise_late_told" if customer_was_told else "promise_at_risk"
    return _deliveries_to(purpose, who, promise, followup, store, now, ref=str(promise.version))


def missed_deliveries(
    promise: Promise, followup: FollowUp, store: Store, now: datetime
) -> tuple[Delivery, ...]:
    """Return the alerts for a missed date, to the responsible contact and the next escalation level."""
    who = with_next_level(responsible_contact(promise.owner, followup, store, now), store, now)
    return _deliveries_to("promise_missed", who, promise, followup, store, now)


def open_deliveries(
    promises: Iterable[Promise], followup: FollowUp, store: Store, now: datetime
) -> tuple[Delivery, ...]:
    """Return the alerts that ask what becomes of the open promises of a case that its customer calls solved: one for
    each responsible contact, which names theirs."""
    by_contact: dict[str | None, list[str]] = {}
    for each in promises:
        if each.open:
            by_contact.setdefault(responsible_contact(each.owner, followup, store, now), []).append(each.what)
    return tuple(
        each
        for contact_id, what in by_contact.items()
        for each in deliveries_to_contact(
            followup,
            store,
            contact_id,
            "promises_open",
            now,
            ref=str(followup.version),
            about="; ".join(what),
        )
    )


def is_still_relevant(delivery: Delivery, promise: Promise | None) -> bool:
    """Return whether a delivery about a promise still applies: it is open and still due on that date; one that says
    whose it is, while it is theirs."""
    if promise is None or not promise.open or promise.due != delivery.until:
        return False
    return delivery.purpose != "promise_given" or promise.owner == delivery.contact_id


def _deliveries_to(
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
