"""What can be done to a follow-up at the desk: each action reads its form and gives the step that it asks for."""

from collections.abc import Callable

from desk.case import promise_actions
from desk.case.action_context import LONGEST_CONCERN, LONGEST_PROMISE, ActionInput, theme_ids
from desk.case.promise_actions import PROMISE_ACTIONS
from desk.web.forms import LONGEST_LINE, Fields
from lazo.case import actions as case_actions
from lazo.case import concerns, incentives
from lazo.case.concerns import CONCERN_PRIORITIES, Concern
from lazo.case.incentives import INCENTIVE_KINDS, Incentive
from lazo.case.model import NOTE_CHANNELS, Case, CaseChange, Note
from lazo.errors import Problem, Rejected
from lazo.followup import lifecycle, staff_deliveries
from lazo.messaging.customer_message import LONGEST_EMAIL, compose
from lazo.messaging.customer_templates import MessageContent
from lazo.store.contacts import Channel


def _take_on(_fields: Fields, desk: ActionInput) -> CaseChange | None:
    return case_actions.take_on(desk.case, desk.act)


def _contacted(fields: Fields, desk: ActionInput) -> CaseChange:
    channel = fields.choice("channel", NOTE_CHANNELS)
    reached = fields.choice("reached", ("yes", "no"))
    text = fields.text("text", required=False)
    fields.check()
    return case_actions.record_contact(desk.case, desk.act, channel, text, reached=reached == "yes")


def _note(fields: Fields, desk: ActionInput) -> CaseChange:
    act = desk.act
    held_at = fields.instant("when") if fields.text("when", required=False) else act.now
    recording = fields.https("recording")
    if recording and not fields.ticked("recording_consent"):
        fields.wrong("consent_missing", "recording_consent")
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
    fields.check()
    return case_actions.add_note(desk.case, note, act)


def _concern(fields: Fields, desk: ActionInput) -> CaseChange:
    act = desk.act
    concern = Concern(
        concern_id=act.idempotency_key,
        text=fields.text("text", LONGEST_CONCERN),
        theme=fields.maybe("theme", theme_ids(desk), "unknown_theme"),
        priority=fields.choice("priority", CONCERN_PRIORITIES),
        owner=fields.choice("owner", [c.contact_id for c in act.store.contacts], "unknown_owner"),
        deadline=fields.day("deadline"),
        checkpoints=fields.days("checkpoint"),
        added_by=act.contact.contact_id,
        added_at=act.now,
    )
    fields.check()
    return case_actions.add_concern(desk.case, concern, act)


def _settle(fields: Fields, desk: ActionInput) -> CaseChange:
    act, by = desk.act, desk.act.contact.contact_id
    how = fields.choice("how", ("solved", "planned"))
    action = fields.text("action", *((LONGEST_PROMISE,) if how == "planned" else ()))
    concern_id = fields.text("concern_id", LONGEST_LINE)
    if how == "planned":
        return promise_actions.plan(concern_id, action, fields, desk)
    fields.check()
    solved = concerns.solve_concern(desk.case.concern(concern_id), action, by, act.now)
    return case_actions.settle_concern(desk.case, solved, act)


def _incentive(fields: Fields, desk: ActionInput) -> CaseChange:
    act, case = desk.act, desk.case
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
    fields.check()
    granted = incentives.check_incentive(
        incentive, case.followup, case.concerns, case.incentives, act.store.policy, desk.month_given()
    )
    return case_actions.record_incentive(case, granted, act)


def _message(fields: Fields, desk: ActionInput) -> CaseChange:
    channel: Channel = fields.choice("channel", ("sms", "email"))
    writing = MessageContent(
        channel=channel,
        text=fields.text("text", required=False, most=LONGEST_EMAIL * 2),
        subject=fields.text("subject", LONGEST_LINE, required=False),
        template=fields.text("template", LONGEST_LINE, required=False) or None,
    )
    fields.check()
    act = desk.act
    message = compose(
        writing,
        desk.case.followup.followup_id,
        desk.reach(),
        act.store,
        act.contact,
        message_id=act.idempotency_key,
        now=act.now,
    )
    return case_actions.send_message(desk.case, message, act)


def _interested(fields: Fields, desk: ActionInput) -> CaseChange:
    value = fields.choice("value", ("on", "off"))
    fields.check()
    return case_actions.mark_interested(desk.case, desk.act, interested=value == "on")


def _reassign(fields: Fields, desk: ActionInput) -> CaseChange:
    act = desk.act
    owner = fields.choice("owner", [c.contact_id for c in act.store.contacts], "unknown_owner")
    fields.check()
    after = lifecycle.reassign(desk.case.followup, owner, act.store, act.now)
    owed = (
        staff_deliveries.assigned_deliveries(after, act.store, act.now)
        if owner != act.contact.contact_id
        else ()
    )
    return case_actions.reassign(desk.case, owner, act, owed)


def _deadline(fields: Fields, desk: ActionInput) -> CaseChange:
    until, reason = fields.instant("until"), fields.text("reason", LONGEST_CONCERN)
    fields.check()
    return case_actions.move_deadline(desk.case, until, reason, desk.act)


def _resolve(fields: Fields, desk: ActionInput) -> CaseChange:
    theme = fields.choice("root_cause_theme", theme_ids(desk), "unknown_theme")
    cause, done = fields.text("root_cause"), fields.text("done")
    fields.check()
    return case_actions.resolve(desk.case, desk.act, root_cause_theme=theme, root_cause=cause, done=done)


def _confirm(fields: Fields, desk: ActionInput) -> CaseChange:
    outcome = fields.choice("outcome", ("solved", "not_yet"))
    channel = fields.choice("channel", NOTE_CHANNELS)
    text = fields.text("text", required=False)
    fields.check()
    return case_actions.confirm(desk.case, desk.act, channel, text, solved=outcome == "solved")


ACTIONS: dict[str, Callable[[Fields, ActionInput], CaseChange | None]] = {
    "take-on": _take_on,
    "contacted": _contacted,
    "note": _note,
    "concern": _concern,
    "settle": _settle,
    "incentive": _incentive,
    **PROMISE_ACTIONS,
    "message": _message,
    "interested": _interested,
    "reassign": _reassign,
    "deadline": _deadline,
    "resolve": _resolve,
    "confirm": _confirm,
}
"""By the last part of the address that the form is sent to."""

APPENDING = {"take-on", "note", "concern", "message", "interested", "promise", "promise-progress"}
"""What holds whatever somebody else did since the page was made: it adds, and changes nothing that is there."""


def change_for(action: str, fields: Fields, desk: ActionInput) -> CaseChange | None:
    """The step that a form asks for; None when it is as asked already.

    Rejected with the problems of its fields or of the case; `changed` when the reader has not seen what somebody else
    did since; `wrong_stage` when its customer was erased, of whom nothing more is to be written down.
    """
    if desk.case.followup.erased_at:
        raise Rejected(Problem("wrong_stage"))
    seen = fields.whole("version")
    if action not in APPENDING and overtaken(desk.case, seen, desk.act.contact.contact_id):
        raise Rejected(Problem("changed"))
    return ACTIONS[action](fields, desk)


def overtaken(case: Case, seen: int, reader: str) -> bool:
    """Whether somebody else did something after the version that the reader saw. The sweep's own changes, one step
    up the chain, are in nobody's way."""
    return any(entry.by != reader for entry in case.entries_since(seen))
