"""Find the dates that can be promised: the store is open, and the owner is there and not fully booked."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from lazo.errors import Problem, Rejected
from lazo.promise.model import DayOrInstant, Promise
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.store.opening_hours import OpeningHours

DailyCommitments = Mapping[date, int]
"""How many promises of an owner are due on each day, from the requested one on; a missing day has none."""

MAX_AHEAD: Final = timedelta(days=90)
"""How far ahead a promise may be due."""
SEARCH_WINDOW: Final = timedelta(days=60)
"""How far after the requested day an alternative date is searched."""

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_TIME_TO_ACT: Final = timedelta(minutes=15)
"""A notice of delay must leave at least this much time to react."""


def confirm_date(
    when: DayOrInstant,
    owner: str,
    store: Store,
    commitments: DailyCommitments,
    now: datetime,
    *,
    moving: Promise | None = None,
) -> datetime:
    """Return the instant that `owner` can promise. `moving`: the promise that is moved there, if any; it is
    counted in its owner's commitments, and will not be once it moves.

    Raises Rejected `unknown_owner`, `in_the_past` or `too_far` (with `most` days); or `outside_hours`, `owner_away` or
    `owner_full`, with the owner's `name` and the `first` date that fits (None when there is none within two months).
    """
    who = store.contact(owner)
    if who is None:
        raise Rejected(Problem("unknown_owner", "owner"))
    if _is_past(when, store.hours, now):
        raise Rejected(Problem("in_the_past", "date"))
    if day_of(when, store.hours) > store.hours.local_date(now + MAX_AHEAD):
        raise Rejected(Problem("too_far", "date", {"most": MAX_AHEAD.days}))
    others = _commitments_without(commitments, who, moving, store.hours)
    at = due_instant(when, store.hours)
    if at is None or at <= now:
        code = "outside_hours"
    elif (found := conflict(at, who, store, others)) is None:
        return at
    else:
        code = found
    first = first_date_that_fits(when, who, store, others, now)
    raise Rejected(Problem(code, "date", {"first": first, "name": who.name}))


def conflict(at: datetime, owner: Contact, store: Store, commitments: DailyCommitments) -> str | None:
    """Return why the owner cannot promise it, if so: `outside_hours`, `owner_away` or `owner_full`."""
    day = store.hours.local_date(at)
    if not store.hours.is_open(at):
        return "outside_hours"
    if not owner.is_available_on(day):
        return "owner_away"
    return "owner_full" if commitments.get(day, 0) >= store.policy.promises_per_day else None


def first_date_that_fits(
    when: DayOrInstant, owner: Contact, store: Store, commitments: DailyCommitments, now: datetime
) -> datetime | None:
    """Return the first date from `when` on that the owner can promise: for a day its last open minute, for an instant
    itself or the first open one after it. None when there is none within two months."""
    hours = store.hours
    day = max(day_of(when, hours), hours.local_date(now))
    last = day + SEARCH_WINDOW
    while day <= last:
        at: datetime | None = None
        if isinstance(when, datetime):
            begins = max(when, now + _MINUTE, _midnight(day, hours))
            at = next(
                (opens for opens, _ in hours.open_intervals(begins, _midnight(day + _DAY, hours))), None
            )
        else:
            at = due_instant(day, hours)
        if at is not None and at > now and conflict(at, owner, store, commitments) is None:
            return at
        day += _DAY
    return None


def due_instant(when: DayOrInstant, hours: OpeningHours) -> datetime | None:
    """Return the instant that `when` stands for: for a day its last open minute, for closing time the minute before
    it. None when the store is closed then."""
    if isinstance(when, datetime):
        return next((at for at in (when, when - _MINUTE) if hours.is_open(at)), None)
    begins, ends = _midnight(when, hours), _midnight(when + _DAY, hours)
    if hours.always:
        return ends - _MINUTE
    # Hours belong to the day on which they start: those that run past midnight are not the next day's.
    opened = [s for s in hours.open_intervals(begins - _MINUTE, ends) if s[0] >= begins]
    return opened[-1][1] - _MINUTE if opened else None


def day_of(when: DayOrInstant, hours: OpeningHours) -> date:
    """Return the day of `when` in the store's calendar."""
    return hours.local_date(when) if isinstance(when, datetime) else when


def is_whole_day(due: datetime, hours: OpeningHours) -> bool:
    """Return whether a due instant stands for its whole day, that is, no time was named."""
    return due_instant(hours.local_date(due), hours) == due


def opening_on(day: date, hours: OpeningHours) -> datetime:
    """Return when the store opens on a day, or next after it."""
    return hours.next_opening(_midnight(day, hours))


def at_risk_time(due: datetime, since: datetime, store: Store) -> datetime:
    """Return when a promise that is not kept yet becomes at risk: the policy's hours before it is due, but not before
    half of the time since `since` has passed; in opening hours, when somebody reads the alert."""
    hours = store.hours
    at = max(due - timedelta(hours=store.policy.delay_notice_hours), since + (due - since) / 2)
    if hours.is_open(at):
        return at
    opens = hours.next_opening(at)
    if opens + _TIME_TO_ACT <= due:
        return opens
    before = hours.open_intervals(since, at)
    return max(since, before[-1][1] - _TIME_TO_ACT) if before else at


def broken_time(due: datetime, store: Store) -> datetime:
    """Return when a late promise that nobody kept becomes broken."""
    return store.hours.next_opening(due + timedelta(days=store.policy.promise_grace_days))


def _commitments_without(
    commitments: DailyCommitments, owner: Contact, moving: Promise | None, hours: OpeningHours
) -> DailyCommitments:
    """Return the owner's commitments without the promise that is to be moved."""
    if moving is None or moving.first_contact or moving.owner != owner.contact_id:
        return commitments
    day = hours.local_date(moving.due)
    return {**commitments, day: commitments.get(day, 0) - 1}


def _is_past(when: DayOrInstant, hours: OpeningHours, now: datetime) -> bool:
    return when <= now if isinstance(when, datetime) else when < hours.local_date(now)


def _midnight(day: date, hours: OpeningHours) -> datetime:
    """Return the start of the day in UTC: arithmetic in local time is wrong around a clock change."""
    return datetime.combine(day, time.min, tzinfo=hours.zone).astimezone(UTC)
