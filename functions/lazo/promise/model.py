"""Promises to customers. Each has an owner and a due date, and ends once: kept, late, broken or withdrawn.

`lazo.promise.availability` checks that the owner can hold a date before a promise is made or moved.
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
"""Promises of one follow-up; progress notes and moves of one promise. Nobody relies on a date after five
moves."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done for a promise, in the words of the person who did it."""

    at: datetime
    by: str
    by_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Move:
    """A change of date from `former` to `due`, with the reason. `told`: the channel of the message that told
    the customer; None when a person told them directly."""

    at: datetime
    by_name: str
    former: datetime
    due: datetime
    reason: str
    told: Channel | None


@dataclass(frozen=True, slots=True)
class Promise:
    """What a customer was promised: `what`, by `due`, from `owner` (a contact's id). The customer hears of it
    by `hears_by`. `checkpoints`: when progress is checked, all before `due`; `concern_id`: the concern that
    this is the plan for, if any. `made_by` is a contact's id.

    `at_risk`: the due date that was last found at risk. `missed`: the last of its dates that passed before it
    was kept; from then on it can only end late. `settled_by`: a contact's id, "" when it ended automatically.
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
        """Whether it has not ended."""
        return self.state == "open"

    def is_overdue(self, now: datetime) -> bool:
        """Return whether it is open and its date has passed."""
        return self.open and self.due <= now

    def is_at_risk(self, now: datetime) -> bool:
        """Return whether its date is near and nobody has kept or moved it."""
        return self.open and self.at_risk == self.due > now


@dataclass(frozen=True, slots=True)
class PromiseRequest:
    """A promise that somebody wants to make. `when`: see DayOrInstant."""

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
    """Return how a customer can hear from the store: in person always, by phone, SMS and e-mail only with the
    consent of `reach`, the answer whose contact details may be used."""
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
    """Return the promise if it can be held.

    Raises Rejected as `availability.confirm_date` does, or `no_way` when the customer cannot hear by the
    chosen way (with the possible `ways`), `outside` or `too_many` for checkpoints.
    """
    _require_way(asked, reach)
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
        checkpoints=_checkpoint_times(asked.checkpoints, due, store, now),
        concern_id=asked.concern_id,
    )


def add_progress(promise: Promise, text: str, by: Contact, now: datetime) -> Promise:
    """Return the promise with one more progress note. Raises Rejected `promise_settled` or `too_many`."""
    _require_open(promise)
    if len(promise.progress) >= PROGRESS_AT_MOST:
        raise Rejected(Problem("too_many", "text", {"most": PROGRESS_AT_MOST}))
    step = Progress(now, by.contact_id, by.name, text)
    return _changed(promise, progress=(*promise.progress, step))


def keep_promise(promise: Promise, by: str, now: datetime) -> Promise:
    """Return the promise as kept, or as late when one of its dates has passed. Raises Rejected
    `promise_settled`."""
    _require_open(promise)
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
    """Return the promise with another date or owner. A date that has passed stays missed.

    Raises Rejected as `availability.confirm_date` does, `promise_settled`, `same_date` when neither differs,
    or `moved_often` after five moves.
    """
    _require_open(promise)
    due = availability.confirm_date(when, owner, store, commitments, now, moving=promise)
    if due == promise.due and owner == promise.owner:
        raise Rejected(Problem("same_date", "date"))
    return _changed(_with_date(promise, due, owner, reason, told, by, now))


def replan_promise(
    promise: Promise,
    asked: PromiseRequest,
    store: Store,
    reach: Answer | None,
    commitments: DailyCommitments,
    by: Contact,
    now: datetime,
) -> Promise:
    """Return the promise for a planned concern with other words, another way to hear of it, or another date;
    the owner stays. Raises Rejected as `make_promise` and `move_promise` do."""
    _require_open(promise)
    _require_way(asked, reach)
    due = availability.confirm_date(asked.when, promise.owner, store, commitments, now, moving=promise)
    same = _changed(promise, what=asked.what, hears_by=asked.hears_by)
    return same if due == promise.due else _with_date(same, due, promise.owner, "", None, by, now)


def mark_at_risk(promise: Promise) -> Promise:
    """Return the promise with its current date marked as at risk."""
    return _changed(promise, at_risk=promise.due)


def mark_missed(promise: Promise) -> Promise:
    """Return the promise with its current date marked as missed."""
    return _changed(promise, missed=promise.due)


def mark_broken(promise: Promise, now: datetime) -> Promise:
    """Return the promise as broken: the policy's days of grace have passed too."""
    return _changed(promise, state="broken", missed=promise.due, settled_at=now)


def erase_promise(promise: Promise, now: datetime) -> Promise:
    """Return the promise without the texts that describe the customer; an open one is withdrawn."""
    ended = {} if promise.settled_at else {"state": "withdrawn", "settled_at": now}
    return _changed(
        promise,
        what="",
        progress=tuple(replace(each, text="") for each in promise.progress),
        moved=tuple(replace(each, reason="") for each in promise.moved),
        **ended,
    )


def keep_all(open_or_not: Iterable[Promise], by: str, now: datetime) -> tuple[PromiseChange, ...]:
    """Return the open ones as kept or late, when the customer says that it is solved."""
    return tuple(PromiseChange(each, keep_promise(each, by, now)) for each in open_or_not if each.open)


def lacks_progress(promise: Promise, now: datetime) -> bool:
    """Return whether no progress was noted between the latest checkpoint that has passed and the one before
    it (or the making)."""
    come = [at for at in promise.checkpoints if at <= now]
    if not promise.open or not come:
        return False
    since = come[-2] if len(come) > 1 else promise.made_at
    return not any(each.at > since for each in promise.progress)


def next_checkpoint(promise: Promise, now: datetime) -> datetime | None:
    """Return the next checkpoint before the promise is due, if any."""
    return next((at for at in promise.checkpoints if now < at < promise.due), None)


def _checkpoint_times(
    days: Sequence[date], due: datetime, store: Store, now: datetime
) -> tuple[datetime, ...]:
    """Return when the store opens on those days, so that the person reminded has the day to act."""
    last = store.hours.local_date(due)
    given = sorted(set(days))
    if len(given) > CHECKPOINTS_AT_MOST:
        raise Rejected(Problem("too_many", "checkpoint", {"most": CHECKPOINTS_AT_MOST}))
    if given and (given[0] < store.hours.local_date(now) or given[-1] > last):
        raise Rejected(Problem("outside", "checkpoint"))
    opens = (availability.opening_on(day, store.hours) for day in given)
    return tuple(dict.fromkeys(at for at in opens if now < at < due))


def _with_date(
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


def _require_way(asked: PromiseRequest, reach: Answer | None) -> None:
    ways = ways_to_hear(reach)
    if asked.hears_by not in ways:
        raise Rejected(Problem("no_way", "hears_by", {"ways": ways}))


def _require_open(promise: Promise) -> None:
    if not promise.open:
        raise Rejected(Problem("promise_settled", None))


def _changed(promise: Promise, **changes: Any) -> Promise:
    return replace(promise, version=promise.version + 1, **changes)
