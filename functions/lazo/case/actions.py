"""What is done about one unhappy customer, written down: each act is one step, with who did it and when.

A step is pure: it says how the follow-up looks after it, what is added, and what is owed. `table.casework` writes
it whole or not at all, once, under the id of the form that asked for it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lazo.case import concerns
from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.case.model import (
    CONCERNS_AT_MOST,
    MESSAGES_AT_MOST,
    NOTES_AT_MOST,
    ActionContext,
    Case,
    CaseChange,
    Note,
    NoteChannel,
)
from lazo.errors import Problem, Rejected
from lazo.followup import lifecycle, staff_deliveries
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise.model import PromiseChange, keep_all


def take_on(case: Case, act: ActionContext) -> CaseChange | None:
    """The contact becomes the owner; None when they are already. What was taken from its owner goes on where it was."""
    after = lifecycle.take_on(case.followup, act.contact.contact_id, act.store, act.now)
    return None if after is case.followup else act.change(after, "taken_on")


def record_contact(
    case: Case, act: ActionContext, channel: NoteChannel, text: str, *, reached: bool
) -> CaseChange:
    """The customer was spoken to; or several tries have failed, or there is nothing to reach them by."""
    after = lifecycle.record_contact(case.followup, act.store, act.now, reached=reached)
    notes = _said(case, act, channel, text)
    detail = {"channel": channel, "reached": "yes" if reached else "no"}
    return act.change(after, "contacted", detail, notes=notes)


def add_note(case: Case, note: Note, act: ActionContext) -> CaseChange:
    """A note is appended at any stage; one that corrects another names it."""
    check_limit(case.notes, NOTES_AT_MOST)
    if note.held_at > act.now:
        raise Rejected(Problem("in_the_future", "when"))
    if note.corrects is not None and note.corrects not in {each.note_id for each in case.notes}:
        raise Rejected(Problem("unknown_note", "corrects"))
    return act.change(bump_version(case.followup), "note", {"channel": note.channel}, notes=(note,))


def add_concern(case: Case, concern: Concern, act: ActionContext) -> CaseChange:
    """One more point to be settled; not once the follow-up is resolved."""
    if case.followup.stage == "resolved" or case.followup.ended:
        raise Rejected(Problem("wrong_stage"))
    check_limit(case.concerns, CONCERNS_AT_MOST)
    if act.store.contact(concern.owner) is None:
        raise Rejected(Problem("unknown_owner", "owner"))
    checked = concerns.checked_concern(concern, act.store.hours.local_date(act.now))
    return act.change(
        bump_version(case.followup), "concern_added", {"text": checked.text}, concerns=(checked,)
    )


def settle_concern(
    case: Case, settled: Concern, act: ActionContext, promised: PromiseChange | None = None
) -> CaseChange:
    """A concern of the case as it is once solved, which keeps what was promised for it, or planned, which is a promise
    (`promised`)."""
    detail = {"text": settled.text, "action": settled.action}
    about = bump_version(case.followup)
    if settled.state == "planned":
        promises = (promised,) if promised else ()
        return act.change(about, "concern_planned", detail, concerns=(settled,), promises=promises)
    plan = case.plan_for(settled.concern_id)
    kept = keep_all([plan] if plan else [], act.contact.contact_id, act.now)
    return act.change(about, "concern_solved", detail, concerns=(settled,), promises=kept)


def record_incentive(case: Case, incentive: Incentive, act: ActionContext) -> CaseChange:
    """An incentive that `incentives.grant` allowed; not once the customer has said that it is solved."""
    if case.followup.ended:
        raise Rejected(Problem("wrong_stage"))
    detail = {"kind": incentive.kind, "value": str(incentive.value), "currency": incentive.currency}
    return act.change(bump_version(case.followup), "incentive", detail, incentives=(incentive,))


def send_message(case: Case, message: CustomerMessage, act: ActionContext) -> CaseChange:
    """A message to the customer, as `customer_messages.compose` let it pass; not before somebody has taken it on."""
    if case.followup.stage == "open":
        raise Rejected(Problem("wrong_stage"))
    check_limit(case.messages, MESSAGES_AT_MOST)
    detail = {"channel": message.channel}
    return act.change(bump_version(case.followup), "message", detail, messages=(message,))


def mark_interested(case: Case, act: ActionContext, *, interested: bool) -> CaseChange:
    """Whether the customer agreed to hear of the improvement."""
    after = lifecycle.mark_interested(case.followup, interested)
    return act.change(after, "interested" if interested else "not_interested")


def reassign(case: Case, contact_id: str, act: ActionContext, deliveries: Sequence[Delivery]) -> CaseChange:
    """Another contact of the shop becomes the owner, and is told (`owed`)."""
    after = lifecycle.reassign(case.followup, contact_id, act.store, act.now)
    to = act.store.contact(contact_id)
    return act.change(after, "reassigned", {"to": to.name if to else contact_id}, deliveries=deliveries)


def pass_on(case: Case, act: ActionContext) -> CaseChange:
    """The next in the chain is asked to do it, at once."""
    after = lifecycle.pass_on(case.followup, act.contact, act.store, act.now)
    owed = staff_deliveries.plan_deliveries(after, act.store, "passed_on", act.now)
    above = ", ".join(c.name for c in act.store.on_duty(act.now).at_level(after.level))
    return act.change(after, "passed_on", {"to": above}, deliveries=owed)


def move_deadline(case: Case, until: datetime, reason: str, act: ActionContext) -> CaseChange:
    """A new date, with the reason that everybody reads."""
    after = lifecycle.move_deadline(case.followup, until, act.now)
    return act.change(after, "deadline_moved", {"until": until.isoformat(), "reason": reason})


def resolve(
    case: Case, act: ActionContext, *, root_cause_theme: str, root_cause: str, done: str
) -> CaseChange:
    """Resolved: each concern solved or planned, and there is at least one.

    Rejected with `no_concern`, or with `open_concerns` and their texts.
    """
    after = lifecycle.resolve(
        case.followup,
        act.store,
        act.now,
        root_cause_theme=root_cause_theme,
        root_cause=root_cause,
        done=done,
    )
    if not case.concerns:
        raise Rejected(Problem("no_concern"))
    if waiting := concerns.unsettled_concerns(case.concerns):
        raise Rejected(Problem("open_concerns", None, {"concerns": [each.text for each in waiting]}))
    return act.change(after, "resolved", {"root_cause": root_cause, "done": done})


def confirm(case: Case, act: ActionContext, channel: NoteChannel, text: str, *, solved: bool) -> CaseChange:
    """What the customer says of the solution: it is solved (refused while something is only planned), or not yet,
    and then the follow-up goes back to its owner. Once it is solved nothing is owed any more."""
    waiting = [each for each in case.concerns if each.state == "planned"]
    if solved and waiting and case.followup.stage == "resolved":
        raise Rejected(Problem("still_planned", None, {"concerns": [each.text for each in waiting]}))
    change = lifecycle.confirm if solved else lifecycle.reopen
    after = change(case.followup, act.store, act.now)
    notes = _said(case, act, channel, text)
    if not solved:
        return act.change(after, "reopened", {"channel": channel}, notes=notes)
    kept = keep_all(case.promises, act.contact.contact_id, act.now)
    return act.change(after, "confirmed", {"channel": channel}, notes=notes, promises=kept)


def check_limit(held: Sequence[object], most: int) -> None:
    """Rejected `too_many` when there are as many as there may be."""
    if len(held) >= most:
        raise Rejected(Problem("too_many", None, {"most": most}))


def _said(case: Case, act: ActionContext, channel: NoteChannel, text: str) -> tuple[Note, ...]:
    """What the customer said at a step, as a note; none without words."""
    if not text:
        return ()
    check_limit(case.notes, NOTES_AT_MOST)
    by = act.contact
    return (Note(act.idempotency_key, channel, act.now, text, by.contact_id, by.name, act.now),)


def bump_version(followup: FollowUp) -> FollowUp:
    """The follow-up after something that changes nothing of its own."""
    return replace(followup, version=followup.version + 1)
