"""Compute when a contact may be told something: while their store is open, and they are awake."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.store.opening_hours import next_time_outside_quiet

ASLEEP: Final = ("21:00", "08:00")
"""Quiet hours for reminders to a contact who has named none, in the store's wall time: a store that is always open has
somebody awake for a customer who is there, and nobody who wants to be reminded at midnight."""

MORNING: Final = timedelta(hours=4)
"""How long after the first possible time of a day what is said once a day may still be said that day."""


def next_reachable_time(store: Store, contact: Contact, at: datetime, *, reminder: bool = False) -> datetime:
    """Return the first time from `at` on when the store is open and the contact's quiet hours are over; for a
    `reminder` ASLEEP where the contact has none.

    If the quiet hours cover all opening hours of the two weeks after the next opening, return that opening.
    """
    return store.hours.next_opening_outside(_quiet(contact, reminder=reminder), at)


def next_daily_time(store: Store, contact: Contact, at: datetime) -> datetime:
    """Return when what is said once a day may be said next: in the morning, the four hours that begin with the day's
    first time at which the contact may be reminded. All that falls due on one day is then said together."""
    quiet = _quiet(contact, reminder=True)
    day = store.hours.local_date(at)
    while True:
        midnight = datetime.combine(day, time.min, ZoneInfo(store.timezone))
        first = store.hours.next_opening_outside(
            quiet, next_time_outside_quiet(midnight, quiet, store.timezone)
        )
        if at < first + MORNING:
            return max(first, store.hours.next_opening_outside(quiet, at))
        day += timedelta(days=1)


def _quiet(contact: Contact, *, reminder: bool) -> tuple[str, str] | None:
    return contact.quiet or (ASLEEP if reminder else None)
