"""The actions on the promises of a case: each returns one CaseChange, as in `lazo.case.actions`."""

from dataclasses import replace

from lazo.case import concerns
from lazo.case.actions import check_limit
from lazo.case.model import MESSAGES_AT_MOST, ActionContext, Case, CaseChange, HistoryKind
from lazo.errors import Problem, Rejected
from lazo.followup import lifecycle as followup_lifecycle
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise.model import PROMISES_AT_MOST, Promise, PromiseChange


def add_promise(case: Case, made: Promise, context: ActionContext) -> CaseChange:
    """Add a promise. Raises Rejected `wrong_stage` while "open" and after the end, or `too_many`."""
    if case.followup.stage == "open" or case.followup.ended:
        raise Rejected(Problem("wrong_stage"))
    check_limit(case.promises, PROMISES_AT_MOST)
    detail = {"text": made.what, "until": made.due.isoformat()}
    return context.change(
        case.followup.changed(), "promise_made", detail, promises=(PromiseChange(None, made),)
    )


def add_progress(case: Case, promise_id: str, text: str, context: ActionContext) -> CaseChange:
    """Add a progress note to a promise."""
    before = case.promise(promise_id)
    after = promise_lifecycle.add_progress(before, text, context.contact, context.now)
    return context.change(
        case.followup.changed(),
        "promise_progress",
        {"text": text},
        promises=(PromiseChange(before, after),),
    )


def keep_promise(case: Case, promise_id: str, text: str, context: ActionContext) -> CaseChange:
    """Record a promise as kept or late, and its concern as solved: by `text`, or else as promised. Raises Rejected
    `wrong_stage` for the first contact, which is kept by recording it."""
    before = case.promise(promise_id)
    if before.first_contact:
        raise Rejected(Problem("wrong_stage"))
    after = promise_lifecycle.keep_promise(before, context.contact.contact_id, context.now)
    what: HistoryKind = "promise_kept" if after.state == "kept" else "promise_late"
    concern = case.planned_concern(before)
    by = context.contact.contact_id
    solved = [concerns.solve_concern(concern, text or before.what, by, context.now)] if concern else []
    return context.change(
        case.followup.changed(),
        what,
        {"text": before.what, "action": text},
        concerns=solved,
        promises=(PromiseChange(before, after),),
    )


def withdraw_promise(case: Case, promise_id: str, reason: str, context: ActionContext) -> CaseChange:
    """Record a promise as not needed any more, and its concern as solved. Raises Rejected `wrong_stage` unless the
    customer has said that the case is solved."""
    if case.followup.stage != "confirmed":
        raise Rejected(Problem("wrong_stage"))
    before, by = case.promise(promise_id), context.contact.contact_id
    after = promise_lifecycle.withdraw_promise(before, reason, by, context.now)
    concern = case.planned_concern(before)
    solved = [concerns.solve_concern(concern, reason, by, context.now)] if concern else []
    return context.change(
        case.followup.changed(),
        "promise_withdrawn",
        {"text": before.what, "reason": reason},
        concerns=solved,
        promises=(PromiseChange(before, after),),
    )


def move_promise(
    case: Case, moved: Promise, message: CustomerMessage | None, context: ActionContext
) -> CaseChange:
    """Record a promise that `promise_lifecycle.move_promise` moved, and the message that tells the customer. With it
    goes the concern that it is the plan for; with the first contact the deadline of the case."""
    before = case.promise(moved.promise_id)
    if message:
        check_limit(case.messages, MESSAGES_AT_MOST)
    detail = {"text": moved.what, "until": moved.due.isoformat(), "reason": moved.moved[-1].reason}
    after = case.followup.changed()
    if moved.first_contact and moved.due != before.due:
        if after.stage == "taken_on" and after.owner:
            after = followup_lifecycle.move_deadline(case.followup, moved.due, context.now)
        # The time that the customer chose is told nowhere any more.
        after = replace(after, call_from=None)
    planned, day = case.planned_concern(before), context.store.hours.local_date(moved.due)
    return context.change(
        after,
        "promise_moved",
        detail,
        concerns=(replace(planned, owner=moved.owner, planned_for=day),) if planned else (),
        promises=(PromiseChange(before, moved),),
        messages=(message,) if message else (),
    )
