"""Say how a promise stands, in the words of the page."""

from datetime import datetime

from desk.web.render import Times
from lazo.promise import availability
from lazo.promise.model import Promise
from lazo.store.model import Store


def promise_state(promise: Promise, now: datetime) -> str:
    """How a promise stands, as it is called on pages."""
    if promise.is_overdue(now):
        return "overdue"
    return "at_risk" if promise.is_at_risk(now) else promise.state


def format_due(due: datetime, store: Store, times: Times) -> str:
    """The date of a promise: a day, with the hour where one was named."""
    whole = availability.is_whole_day(due, store.hours)
    return times.day(times.local(due).date()) if whole else times.when(due)
