"""The actions on a case: each returns one CaseChange, with who did what and when, or raises Rejected.

The functions are pure. `lazo.table.cases` writes a change as a whole or not at all, and once only: the form's
idempotency key is part of it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from lazo.case import concerns, first_contact
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
from lazo.case.undo import with_former_concern, with_former_state
from lazo.errors import Problem, Rejected
from lazo.followup import lifecycle, staff_deliveries
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise.lifecycle import decide_promise, keep_promise
from lazo.promise.model import Promise, PromiseChange, PromiseDecision


def take_on(case: Case, context: ActionContext) -> CaseChange | None:
    """Make the contact the owner; None when they are already. The stage stays unless it is "open"."""
    after = lifecycle.take_on(case.followup, context.contact.contact_id, context.store, context.now)
    if after is case.followup:
        return None
    promises = first_contact.handed_over(case, context.contact.contact_id)
    return with_former_state(context.change(after, "taken_on", promises=promises), case)


def record_contact(
    case: Case, context: ActionContext, channel: NoteChannel, text: str, *, reached: bool
) -> CaseChange:
    """Record that the customer was spoken to, or with `reached` False that they cannot be. Either keeps the promise of
    the first contact."""
    after = lifecycle.record_contact(case.followup, context.store, context.now, reached=reached)
    notes = _notes(case, context, channel, text)
    detail = {"channel": channel, "reached": "yes" if reached else "no"}
    kept = first_contact.settled_by_contact(case, context)
    return context.change(after, "contacted", detail, notes=notes, promises=kept)


def add_note(case: Case, note: Note, context: ActionContext) -> CaseChange:
    """Append a note, at any stage. Raises Rejected `in_the_future`, or `unknown_note` (in `corrects`): what a customer
    wrote is not corrected."""
    check_limit(case.notes, NOTES_AT_MOST)
    problems: list[Problem] = []
    if note.held_at > context.now:
        problems.append(Problem("in_the_future", "when"))
    if note.corrects is not None and note.corrects not in {n.note_id for n in case.notes if n.by_name}:
        problems.append(Problem("unknown_note", "corrects"))
    if problems:
        raise Rejected(*problems)
    return context.change(case.followup.changed(), "note", {"channel": note.channel}, notes=(note,))


def add_concern(case: Case, concern: Concern, context: ActionContext) -> CaseChange:
    """Add a concern. Raises Rejected `wrong_stage` once the follow-up is resolved, `unknown_owner`, or as
    `concerns.checked_concern` does."""
    if case.followup.stage == "resolved" or case.followup.ended:
        raise Rejected(Problem("wrong_stage"))
    check_limit(case.concerns, CONCERNS_AT_MOST)
    if context.store.contact(concern.owner) is None:
        raise Rejected(Problem("unknown_owner", "owner"))
    checked = concerns.checked_concern(concern, context.store.hours.local_date(context.now))
    return context.change(
        case.followup.changed(), "concern_added", {"text": checked.text}, concerns=(checked,)
    )


def move_concern(
    case: Case, concern_id: str, deadline: date, owner: str, reason: str, context: ActionContext
) -> CaseChange:
    """Give an open concern another deadline or owner, who is told. Raises Rejected `wrong_stage` once the follow-up has
    ended, `unknown_owner`, or as `concerns.move_concern` does."""
    if case.followup.ended:
        raise Rejected(Problem("wrong_stage"))
    to = context.store.contact(owner)
    if to is None:
        raise Rejected(Problem("unknown_owner", "owner"))
    today = context.store.hours.local_date(context.now)
    moved = concerns.move_concern(case.concern(concern_id), deadline, owner, context.now, today)
    detail = {
        "text": moved.text,
        "to": to.name,
        "until": concerns.last_minute(moved, context.store).isoformat(),
        "reason": reason,
    }
    after = case.followup.changed().without_late({concern_id})
    return context.change(after, "concern_moved", detail, concerns=(moved,))


def settle_concern(
    case: Case, settled: Concern, context: ActionContext, promised: PromiseChange | None = None
) -> CaseChange:
    """Record a concern as solved, which keeps its promise, or as planned with the promise `promised`. Raises Rejected
    `wrong_stage` once the follow-up has ended."""
    if case.followup.ended:
        raise Rejected(Problem("wrong_stage"))
    detail = {"text": settled.text, "action": settled.action}
    about = case.followup.changed()
    if settled.state == "planned":
        promises = (promised,) if promised else ()
        return context.change(about, "concern_planned", detail, concerns=(settled,), promises=promises)
    plan = case.plan_for(settled.concern_id)
    by, now = context.contact.contact_id, context.now
    kept = [PromiseChange(plan, keep_promise(plan, by, now))] if plan else ()
    change = context.change(about, "concern_solved", detail, concerns=(settled,), promises=kept)
    late = settled.concern_id in case.followup.late_concerns
    return change if late else with_former_concern(change, case.concern(settled.concern_id))


def record_incentive(case: Case, incentive: Incentive, context: ActionContext) -> CaseChange:
    """Record what `incentives.check_incentive` allowed. Raises Rejected `wrong_stage` once it has ended."""
    if case.followup.ended:
        raise Rejected(Problem("wrong_stage"))
    detail = {"kind": incentive.kind, "value": str(incentive.value), "currency": incentive.currency}
    return context.change(case.followup.changed(), "incentive", detail, incentives=(incentive,))


def send_message(case: Case, message: CustomerMessage, context: ActionContext) -> CaseChange:
    """Record a message from `customer_message.compose`. Raises Rejected `wrong_stage` while "open"."""
    if case.followup.stage == "open":
        raise Rejected(Problem("wrong_stage"))
    check_limit(case.messages, MESSAGES_AT_MOST)
    detail, kept = {"channel": message.channel}, first_contact.settled_by_message(case, message, context)
    return context.change(case.followup.changed(), "message", detail, messages=(message,), promises=kept)


def mark_interested(case: Case, context: ActionContext, *, interested: bool) -> CaseChange:
    """Record whether the customer agreed to hear of the improvement. Raises Rejected `wrong_stage` while "open"."""
    if case.followup.stage == "open":
        raise Rejected(Problem("wrong_stage"))
    after = lifecycle.mark_interested(case.followup, interested)
    return context.change(after, "interested" if interested else "not_interested")


def reassign(
    case: Case, contact_id: str, context: ActionContext, deliveries: Sequence[Delivery]
) -> CaseChange:
    """Make another contact of the store the owner; `deliveries` tell them so."""
    after = lifecycle.reassign(case.followup, contact_id, context.store, context.now)
    to = context.store.contact(contact_id)
    detail, promises = {"to": to.name if to else contact_id}, first_contact.handed_over(case, contact_id)
    return context.change(after, "reassigned", detail, deliveries=deliveries, promises=promises)


def pass_on(case: Case, context: ActionContext) -> CaseChange:
    """Ask the next escalation level now."""
    after = lifecycle.pass_on(case.followup, context.contact, context.store, context.now)
    deliveries = staff_deliveries.plan_deliveries(after, context.store, "passed_on", context.now)
    above = ", ".join(
        c.name for c in context.store.with_contacts_on_duty(context.now).contacts_at_level(after.level)
    )
    return context.change(after, "passed_on", {"to": above}, deliveries=deliveries)


def dismiss(case: Case, context: ActionContext) -> CaseChange:
    """End a doubtful follow-up: it is no customer's. Its answer stays out of the score, its open promises are
    withdrawn, or broken where their date has passed."""
    after = lifecycle.dismiss(case.followup, context.now)
    ended = [first_contact.withdrawn_with_case(each, case, context) for each in case.open_promises]
    return context.change(after, "dismissed", promises=ended)


def move_deadline(
    case: Case,
    until: datetime,
    reason: str,
    context: ActionContext,
    moved: Promise | None = None,
    message: CustomerMessage | None = None,
) -> CaseChange:
    """Set a new deadline, with the reason that everybody reads. `moved`: the promise of the first contact, which moves
    with it; `message` tells the customer."""
    after = lifecycle.move_deadline(case.followup, until, context.now)
    if message:
        check_limit(case.messages, MESSAGES_AT_MOST)
    return context.change(
        after,
        "deadline_moved",
        {"until": until.isoformat(), "reason": reason},
        promises=(PromiseChange(case.promise(moved.promise_id), moved),) if moved else (),
        messages=(message,) if message else (),
    )


def may_be_resolved(case: Case) -> bool:
    """Return whether every concern is solved or planned, and there is one unless nothing was wrong."""
    return bool(case.concerns or case.followup.only_asks) and not concerns.unsettled_concerns(case.concerns)


def resolve(
    case: Case, context: ActionContext, *, root_cause_theme: str, root_cause: str, done: str
) -> CaseChange:
    """Record that every concern is solved or planned. Where nothing was wrong there may be none.

    Raises Rejected `no_concern`, or `open_concerns` with their texts (`concerns`).
    """
    after = lifecycle.resolve(
        case.followup,
        context.store,
        context.now,
        root_cause_theme=root_cause_theme,
        root_cause=root_cause,
        done=done,
    )
    if not case.concerns and not case.followup.only_asks:
        raise Rejected(Problem("no_concern"))
    if waiting := concerns.unsettled_concerns(case.concerns):
        raise Rejected(Problem("open_concerns", None, {"concerns": [each.text for each in waiting]}))
    change = context.change(after, "resolved", {"root_cause": root_cause, "done": done})
    return with_former_state(change, case)


def confirm(
    case: Case,
    context: ActionContext,
    channel: NoteChannel,
    text: str,
    *,
    solved: bool,
    decisions: Mapping[str, PromiseDecision] | None = None,
) -> CaseChange:
    """Record the customer's verdict. Solved: the follow-up ends, and `decisions` says of each open promise (by its id)
    what becomes of it; one that is still to come stays open. Not solved: the follow-up returns to its owner, with the
    customer's words as an open concern.

    Raises Rejected `still_planned` for solved while a concern is planned and no promise of it is left, and `required`
    (in `promise-` with the id) for an open promise without a decision.
    """
    change = lifecycle.confirm if solved else lifecycle.reopen
    after = change(case.followup, context.store, context.now)
    notes = _notes(case, context, channel, text)
    if not solved:
        ref, by = context.idempotency_key, context.contact.contact_id
        wrong = concerns.reopening_concern(ref, text, after, context.store, by, context.now)
        return context.change(after, "reopened", {"channel": channel}, notes=notes, concerns=(wrong,))
    if lost := case.unpromised_plans:
        raise Rejected(Problem("still_planned", None, {"concerns": [each.text for each in lost]}))
    promises, settled = _decided(case, context, decisions or {})
    return context.change(
        after, "confirmed", {"channel": channel}, notes=notes, concerns=settled, promises=promises
    )


def _decided(
    case: Case, context: ActionContext, decisions: Mapping[str, PromiseDecision]
) -> tuple[list[PromiseChange], list[Concern]]:
    """Return the promises that end by the decisions, and the planned concerns that end with them."""
    undecided = [each for each in case.open_promises if each.promise_id not in decisions]
    if undecided:
        raise Rejected(*(Problem("required", f"promise-{each.promise_id}") for each in undecided))
    by, now = context.contact.contact_id, context.now
    changes: list[PromiseChange] = []
    settled: list[Concern] = []
    for promise in case.open_promises:
        decision = decisions[promise.promise_id]
        after = decide_promise(promise, decision, by, now)
        if not after.open:
            changes.append(PromiseChange(promise, after))
            planned = case.planned_concern(promise)
            action = decision.reason or promise.what
            settled += [concerns.solve_concern(planned, action, by, now)] if planned else []
    return changes, settled


def check_limit(held: Sequence[object], most: int) -> None:
    """Raise Rejected `too_many` when the limit is reached already."""
    if len(held) >= most:
        raise Rejected(Problem("too_many", None, {"most": most}))


def _notes(case: Case, context: ActionContext, channel: NoteChannel, text: str) -> tuple[Note, ...]:
    """Return what the customer said as a note; () without text."""
    if not text:
        return ()
    check_limit(case.notes, NOTES_AT_MOST)
    by = context.contact
    return (Note(context.idempotency_key, channel, context.now, text, by.contact_id, by.name, context.now),)
