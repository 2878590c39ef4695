"""Move a follow-up from stage to stage: opened, escalated, taken on, contacted, resolved, confirmed, reopened.

Each function returns the follow-up as it is afterwards, with `version` one higher. Those that need a certain stage
raise Rejected `wrong_stage` at any other.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from lazo.errors import Problem, Rejected
from lazo.followup.deadlines import next_reminder, stage_deadline, take_on_deadline
from lazo.followup.model import ENDED, STAGES, FollowUp, Stage
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer

LATEST_NEW_DATE = timedelta(days=30)
"""How far ahead a deadline may be moved."""


def trust(followup: FollowUp, answer: Answer) -> FollowUp:
    """Return the follow-up of a doubtful answer without its doubts: somebody says that it is a customer's."""
    return followup.changed(doubts=(), customer_key=None if followup.erased_at else answer.customer_key)


def dismiss(followup: FollowUp, now: datetime) -> FollowUp:
    """End a doubtful follow-up of which somebody says that it is no customer's. Raises Rejected `wrong_stage` for one
    without doubts, or that has ended."""
    if not followup.doubts or followup.ended:
        raise Rejected(Problem("wrong_stage"))
    return followup.changed(stage="unconfirmed", unconfirmed_at=now, deadline=None)


def escalate(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """Return the follow-up one escalation level higher, with a new deadline from `now`. At the highest level it keeps
    its owner and the missed deadline, and gets the time of the next reminder.

    An owner who missed a deadline loses it: the next owner, at any level, continues from the current stage. The new
    deadline counts from `now`, not from the missed one, so that a day without sweeps costs one level only. Raises
    ValueError once it has ended.
    """
    if followup.ended:
        raise ValueError("what has ended is not escalated")
    held_at = store.contact(followup.owner) if followup.owner else None
    level = max(followup.level, held_at.level) if held_at else followup.level
    above = store.with_contacts_on_duty(now).next_level(level)
    missed = followup.missed_at
    if missed is None and followup.deadline and followup.deadline <= now:
        missed = followup.deadline
    if above is None:
        return followup.changed(
            round=followup.round + 1,
            next_reminder_at=next_reminder(followup, store, now),
            missed_at=None if followup.owner else missed,
            late_stages=followup.late_at(now),
        )
    return followup.changed(
        level=above,
        round=0,
        # Only the customer can judge a solution: their time to reply keeps running.
        deadline=followup.deadline
        if followup.stage == "resolved"
        else take_on_deadline(store, followup.priority, now),
        owner=None,
        released_from=followup.owner or followup.released_from,
        released_at=now if followup.owner else followup.released_at,
        missed_at=missed,
        late_stages=followup.late_at(now),
    )


def pass_on(followup: FollowUp, contact: Contact, store: Store, now: datetime) -> FollowUp:
    """Return the follow-up one level higher because `contact` asks: its owner, or one of its recipients while it has
    none.

    Raises Rejected `wrong_stage` when it has ended, `taken` when somebody else owns it, `passed_before` when it is
    above the contact's level already, `nobody_above` at the highest level.
    """
    if followup.ended:
        raise Rejected(Problem("wrong_stage"))
    if followup.owner not in (None, contact.contact_id):
        raise Rejected(Problem("taken"))
    if followup.owner is None and followup.level > contact.level:
        raise Rejected(Problem("passed_before"))
    if store.with_contacts_on_duty(now).next_level(max(followup.level, contact.level)) is None:
        raise Rejected(Problem("nobody_above"))
    # Without an owner, so that `released_from` blames nobody for a missed deadline.
    standing = replace(followup, level=max(followup.level, contact.level), owner=None)
    if followup.owner:
        standing = replace(standing, released_at=now)
    return escalate(standing, store, now)


def end_unconfirmed(followup: FollowUp, now: datetime) -> FollowUp:
    """End a resolved follow-up whose customer has not replied in time. It does not count as a recovery."""
    _require_stage(followup, "resolved")
    late = followup.late_at(now)
    return followup.changed(stage="unconfirmed", unconfirmed_at=now, deadline=None, late_stages=late)


def take_on(followup: FollowUp, contact_id: str, store: Store, now: datetime) -> FollowUp:
    """Return the follow-up with an owner and the deadline of its next stage; unchanged when the contact owns it
    already. One that was taken from its owner continues at its stage.

    Raises Rejected `taken` when somebody else owns it, `not_in_chain` when the store's contacts do not include this
    one (a head of several stores, say): the store must be able to reach an owner; `wrong_stage` when it has ended.
    """
    if followup.owner == contact_id:
        return followup
    if followup.owner is not None:
        raise Rejected(Problem("taken"))
    if store.contact(contact_id) is None:
        raise Rejected(Problem("not_in_chain"))
    if followup.ended:
        raise Rejected(Problem("wrong_stage"))
    stage: Stage = "taken_on" if followup.stage == "open" else followup.stage
    after = _at_stage(followup, stage, store, now).owned_by(contact_id)
    return replace(after, taken_on_at=followup.taken_on_at or now)


def record_contact(followup: FollowUp, store: Store, now: datetime, *, reached: bool) -> FollowUp:
    """Record that the customer was spoken to, or with `reached` False that they cannot be: there are no contact
    details, or several tries failed."""
    _require_stage(followup, "taken_on")
    return replace(_at_stage(followup, "contacted", store, now), contacted_at=now, reached=reached)


def resolve(
    followup: FollowUp, store: Store, now: datetime, *, root_cause_theme: str, root_cause: str, done: str
) -> FollowUp:
    """Record the cause and what was done. `lazo.case.actions.resolve` checks that concerns are settled."""
    _require_stage(followup, "contacted")
    return replace(
        _at_stage(followup, "resolved", store, now),
        resolved_at=now,
        recovery_month=followup.recovery_month or f"{store.hours.local_date(now):%Y-%m}",
        root_cause_theme=root_cause_theme,
        root_cause=root_cause,
        done=done,
    )


def confirm(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """Record that the customer says it is solved. No deadline follows."""
    _require_stage(followup, "resolved")
    return replace(_at_stage(followup, "confirmed", store, now), confirmed_at=now)


def reopen(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """Return the follow-up to its owner at "contacted": the customer, just called, says it is not solved."""
    _require_stage(followup, "resolved")
    back = _at_stage(followup, "contacted", store, now)
    first = followup.contacted_at if followup.reached else now
    return replace(back, contacted_at=first, reached=True, resolved_at=None, reopened_at=now)


def confirm_by_customer(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """Record that the customer confirmed on their own page; also possible after it ended unconfirmed."""
    if followup.stage not in ("resolved", "unconfirmed"):
        raise Rejected(Problem("wrong_stage"))
    return replace(_at_stage(followup, "confirmed", store, now), confirmed_at=now, unconfirmed_at=None)


def reopen_by_customer(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """Return the follow-up to its owner at "contacted": the customer says on their page that it is not solved, even
    after it has ended. One that nobody took on looks for an owner again."""
    if followup.stage != "resolved" and not followup.ended:
        raise Rejected(Problem("wrong_stage"))
    if followup.stage == "unanswered":
        return followup.changed(
            stage=STAGES[followup.step],
            deadline=take_on_deadline(store, followup.priority, now),
            unanswered_at=None,
            released_at=now,
            missed_at=None,
        )
    back = _at_stage(followup, "contacted", store, now)
    return replace(back, resolved_at=None, confirmed_at=None, unconfirmed_at=None, reopened_at=now)


def reassign(followup: FollowUp, contact_id: str, store: Store, now: datetime) -> FollowUp:
    """Return the follow-up with another contact of the store as owner. Its deadline stays, unless it had no owner:
    then that deadline was for finding one, and the stage's own starts.

    Raises Rejected `wrong_stage`, `unknown_owner` or `same_owner`.
    """
    if followup.stage == "open" or followup.ended:
        raise Rejected(Problem("wrong_stage"))
    if store.contact(contact_id) is None:
        raise Rejected(Problem("unknown_owner", "owner"))
    if contact_id == followup.owner:
        raise Rejected(Problem("same_owner", "owner"))
    if followup.owner is None:
        return take_on(followup, contact_id, store, now)
    return followup.changed(owner=contact_id)


def move_deadline(followup: FollowUp, until: datetime, now: datetime) -> FollowUp:
    """Return the follow-up with another deadline for its next stage. Raises Rejected `wrong_stage` while it has no
    owner (only taking it on stops that deadline) or has ended, `in_the_past`, `too_far`."""
    if followup.owner is None or followup.ended:
        raise Rejected(Problem("wrong_stage"))
    if until <= now:
        raise Rejected(Problem("in_the_past", "until"))
    if until > now + LATEST_NEW_DATE:
        raise Rejected(Problem("too_far", "until"))
    return followup.changed(deadline=until)


def mark_interested(followup: FollowUp, interested: bool) -> FollowUp:
    """Record whether the customer wants to hear of the improvement."""
    return followup.changed(interested=interested)


def erase_customer(followup: FollowUp, now: datetime) -> FollowUp:
    """Return the follow-up without what describes its customer. How it started and which stages it reached remain. One
    that had not ended ends unconfirmed."""
    done = followup.stage in ENDED
    ended = followup if done else replace(followup, stage="unconfirmed", unconfirmed_at=now)
    return ended.changed(
        deadline=None,
        signals=(),
        customer_key=None,
        reachable=False,
        root_cause="",
        done="",
        interested=False,
        erased_at=now,
        restricted_at=None,
    )


def restrict(followup: FollowUp, now: datetime) -> FollowUp:
    """Return the follow-up as it waits for its customer, who wants their data not used: without a deadline."""
    return followup.changed(deadline=None, restricted_at=now)


def lift_restriction(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """Return the follow-up at the stage and with the owner that it had. The time for the next stage starts at `now`."""
    deadline = None
    if followup.stage not in ENDED:
        seeks_owner = followup.owner is None and followup.stage != "resolved"
        by_priority = take_on_deadline(store, followup.priority, now)
        deadline = by_priority if seeks_owner else stage_deadline(followup.stage, store, now)
    return followup.changed(deadline=deadline, restricted_at=None)


def _at_stage(followup: FollowUp, stage: Stage, store: Store, now: datetime) -> FollowUp:
    # The sweep may not have come since the deadline passed.
    late = followup.late_at(now)
    return followup.changed(stage=stage, deadline=stage_deadline(stage, store, now), late_stages=late)


def _require_stage(followup: FollowUp, stage: Stage) -> None:
    if followup.stage != stage:
        raise Rejected(Problem("wrong_stage"))
