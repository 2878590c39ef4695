"""What is done at the desk about a promise: each act is a step of the case (`lazo.case.actions`)."""

from lazo.case import concerns
from lazo.case.actions import bump_version, check_limit
from lazo.case.concerns import Concern
from lazo.case.model import MESSAGES_AT_MOST, ActionContext, Case, CaseChange, HistoryKind
from lazo.errors import Problem, Rejected
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise import model as promise_model
from lazo.promise.model import PROMISES_AT_MOST, Promise, PromiseChange


def add_promise(case: Case, made: Promise, act: ActionContext) -> CaseChange:
    """Something promised to the customer; while somebody is on it, and before the customer has said that it is
    solved."""
    if case.followup.stage == "open" or case.followup.ended:
        raise Rejected(Problem("wrong_stage"))
    check_limit(case.promises, PROMISES_AT_MOST)
    detail = {"text": made.what, "until": made.due.isoformat()}
    return act.change(
        bump_version(case.followup), "promise_made", detail, promises=(PromiseChange(None, made),)
    )


def add_progress(case: Case, promise_id: str, text: str, act: ActionContext) -> CaseChange:
    """A step forward."""
    before = case.promise(promise_id)
    after = promise_model.add_progress(before, text, act.contact, act.now)
    return act.change(
        bump_version(case.followup),
        "promise_progress",
        {"text": text},
        promises=(PromiseChange(before, after),),
    )


def keep_promise(case: Case, promise_id: str, text: str, act: ActionContext) -> CaseChange:
    """What was promised is done; and with it the concern that it was the plan for, by `text`, or as it was promised."""
    before = case.promise(promise_id)
    after = promise_model.keep_promise(before, act.contact.contact_id, act.now)
    what: HistoryKind = "promise_kept" if after.state == "kept" else "promise_late"
    concern = _planned(case, before.concern_id)
    by = act.contact.contact_id
    solved = [concerns.solve_concern(concern, text or before.what, by, act.now)] if concern else []
    return act.change(
        bump_version(case.followup),
        what,
        {"text": before.what, "action": text},
        concerns=solved,
        promises=(PromiseChange(before, after),),
    )


def move_promise(
    case: Case, moved: Promise, message: CustomerMessage | None, act: ActionContext
) -> CaseChange:
    """A new date, as `promises.move` let it pass, and the notice of it to the customer."""
    before = case.promise(moved.promise_id)
    if message:
        check_limit(case.messages, MESSAGES_AT_MOST)
    detail = {"text": moved.what, "until": moved.due.isoformat(), "reason": moved.moved[-1].reason}
    return act.change(
        bump_version(case.followup),
        "promise_moved",
        detail,
        promises=(PromiseChange(before, moved),),
        messages=(message,) if message else (),
    )


def _planned(case: Case, concern_id: str | None) -> Concern | None:
    return next((c for c in case.concerns if c.concern_id == concern_id and c.state == "planned"), None)
