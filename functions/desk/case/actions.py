"""The actions on a follow-up: each reads its form and returns the change that it asks for."""

from collections.abc import Callable

from desk.case import promise_actions
from desk.case.action_context import LONGEST_CONCERN, LONGEST_PROMISE, ActionInput, theme_ids
from desk.case.promise_actions import PROMISE_ACTIONS
from desk.web.forms import LONGEST_LINE, Fields
from lazo.case import actions as case_actions
from lazo.case import concerns, first_contact, incentives, undo
from lazo.case.concerns import CONCERN_PRIORITIES, Concern
from lazo.case.incentives import INCENTIVE_KINDS, Incentive
from lazo.case.model import NOTE_CHANNELS, Case, CaseChange, Note
from lazo.case.permissions import Permissions
from lazo.errors import Problem, Rejected
from lazo.followup import lifecycle, staff_deliveries
from lazo.messaging.customer_message import LONGEST_EMAIL
from lazo.messaging.customer_templates import MessageContent
from lazo.store.contacts import Channel


def _take_on(_fields: Fields, inputs: ActionInput) -> CaseChange | None:
    return case_actions.take_on(inputs.case, inputs.context)


def _contacted(fields: Fields, inputs: ActionInput) -> CaseChange:
    channel = fields.choice("channel", NOTE_CHANNELS)
    reached = fields.choice("reached", ("yes", "no"))
    text = fields.text("text", required=False)
    return fields.checked(
        lambda: case_actions.record_contact(
            inputs.case, inputs.context, channel, text, reached=reached == "yes"
        )
    )


def _note(fields: Fields, inputs: ActionInput) -> CaseChange:
    act = inputs.context
    held_at = fields.instant("when") if fields.text("when", required=False) else act.now
    recording = fields.https_url("recording")
    if recording and not fields.is_ticked("recording_consent"):
        fields.add_problem("consent_missing", "recording_consent")
    note = Note(
        note_id=act.idempotency_key,
        channel=fields.choice("channel", NOTE_CHANNELS),
        held_at=held_at,
        text=fields.text("text"),
        by=act.contact.contact_id,
        by_name=act.contact.name,
        at=act.now,
        recording=recording,
        corrects=fields.text("corrects", LONGEST_LINE, required=False) or None,
    )
    return fields.checked(lambda: case_actions.add_note(inputs.case, note, act))


def _concern(fields: Fields, inputs: ActionInput) -> CaseChange:
    act = inputs.context
    concern = Concern(
        concern_id=act.idempotency_key,
        text=fields.text("text", LONGEST_CONCERN),
        theme=fields.optional_choice("theme", theme_ids(inputs), "unknown_theme"),
        priority=fields.choice("priority", CONCERN_PRIORITIES),
        owner=fields.choice("owner", [c.contact_id for c in act.store.contacts], "unknown_owner"),
        deadline=fields.day("deadline"),
        checkpoints=fields.days("checkpoint"),
        added_by=act.contact.contact_id,
        added_at=act.now,
    )
    return fields.checked(lambda: case_actions.add_concern(inputs.case, concern, act))


def _concern_date(fields: Fields, inputs: ActionInput) -> CaseChange:
    act = inputs.context
    deadline = fields.day("deadline")
    owner = fields.choice("owner", [c.contact_id for c in act.store.contacts], "unknown_owner")
    reason = fields.text("reason", LONGEST_CONCERN)
    concern_id = fields.text("concern_id", LONGEST_LINE)
    return fields.checked(
        lambda: case_actions.move_concern(inputs.case, concern_id, deadline, owner, reason, act)
    )


def _settle(fields: Fields, inputs: ActionInput) -> CaseChange:
    act, by = inputs.context, inputs.context.contact.contact_id
    how = fields.choice("how", ("solved", "planned"))
    action = fields.text("action", *((LONGEST_PROMISE,) if how == "planned" else ()))
    concern_id = fields.text("concern_id", LONGEST_LINE)
    if how == "planned":
        return promise_actions.planned_concern_change(concern_id, action, fields, inputs)
    fields.check()
    solved = concerns.solve_concern(inputs.case.concern(concern_id), action, by, act.now)
    return case_actions.settle_concern(inputs.case, solved, act)


def _incentive(fields: Fields, inputs: ActionInput) -> CaseChange:
    act, case = inputs.context, inputs.case
    incentive = Incentive(
        incentive_id=act.idempotency_key,
        kind=fields.choice("kind", INCENTIVE_KINDS),
        value=fields.money("value"),
        currency=act.store.policy.currency,
        reason=fields.text("reason", LONGEST_CONCERN),
        concern_id=fields.text("concern_id", LONGEST_LINE),
        by=act.contact.contact_id,
        by_name=act.contact.name,
        at=act.now,
    )
    policy, month_so_far = act.store.policy, inputs.given_this_month()
    granted = fields.checked(
        lambda: incentives.check_incentive(
            incentive, case.followup, case.concerns, case.incentives, policy, month_so_far
        )
    )
    return case_actions.record_incentive(case, granted, act)


def _message(fields: Fields, inputs: ActionInput) -> CaseChange:
    channel: Channel = fields.choice("channel", ("sms", "email"))
    writing = MessageContent(
        channel=channel,
        text=fields.text("text", required=False, most=LONGEST_EMAIL * 2),
        subject=fields.text("subject", LONGEST_LINE, required=False),
        template=fields.text("template", LONGEST_LINE, required=False) or None,
    )
    return fields.checked(
        lambda: case_actions.send_message(inputs.case, inputs.compose(writing), inputs.context)
    )


def _interested(fields: Fields, inputs: ActionInput) -> CaseChange:
    value = fields.choice("value", ("on", "off"))
    return fields.checked(
        lambda: case_actions.mark_interested(inputs.case, inputs.context, interested=value == "on")
    )


def _reassign(fields: Fields, inputs: ActionInput) -> CaseChange:
    act = inputs.context
    owner = fields.choice("owner", [c.contact_id for c in act.store.contacts], "unknown_owner")
    if not fields.is_ticked("sure"):
        # The other is told at once, so this cannot be undone.
        fields.add_problem("not_ticked", "sure")
    fields.check()
    after = lifecycle.reassign(inputs.case.followup, owner, act.store, act.now)
    deliveries = (
        staff_deliveries.assigned_deliveries(after, act.store, act.now)
        if owner != act.contact.contact_id
        else ()
    )
    return case_actions.reassign(inputs.case, owner, act, deliveries)


def _deadline(fields: Fields, inputs: ActionInput) -> CaseChange:
    until, reason = fields.instant("until"), fields.text("reason", LONGEST_CONCERN)
    promise = first_contact.open_promise(inputs.case)
    if promise is None or promise.due == until:
        return fields.checked(lambda: case_actions.move_deadline(inputs.case, until, reason, inputs.context))
    return promise_actions.first_contact_change(promise, until, reason, fields, inputs)


def _resolve(fields: Fields, inputs: ActionInput) -> CaseChange:
    done = fields.text("done")
    theme = fields.choice("root_cause_theme", theme_ids(inputs), "unknown_theme")
    cause = fields.text("root_cause", required=False)
    return fields.checked(
        lambda: case_actions.resolve(
            inputs.case, inputs.context, root_cause_theme=theme, root_cause=cause, done=done
        )
    )


def _confirm(fields: Fields, inputs: ActionInput) -> CaseChange:
    outcome = fields.choice("outcome", ("solved", "not_yet"))
    channel = fields.choice("channel", NOTE_CHANNELS)
    text = fields.text("text", required=False)
    solved = outcome == "solved"
    decisions = promise_actions.promise_decisions(fields, inputs.case) if solved else {}
    return fields.checked(
        lambda: case_actions.confirm(
            inputs.case, inputs.context, channel, text, solved=solved, decisions=decisions
        )
    )


def _undo(fields: Fields, inputs: ActionInput) -> CaseChange:
    entry_id = fields.text("entry", LONGEST_LINE)
    fields.check()
    return undo.undo(inputs.case, entry_id, inputs.context)


def _not_customer(_fields: Fields, inputs: ActionInput) -> CaseChange:
    return case_actions.dismiss(inputs.case, inputs.context)


ACTIONS: dict[str, Callable[[Fields, ActionInput], CaseChange | None]] = {
    "take-on": _take_on,
    "contacted": _contacted,
    "note": _note,
    "concern": _concern,
    "concern-date": _concern_date,
    "settle": _settle,
    "incentive": _incentive,
    **PROMISE_ACTIONS,
    "message": _message,
    "interested": _interested,
    "reassign": _reassign,
    "deadline": _deadline,
    "resolve": _resolve,
    "confirm": _confirm,
    "not-customer": _not_customer,
    "undo": _undo,
}
"""By the last segment of the path that the form is posted to."""

CONCERN_ACTIONS = {"settle", "concern-date"}
"""Actions on a concern that exists, by its `concern_id`."""

OPEN_PROMISE_ACTIONS = PROMISE_ACTIONS.keys() - {"promise"}
"""Actions on a promise that exists, by its `promise_id`."""

APPEND_ONLY_ACTIONS = {"take-on", "note", "concern", "message", "interested", "promise", "promise-progress"}
"""Actions that only add, and so need no check for changes that others made since the page was loaded."""


def change_for(action: str, fields: Fields, inputs: ActionInput) -> CaseChange | None:
    """Return the change that a form asks for; None if the case already is as asked.

    Raises Rejected with the problems of the fields or the case; `taken` for a form that the page does not offer because
    somebody else has the case; `changed` if somebody else changed the case after the version that the user saw;
    `wrong_stage` if the customer was erased, because no new personal data may be stored.
    """
    if inputs.case.followup.erased_at:
        raise Rejected(Problem("wrong_stage"))
    if not _is_allowed(action, fields, inputs):
        raise Rejected(Problem("taken"))
    seen = fields.whole_number("version")
    if action not in APPEND_ONLY_ACTIONS and changed_by_others(
        inputs.case, seen, inputs.context.contact.contact_id
    ):
        raise Rejected(Problem("changed"))
    return ACTIONS[action](fields, inputs)


def _is_allowed(action: str, fields: Fields, inputs: ActionInput) -> bool:
    """Return whether the page offers the form to the user, as far as this depends on whose the case is."""
    case, act = inputs.case, inputs.context
    allowed = Permissions(case, act.store, act.contact)
    if allowed.may_act or action == "take-on":  # which says itself who has it
        return True
    if action == "reassign":
        return allowed.may_hand_over
    if action == "note":
        corrected = fields.text("corrects", required=False)
        return all(allowed.may_correct(each) for each in case.notes if each.note_id == corrected)
    if action in CONCERN_ACTIONS:
        concern_id = fields.text("concern_id", required=False)
        return any(allowed.answers_for(each) for each in case.concerns if each.concern_id == concern_id)
    promise_id = fields.text("promise_id", required=False) if action in OPEN_PROMISE_ACTIONS else None
    return any(allowed.answers_for(each) for each in case.promises if each.promise_id == promise_id)


def changed_by_others(case: Case, seen: int, reader: str) -> bool:
    """Return whether another user changed the case after version `seen`. An escalation that only notifies the next
    level writes no history entry, so it does not count."""
    return any(entry.by != reader for entry in case.entries_since(seen))
