"""Which dates can be promised: those on which the shop is open, and its owner is there and has room for one more."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol

from lazo.errors import Problem, Rejected
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.store.opening_hours import OpeningHours

DayOrInstant = date | datetime
"""A day, which means its last open minute; or an instant."""
DailyCommitments = Mapping[date, int]
"""What is promised by an owner for each day, from the day in question on; days without any may be missing."""

MAX_AHEAD: Final = timedelta(days=90)
"""How far ahead something can be promised."""
SEARCH_WINDOW: Final = timedelta(days=60)
"""How far after the date that somebody asked for a date that fits is looked for."""

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_TO_ACT: Final = timedelta(minutes=15)
"""What a notice of delay is of use for at the least."""


class DatedPromise(Protocol):
    """A promise that has its place already, and gives it up when it moves."""

    @property
    def owner(self) -> str: ...
    @property
    def due(self) -> datetime: ...


def confirm_date(
    when: DayOrInstant,
    owner: str,
    store: Store,
    commitments: DailyCommitments,
    now: datetime,
    *,
    moving: DatedPromise | None = None,
) -> datetime:
    """The instant that `owner` can promise; `moving` is the promise that is to be moved there.

    Rejected `unknown_owner`, `in_the_past`, `too_far` (`most` days), and with the first date that fits (`first`, None
    when there is none within two months) `outside_hours`, `owner_away` or `owner_full` (with the owner's `name`).
    """
    who = store.contact(owner)
    if who is None:
        raise Rejected(Problem("unknown_owner", "owner"))
    if _past(when, store.hours, now):
        raise Rejected(Problem("in_the_past", "date"))
    at = due_instant(when, store.hours)
    if day_of(when, store.hours) > store.hours.local_date(now + MAX_AHEAD):
        raise Rejected(Problem("too_far", "date", {"most": MAX_AHEAD.days}))
    code = "outside_hours"
    if at is not None and at > now:
        found = conflict(at, who, store, _others(commitments, who, moving, store.hours))
        if found is None:
            return at
        code = found
    first = first_date_that_fits(when, who, store, _others(commitments, who, moving, store.hours), now)
    raise Rejected(Problem(code, "date", {"first": first, "name": who.name}))


def conflict(at: datetime, owner: Contact, store: Store, commitments: DailyCommitments) -> str | None:
    """Why the owner cannot promise the instant: `outside_hours`, `owner_away` or `owner_full`; None when they can."""
    day = store.hours.local_date(at)
    if not store.hours.is_open(at):
        return "outside_hours"
    if not owner.is_available_on(day):
        return "owner_away"
    return "owner_full" if commitments.get(day, 0) >= store.policy.promises_per_day else None


def first_date_that_fits(
    when: DayOrInstant, owner: Contact, store: Store, commitments: DailyCommitments, now: datetime
) -> datetime | None:
    """The first date from `when` on that the owner can promise: of a day its last open minute, of an instant the
    instant itself or else the first open one after it. None when there is none within two months."""
    hours = store.hours
    day = max(day_of(when, hours), hours.local_date(now))
    last = day + SEARCH_WINDOW
    while day <= last:
        at: datetime | None = None
        if isinstance(when, datetime):
            begins = max(when, now + _MINUTE, _midnight(day, hours))
            at = next((opens for opens, _ in hours.open_between(begins, _midnight(day + _DAY, hours))), None)
        else:
            at = due_instant(day, hours)
        if at is not None and at > now and conflict(at, owner, store, commitments) is None:
            return at
        day += _DAY
    return None


def due_instant(when: DayOrInstant, hours: OpeningHours) -> datetime | None:
    """The instant that is meant: of a day the last minute on which the shop is open, and of closing time the last
    minute before it. None when the shop is closed then."""
    if isinstance(when, datetime):
        return next((at for at in (when, when - _MINUTE) if hours.is_open(at)), None)
    begins, ends = _midnight(when, hours), _midnight(when + _DAY, hours)
    if hours.always:
        return ends - _MINUTE
    # Hours belong to the day on which they begin: what is left of the evening before is none of this day's.
    opened = [s for s in hours.open_between(begins - _MINUTE, ends) if s[0] >= begins]
    return opened[-1][1] - _MINUTE if opened else None


def day_of(when: DayOrInstant, hours: OpeningHours) -> date:
    """The day that is meant, by the shop's calendar."""
    return hours.local_date(when) if isinstance(when, datetime) else when


def is_whole_day(due: datetime, hours: OpeningHours) -> bool:
    """Whether a date is that of a day, and no hour of it was named."""
    return due_instant(hours.local_date(due), hours) == due


def opening_on(day: date, hours: OpeningHours) -> datetime:
    """When the shop opens on a day, or next after it."""
    return hours.next_opening(_midnight(day, hours))


def at_risk_time(due: datetime, since: datetime, store: Store) -> datetime:
    """When a promise that is not kept yet is at risk: the policy's hours before it is due, but not before half of the
    time since `since` is over; in opening hours, so that somebody hears of it in time."""
    hours = store.hours
    at = max(due - timedelta(hours=store.policy.delay_notice_hours), since + (due - since) / 2)
    if hours.is_open(at):
        return at
    opens = hours.next_opening(at)
    if opens + _TO_ACT <= due:
        return opens
    before = hours.open_between(since, at)
    return max(since, before[-1][1] - _TO_ACT) if before else at


def broken_time(due: datetime, store: Store) -> datetime:
    """When a promise that nobody kept is late no more, but broken."""
    return store.hours.next_opening(due + timedelta(days=store.policy.promise_grace_days))


def _others(
    commitments: DailyCommitments, owner: Contact, moving: DatedPromise | None, hours: OpeningHours
) -> DailyCommitments:
    """What the owner has promised beside the promise that is to be moved."""
    if moving is None or moving.owner != owner.contact_id:
        return commitments
    day = hours.local_date(moving.due)
    return {**commitments, day: commitments.get(day, 0) - 1}


def _past(when: DayOrInstant, hours: OpeningHours, now: datetime) -> bool:
    return when <= now if isinstance(when, datetime) else when < hours.local_date(now)


def _midnight(day: date, hours: OpeningHours) -> datetime:
    """In UTC: what is compared with or counted from an hour that the clock shows twice would go wrong."""
    return datetime.combine(day, time.min, tzinfo=hours.zone).astimezone(UTC)
