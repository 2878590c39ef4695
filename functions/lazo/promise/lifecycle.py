"""Make, move, keep and end a promise. Each function returns the promise as it is afterwards, `version` one higher.

`lazo.promise.availability` checks that the owner can hold a date before a promise is made or moved.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from lazo.errors import Problem, Rejected
from lazo.promise import availability
from lazo.promise.availability import DailyCommitments
from lazo.promise.model import (
    CHECKPOINTS_AT_MOST,
    MOVES_AT_MOST,
    PROGRESS_AT_MOST,
    DayOrInstant,
    HearsBy,
    Move,
    Progress,
    Promise,
    PromiseDecision,
    PromiseRequest,
)
from lazo.store.contacts import Channel, Contact
from lazo.store.model import Store


def make_promise(
    asked: PromiseRequest,
    promise_id: str,
    followup_id: str,
    store: Store,
    ways: Sequence[HearsBy],
    commitments: DailyCommitments,
    by: Contact,
    now: datetime,
) -> Promise:
    """Return the promise if it can be held. `ways`: how the customer can hear of it.

    Raises Rejected as `availability.confirm_date` does, or `no_way` when the customer cannot hear by the chosen way
    (with the possible `ways`), `outside` or `too_many` for checkpoints.
    """
    due = _confirmed_date(asked, store, ways, commitments, now)
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
    """Return the promise as kept, or late once one of its dates passed. Raises Rejected `promise_settled`."""
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

    Raises Rejected as `availability.confirm_date` does, `promise_settled`, `same_date` when neither differs, or
    `moved_often` after five moves.
    """
    _require_open(promise)
    due = availability.confirm_date(when, owner, store, commitments, now, moving=promise)
    if due == promise.due and owner == promise.owner:
        raise Rejected(Problem("same_date", "date"))
    return _changed(_with_date(promise, due, owner, reason, told, by, now))


def reword_promise(promise: Promise, what: str, hears_by: HearsBy, ways: Sequence[HearsBy]) -> Promise:
    """Return the promise in other words, or with another way to hear of it. Date and owner are for `move_promise`, with
    which the customer is told. `ways`: how they can hear. Raises Rejected `promise_settled` or `no_way`."""
    _require_open(promise)
    _require_way(hears_by, ways)
    return _changed(promise, what=what, hears_by=hears_by)


def mark_at_risk(promise: Promise) -> Promise:
    """Return the promise with its current date marked as at risk."""
    return _changed(promise, at_risk=promise.due)


def mark_missed(promise: Promise) -> Promise:
    """Return the promise with its current date marked as missed."""
    return _changed(promise, missed=promise.due)


def mark_broken(promise: Promise, now: datetime) -> Promise:
    """Return the promise as broken: the policy's days of grace have passed too."""
    return _changed(promise, state="broken", missed=promise.due, settled_at=now)


def withdraw_promise(promise: Promise, reason: str, by: str, now: datetime) -> Promise:
    """Return the promise as not needed any more, for `reason`; as broken once one of its dates passed, because that
    date was not kept. Raises Rejected `promise_settled`."""
    _require_open(promise)
    missed = promise.due if promise.due <= now else promise.missed
    state = "broken" if missed else "withdrawn"
    return _changed(promise, state=state, missed=missed, reason=reason, settled_by=by, settled_at=now)


def cancel_promise(promise: Promise, now: datetime) -> Promise:
    """Return the promise as withdrawn because no customer was told of it."""
    _require_open(promise)
    return _changed(promise, state="withdrawn", settled_at=now)


def hand_over(promise: Promise, owner: str) -> Promise:
    """Return the promise with another owner and the same date, whether or not they have room for it."""
    _require_open(promise)
    return _changed(promise, owner=owner)


def decide_promise(promise: Promise, decision: PromiseDecision, by: str, now: datetime) -> Promise:
    """Return the promise after a decision; unchanged if it is still to come."""
    if decision.outcome == "kept":
        return keep_promise(promise, by, now)
    return withdraw_promise(promise, decision.reason, by, now) if decision.outcome == "withdrawn" else promise


def erase_promise(promise: Promise, now: datetime) -> Promise:
    """Return the promise without the texts that describe the customer. An open one ends: withdrawn, or as broken once
    one of its dates passed, which erasing does not undo."""
    ended = promise if promise.settled_at else withdraw_promise(promise, "", "", now)
    return replace(
        ended,
        version=promise.version + 1,
        what="",
        reason="",
        progress=tuple(replace(each, text="") for each in promise.progress),
        moved=tuple(replace(each, reason="") for each in promise.moved),
    )


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


def _confirmed_date(
    asked: PromiseRequest,
    store: Store,
    ways: Sequence[HearsBy],
    commitments: DailyCommitments,
    now: datetime,
) -> datetime:
    """Return the date of a promise that the customer can hear of. Raises Rejected with what is wrong with both."""
    try:
        due = availability.confirm_date(asked.when, asked.owner, store, commitments, now)
    except Rejected as unheld:
        try:
            _require_way(asked.hears_by, ways)
        except Rejected as unheard:
            raise Rejected(*unheard.problems, *unheld.problems) from None
        raise
    _require_way(asked.hears_by, ways)
    return due


def _require_way(hears_by: HearsBy, ways: Sequence[HearsBy]) -> None:
    if hears_by not in ways:
        raise Rejected(Problem("no_way", "hears_by", {"ways": ways}))


def _require_open(promise: Promise) -> None:
    if not promise.open:
        raise Rejected(Problem("promise_settled", None))


def _changed(promise: Promise, **changes: Any) -> Promise:
    return replace(promise, version=promise.version + 1, **changes)
