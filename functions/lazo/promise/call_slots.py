"""The times at which a customer may choose to be called: each is one that can be promised."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from lazo.promise import availability
from lazo.promise.availability import DailyCommitments
from lazo.store.contacts import Contact
from lazo.store.model import Store

LENGTH: Final = timedelta(hours=2)
OFFERED_AT_MOST: Final = 6
CALLS_AT_MOST: Final = 3
"""Calls that one store promises for the same time."""
_DAYS: Final = 3
_NOTICE: Final = timedelta(minutes=30)
"""The shortest time between asking and the first minute of a call."""


@dataclass(frozen=True, slots=True)
class CallSlot:
    """A customer is called at `begins` or later, and before `ends`."""

    begins: datetime
    ends: datetime


def call_slots(
    store: Store, owner: Contact, commitments: DailyCommitments, now: datetime
) -> tuple[CallSlot, ...]:
    """Return the next times that `owner` can promise: two hours from an even hour of the store's clock on, all of them
    in opening hours and outside the customers' quiet hours, on a day on which the owner is there and not fully booked.
    `commitments`: the owner's, from today on."""
    today = store.hours.local_date(now)
    found: list[CallSlot] = []
    for day in (today + timedelta(days=number) for number in range(_DAYS)):
        for hour in range(0, 24, 2):
            begins = datetime.combine(day, time(hour), store.hours.zone)
            slot = CallSlot(begins, begins + LENGTH)
            if begins >= now + _NOTICE and _can_be_promised(slot, store, owner, commitments):
                found.append(slot)
    return tuple(found[:OFFERED_AT_MOST])


def _can_be_promised(slot: CallSlot, store: Store, owner: Contact, commitments: DailyCommitments) -> bool:
    inside = store.hours.open_intervals(slot.begins, slot.ends) == [(slot.begins, slot.ends)]
    awake = all(
        store.next_customer_contact_time(at) == at
        for at in (slot.begins, slot.begins + LENGTH / 2, slot.ends - timedelta(minutes=1))
    )
    last = slot.ends - timedelta(minutes=1)
    return inside and awake and availability.conflict(last, owner, store, commitments) is None
