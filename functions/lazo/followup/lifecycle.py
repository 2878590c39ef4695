"""Move a follow-up from stage to stage: opened, escalated, taken on, contacted, resolved, confirmed, reopened.

Each function takes the follow-up and returns it as it is afterwards, or raises what is in the way.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from lazo.errors import Problem, Rejected
from lazo.followup.deadlines import stage_deadline, take_on_deadline
from lazo.followup.model import FollowUp, Priority, Stage, followup_id_for
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer, Classification

REMINDER_EVERY = timedelta(days=1)
"""How often the end of the chain is reminded of a follow-up that nobody has taken on."""


LATEST_NEW_DATE = timedelta(days=30)
"""How far ahead a deadline may be moved."""


def open_for_answer(answer: Answer, store: Store) -> FollowUp | None:
    """The follow-up that a classified answer calls for: one for a detractor, a light one for a passive who wants to
    be contacted, none for others, for what may not be a customer's, and for what was erased meanwhile. A passive who
    tells of a danger counts as a detractor."""
    found = answer.classification
    if found is None:
        raise ValueError("the answer is not classified")
    unhappy = found.band == "detractor" or (found.band == "passive" and bool(found.urgency))
    asks = found.band == "passive" and answer.wants_contact
    if found.suspect or answer.erased or not (unhappy or asks):
        return None
    priority = _priority(answer.score, found, light=not unhappy)
    return FollowUp(
        followup_id=followup_id_for(answer.store_id, answer.ulid),
        store_id=answer.store_id,
        origin="answer",
        answer_ulid=answer.ulid,
        touchpoint=answer.touchpoint,
        score=answer.score,
        themes=found.themes,
        urgency=found.urgency,
        priority=priority,
        answered_at=answer.at,
        opened_at=found.at,
        stage="open",
        level=min((c.level for c in store.with_contacts_on_duty(found.at).contacts), default=0),
        round=0,
        version=1,
        deadline=take_on_deadline(store, priority, found.at),
        customer_key=answer.customer_key,
    )


def escalate(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """One step up the chain, with a new deadline from `now`; at the chain's end a reminder a day.

    An owner who let a deadline pass is the owner no more: whoever takes it on, at whatever level, goes on from the
    stage that it has come to. At the chain's end the owner stays. Counting from now and not from the missed deadline
    is what keeps a day without sweeps to one step.
    """
    if followup.ended:
        raise ValueError("what has ended is not escalated")
    held_at = store.contact(followup.owner) if followup.owner else None
    level = max(followup.level, held_at.level) if held_at else followup.level
    above = store.with_contacts_on_duty(now).next_level(level)
    if above is None:
        tomorrow = store.hours.next_opening(now + REMINDER_EVERY)
        return replace(followup, round=followup.round + 1, version=followup.version + 1, deadline=tomorrow)
    return replace(
        followup,
        level=above,
        round=0,
        version=followup.version + 1,
        # Of a solution nobody but the customer can say anything: their time to do so goes on.
        deadline=followup.deadline
        if followup.stage == "resolved"
        else take_on_deadline(store, followup.priority, now),
        owner=None,
        released_from=followup.owner or followup.released_from,
    )


def pass_on(followup: FollowUp, contact: Contact, store: Store, now: datetime) -> FollowUp:
    """One step up the chain at the wish of a contact who has it, or was told of it while nobody has it.

    Rejected `wrong_stage` when it has ended, `taken` when somebody else has it, `passed_before` when it has gone up
    beyond the contact already, `nobody_above` at the chain's end.
    """
    if followup.ended:
        raise Rejected(Problem("wrong_stage"))
    if followup.owner not in (None, contact.contact_id):
        raise Rejected(Problem("taken"))
    if followup.owner is None and followup.level > contact.level:
        raise Rejected(Problem("passed_before"))
    if store.with_contacts_on_duty(now).next_level(max(followup.level, contact.level)) is None:
        raise Rejected(Problem("nobody_above"))
    standing = replace(followup, level=max(followup.level, contact.level), owner=None)
    # Nobody let a deadline pass.
    return escalate(standing, store, now)


def end_unconfirmed(followup: FollowUp, now: datetime) -> FollowUp:
    """The customer has said nothing of the solution in the time for it: it ends, and counts as no recovery."""
    _only_at(followup, "resolved")
    return replace(
        followup, stage="unconfirmed", unconfirmed_at=now, deadline=None, version=followup.version + 1
    )


def take_on(followup: FollowUp, contact_id: str, store: Store, now: datetime) -> FollowUp:
    """The follow-up with an owner and the clock of its next stage; the same when this contact has it already. One that
    was taken from its owner goes on at the stage that it has come to.

    Rejected `taken` when it is somebody else's, `not_in_chain` for a head whom this shop's chain does not name: an
    owner is somebody whom the shop can reach.
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
    return replace(
        _moved(followup, stage, store, now),
        owner=contact_id,
        released_from=None,
        taken_on_at=followup.taken_on_at or now,
    )


def record_contact(followup: FollowUp, store: Store, now: datetime, *, reached: bool) -> FollowUp:
    """The customer was spoken to, or cannot be (`reached` False: no contact details, or no reply to several tries)."""
    _only_at(followup, "taken_on")
    return replace(_moved(followup, "contacted", store, now), contacted_at=now, reached=reached)


def resolve(
    followup: FollowUp, store: Store, now: datetime, *, root_cause_theme: str, root_cause: str, done: str
) -> FollowUp:
    """What was wrong is put right, or planned; whether every concern is settled is asked by `casework.resolve`."""
    _only_at(followup, "contacted")
    return replace(
        _moved(followup, "resolved", store, now),
        resolved_at=now,
        root_cause_theme=root_cause_theme,
        root_cause=root_cause,
        done=done,
    )


def confirm(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """The customer says that it is solved: no clock runs any more."""
    _only_at(followup, "resolved")
    return replace(_moved(followup, "confirmed", store, now), confirmed_at=now)


def reopen(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """The customer, who has just been spoken to, says that it is not solved: back to its owner, to be resolved."""
    _only_at(followup, "resolved")
    back = _moved(followup, "contacted", store, now)
    return replace(back, contacted_at=now, reached=True, resolved_at=None)


def confirm_by_customer(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """The customer says themselves that it is solved, also once it has ended without their word."""
    if followup.stage not in ("resolved", "unconfirmed"):
        raise Rejected(Problem("wrong_stage"))
    return replace(_moved(followup, "confirmed", store, now), confirmed_at=now, unconfirmed_at=None)


def reopen_by_customer(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """The customer says themselves that it is not solved, whoever thought so: back to its owner, to be resolved."""
    if followup.stage != "resolved" and not followup.ended:
        raise Rejected(Problem("wrong_stage"))
    back = _moved(followup, "contacted", store, now)
    return replace(back, resolved_at=None, confirmed_at=None, unconfirmed_at=None)


def reassign(followup: FollowUp, contact_id: str, store: Store, now: datetime) -> FollowUp:
    """The follow-up with another owner, who must be a contact of the shop; its clock goes on as it was, unless it was
    the clock of finding an owner."""
    if followup.stage == "open" or followup.ended:
        raise Rejected(Problem("wrong_stage"))
    if store.contact(contact_id) is None:
        raise Rejected(Problem("unknown_owner", "owner"))
    if contact_id == followup.owner:
        raise Rejected(Problem("same_owner", "owner"))
    if followup.owner is None:
        return take_on(followup, contact_id, store, now)
    return replace(followup, owner=contact_id, version=followup.version + 1)


def move_deadline(followup: FollowUp, until: datetime, now: datetime) -> FollowUp:
    """The follow-up with another deadline for its next stage, at most 30 days ahead; not for taking it on, which
    only taking it on can stop."""
    if followup.owner is None or followup.ended:
        raise Rejected(Problem("wrong_stage"))
    if until <= now:
        raise Rejected(Problem("in_the_past", "until"))
    if until > now + LATEST_NEW_DATE:
        raise Rejected(Problem("too_far", "until"))
    return replace(followup, deadline=until, version=followup.version + 1)


def mark_interested(followup: FollowUp, interested: bool) -> FollowUp:
    """Whether the customer wants to hear of the improvement."""
    return replace(followup, interested=interested, version=followup.version + 1)


def erase_customer(followup: FollowUp, now: datetime) -> FollowUp:
    """What stays of a follow-up when what tells of its customer is removed: that there was one, how it came about and
    how far it got. One that had not ended ends unconfirmed."""
    ended = followup if followup.ended else replace(followup, stage="unconfirmed", unconfirmed_at=now)
    return replace(
        ended,
        deadline=None,
        signals=(),
        customer_key=None,
        root_cause="",
        done="",
        interested=False,
        erased_at=now,
        version=followup.version + 1,
    )


def _moved(followup: FollowUp, stage: Stage, store: Store, now: datetime) -> FollowUp:
    deadline = stage_deadline(stage, store, now)
    return replace(followup, stage=stage, deadline=deadline, version=followup.version + 1)


def _only_at(followup: FollowUp, stage: Stage) -> None:
    if followup.stage != stage:
        raise Rejected(Problem("wrong_stage"))


def _priority(score: int, found: Classification, *, light: bool) -> Priority:
    if light:
        return "light"
    if found.urgency:
        return "urgent"
    return "high" if score <= 3 or found.leaving else "normal"
