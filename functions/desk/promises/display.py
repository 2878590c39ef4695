"""How pages show the state and the date of a promise."""

from datetime import datetime

from desk.web.render import Times
from lazo.promise import availability
from lazo.promise.model import Promise
from lazo.store.model import Store


def promise_state(promise: Promise, now: datetime) -> str:
    """Return "overdue", "at_risk" or the promise's own state."""
    if promise.is_overdue(now):
        return "overdue"
    return "at_risk" if promise.is_at_risk(now) else promise.state


def format_due(due: datetime, store: Store, times: Times) -> str:
    """Return the date of a promise as text: a day, with the time only if one was promised."""
    # A promise without a time is due in the last minute of that day on which the store is open.
    whole = availability.is_whole_day(due, store.hours)
    return times.day(times.local(due).date()) if whole else times.when(due)
