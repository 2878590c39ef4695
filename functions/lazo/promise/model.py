"""Promises to customers: a debt with a date. Each has an owner, and ends kept, late, broken or withdrawn, once.

Whether a date can be held is asked by `lazo.promise.availability` before a promise is made or moved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from lazo.errors import Problem, Rejected
from lazo.messaging.customer_templates import customer_channels
from lazo.promise import availability
from lazo.promise.availability import DailyCommitments, DayOrInstant
from lazo.store.contacts import Channel, Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer

HearsBy = Literal["phone", "sms", "email", "in_person"]
HEARS_BY: tuple[HearsBy, ...] = ("phone", "sms", "email", "in_person")
PromiseState = Literal["open", "kept", "late", "broken", "withdrawn"]
PROMISE_STATES: Final[tuple[PromiseState, ...]] = ("open", "kept", "late", "broken", "withdrawn")

CHECKPOINTS_AT_MOST = 5
PROMISES_AT_MOST, PROGRESS_AT_MOST, MOVES_AT_MOST = 30, 50, 5
"""Of one follow-up; of one promise. A date that has moved five times is none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done on the way, in the words of who did it."""

    at: datetime
    by: str
    by_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Move:
    """A new date: which one it was before, why, and by which message the customer was told of it (None: by somebody,
    in person or on the phone)."""

    at: datetime
    by_name: str
    former: datetime
    due: datetime
    reason: str
    told: Channel | None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a customer was told to expect: `what`, until `due`, from `owner` (a contact's id), of which they hear by
    `hears_by`. `checkpoints`: when somebody looks whether it goes on, before `due`; `concern_id`: the concern that it
    is the plan for, if any. `made_by` is a contact's id.

    `at_risk`: the date that was in danger when it was last looked at. `missed`: the last of its dates that passed
    without its being kept; then it can only be late. `settled_at` is when it ended, by `settled_by` ("": by itself).
    `version` grows with every change.
    """

    promise_id: str
    followup_id: str
    store_id: str
    what: str
    due: datetime
    owner: str
    hears_by: HearsBy
    made_by: str
    made_at: datetime
    checkpoints: tuple[datetime, ...] = ()
    concern_id: str | None = None
    state: PromiseState = "open"
    version: int = 1
    progress: tuple[Progress, ...] = ()
    moved: tuple[Move, ...] = ()
    at_risk: datetime | None = None
    missed: datetime | None = None
    settled_by: str = ""
    settled_at: datetime | None = None

    @property
    def open(self) -> bool:
        """It is still owed."""
        return self.state == "open"

    def is_overdue(self, now: datetime) -> bool:
        """It is owed, and its date has come."""
        return self.open and self.due <= now

    def is_at_risk(self, now: datetime) -> bool:
        """Its date is near, and nobody has kept or moved it."""
        return self.open and self.at_risk == self.due > now


@dataclass(frozen=True, slots=True)
class PromiseRequest:
    """What somebody wants to promise. `when`: a day, which means its last open minute, or an instant."""

    what: str
    when: DayOrInstant
    owner: str
    hears_by: HearsBy
    checkpoints: tuple[date, ...] = ()
    concern_id: str | None = None


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """One promise made (`before` None) or changed."""

    before: Promise | None
    after: Promise


def ways_to_hear(reach: Answer | None) -> tuple[HearsBy, ...]:
    """How a customer can hear, by the answer whose contact may be used: in person always, else with their consent."""
    written = customer_channels(reach)
    phone: tuple[HearsBy, ...] = ("phone",) if "sms" in written else ()
    return (*phone, *written, "in_person")


def make_promise(
    asked: PromiseRequest,
    promise_id: str,
    followup_id: str,
    store: Store,
    reach: Answer | None,
    commitments: DailyCommitments,
    by: Contact,
    now: datetime,
) -> Promise:
    """The promise, if it can be held.

    Rejected otherwise, with the first date that fits in `first` where another would do: see `promise_dates.hold`; or
    `no_way` when the customer cannot hear by the way that was chosen (`ways`: those that there are), `outside` or
    `too_many` for checkpoints.
    """
    if asked.hears_by not in ways_to_hear(reach):
        raise Rejected(Problem("no_way", "hears_by", {"ways": ways_to_hear(reach)}))
    due = availability.confirm_date(asked.when, asked.owner, store, commitments, now)
    return Promise(
        promise_id=promise_id,
        followup_id=followup_id,
        store_id=store.store_id,
        what=asked.what,
        due=due,
        owner=asked.owner,
        hears_by=asked.hears_by,
        made_by=by.contact_id,
        made_at=now,
        checkpoints=_checkpoints(asked.checkpoints, due, store, now),
        concern_id=asked.concern_id,
    )


def add_progress(promise: Promise, text: str, by: Contact, now: datetime) -> Promise:
    """A step forward, however small."""
    _owed(promise)
    if len(promise.progress) >= PROGRESS_AT_MOST:
        raise Rejected(Problem("too_many", "text", {"most": PROGRESS_AT_MOST}))
    step = Progress(now, by.contact_id, by.name, text)
    return _changed(promise, progress=(*promise.progress, step))


def keep_promise(promise: Promise, by: str, now: datetime) -> Promise:
    """What was promised is done: kept, or late when one of its dates had passed before."""
    _owed(promise)
    in_time = promise.missed is None and now < promise.due
    return _changed(promise, state="kept" if in_time else "late", settled_by=by, settled_at=now)


def move_promise(
    promise: Promise,
    when: DayOrInstant,
    owner: str,
    reason: str,
    told: Channel | None,
    store: Store,
    commitments: DailyCommitments,
    by: Contact,
    now: datetime,
) -> Promise:
    """The promise with another date, or owner, that can be held; refused as `make` is, `same_date` when neither is
    another, and `moved_often` after five dates. A date that had passed stays missed."""
    _owed(promise)
    due = availability.confirm_date(when, owner, store, commitments, now, moving=promise)
    if due == promise.due and owner == promise.owner:
        raise Rejected(Problem("same_date", "date"))
    return _changed(_redated(promise, due, owner, reason, told, by, now))


def replan_promise(
    promise: Promise,
    asked: PromiseRequest,
    store: Store,
    reach: Answer | None,
    commitments: DailyCommitments,
    by: Contact,
    now: datetime,
) -> Promise:
    """The promise that is the plan for a concern, planned anew: other words, another way to hear of it, another date;
    refused as `make` and `move` are. The owner stays."""
    _owed(promise)
    if asked.hears_by not in ways_to_hear(reach):
        raise Rejected(Problem("no_way", "hears_by", {"ways": ways_to_hear(reach)}))
    due = availability.confirm_date(asked.when, promise.owner, store, commitments, now, moving=promise)
    same = _changed(promise, what=asked.what, hears_by=asked.hears_by)
    return same if due == promise.due else _redated(same, due, promise.owner, "", None, by, now)


def mark_at_risk(promise: Promise) -> Promise:
    """The date is near, and it is not kept yet."""
    return _changed(promise, at_risk=promise.due)


def mark_missed(promise: Promise) -> Promise:
    """The date has passed."""
    return _changed(promise, missed=promise.due)


def mark_broken(promise: Promise, now: datetime) -> Promise:
    """The days of grace have passed as well: it is broken."""
    return _changed(promise, state="broken", missed=promise.due, settled_at=now)


def erase_promise(promise: Promise, now: datetime) -> Promise:
    """What tells of the customer is removed; what was still owed is withdrawn."""
    ended = {} if promise.settled_at else {"state": "withdrawn", "settled_at": now}
    return _changed(
        promise,
        what="",
        progress=tuple(replace(each, text="") for each in promise.progress),
        moved=tuple(replace(each, reason="") for each in promise.moved),
        **ended,
    )


def keep_all(open_or_not: Iterable[Promise], by: str, now: datetime) -> tuple[PromiseChange, ...]:
    """Those still owed, kept or late: the customer says that it is solved."""
    return tuple(PromiseChange(each, keep_promise(each, by, now)) for each in open_or_not if each.open)


def lacks_progress(promise: Promise, now: datetime) -> bool:
    """Whether nothing was noted between the last checkpoint that has come and the one before it (or the making)."""
    come = [at for at in promise.checkpoints if at <= now]
    if not promise.open or not come:
        return False
    since = come[-2] if len(come) > 1 else promise.made_at
    return not any(each.at > since for each in promise.progress)


def next_checkpoint(promise: Promise, now: datetime) -> datetime | None:
    """The next one ahead, before the promise is due."""
    return next((at for at in promise.checkpoints if now < at < promise.due), None)


def _checkpoints(days: Sequence[date], due: datetime, store: Store, now: datetime) -> tuple[datetime, ...]:
    """When the shop opens on those days: who is reminded then has the day before them."""
    last = store.hours.local_date(due)
    given = sorted(set(days))
    if len(given) > CHECKPOINTS_AT_MOST:
        raise Rejected(Problem("too_many", "checkpoint", {"most": CHECKPOINTS_AT_MOST}))
    if given and (given[0] < store.hours.local_date(now) or given[-1] > last):
        raise Rejected(Problem("outside", "checkpoint"))
    opens = (availability.opening_on(day, store.hours) for day in given)
    return tuple(dict.fromkeys(at for at in opens if now < at < due))


def _redated(
    promise: Promise,
    due: datetime,
    owner: str,
    reason: str,
    told: Channel | None,
    by: Contact,
    now: datetime,
) -> Promise:
    if len(promise.moved) >= MOVES_AT_MOST:
        raise Rejected(Problem("moved_often", "date", {"most": MOVES_AT_MOST}))
    return replace(
        promise,
        due=due,
        owner=owner,
        moved=(*promise.moved, Move(now, by.name, promise.due, due, reason, told)),
        missed=promise.due if promise.due <= now else promise.missed,
    )


def _owed(promise: Promise) -> None:
    if not promise.open:
        raise Rejected(Problem("promise_settled", None))


def _changed(promise: Promise, **changes: Any) -> Promise:
    return replace(promise, version=promise.version + 1, **changes)
