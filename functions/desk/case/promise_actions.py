"""The actions on promises: each reads its form and returns the change that it asks for."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from desk.case.action_context import LONGEST_PROMISE, ActionInput
from desk.web.forms import LONGEST_LINE, Fields
from lazo.case import actions as case_actions
from lazo.case import concerns, first_contact, promise_actions
from lazo.case.concerns import Concern
from lazo.case.model import Case, CaseChange
from lazo.errors import Rejected
from lazo.messaging.customer_message import LONGEST_EMAIL, CustomerMessage, NoConsent
from lazo.messaging.customer_templates import MessageContent
from lazo.promise import availability, delay_notices
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise.model import HEARS_BY, DayOrInstant, Promise, PromiseChange, PromiseDecision, PromiseRequest
from lazo.store.contacts import Channel
from lazo.translations import translations


def _promise(fields: Fields, inputs: ActionInput) -> CaseChange:
    asked = PromiseRequest(
        what=fields.text("what", LONGEST_PROMISE),
        when=fields.day_or_time(),
        owner=fields.choice("owner", [c.contact_id for c in inputs.context.store.contacts], "unknown_owner"),
        hears_by=fields.choice("hears_by", HEARS_BY),
        checkpoints=fields.days("checkpoint"),
    )
    made = fields.checked(lambda: _new_promise(asked, inputs))
    return promise_actions.add_promise(inputs.case, made, inputs.context)


def _progress(fields: Fields, inputs: ActionInput) -> CaseChange:
    text = fields.text("text", LONGEST_PROMISE)
    fields.check()
    return promise_actions.add_progress(inputs.case, _promise_id(fields), text, inputs.context)


def _keep(fields: Fields, inputs: ActionInput) -> CaseChange:
    text = fields.text("text", required=False)
    fields.check()
    return promise_actions.keep_promise(inputs.case, _promise_id(fields), text, inputs.context)


def _withdraw(fields: Fields, inputs: ActionInput) -> CaseChange:
    reason = fields.text("reason", LONGEST_PROMISE)
    fields.check()
    return promise_actions.withdraw_promise(inputs.case, _promise_id(fields), reason, inputs.context)


def promise_decisions(fields: Fields, case: Case) -> dict[str, PromiseDecision]:
    """Return what the form says of each open promise, by its id: the fields `promise-` and `reason-` with the id."""
    decisions: dict[str, PromiseDecision] = {}
    for each in case.open_promises:
        outcome: Literal["kept", "withdrawn", "open"] = fields.choice(
            f"promise-{each.promise_id}", ("kept", "withdrawn", "open")
        )
        withdrawn = outcome == "withdrawn"
        reason = fields.text(f"reason-{each.promise_id}", LONGEST_PROMISE, required=withdrawn)
        decisions[each.promise_id] = PromiseDecision(outcome, reason if withdrawn else "")
    return decisions


def _new_date(fields: Fields, inputs: ActionInput) -> CaseChange:
    act = inputs.context
    when = fields.day_or_time()
    owner = fields.choice("owner", [c.contact_id for c in act.store.contacts], "unknown_owner")
    reason = fields.text("reason", LONGEST_PROMISE)
    tell: Literal["sms", "email", "none"] = fields.choice("tell", ("sms", "email", "none"))
    text = fields.text("text", LONGEST_EMAIL * 2, required=tell != "none")
    before = inputs.case.promise(_promise_id(fields))
    channel = None if tell == "none" else tell

    def build() -> CaseChange:
        loads = inputs.daily_commitments(owner, availability.day_of(when, act.store.hours))
        moved = promise_lifecycle.move_promise(
            before, when, owner, reason, channel, act.store, loads, act.contact, act.now
        )
        message = _notice(moved, text, channel, inputs) if channel else None
        return promise_actions.move_promise(inputs.case, moved, message, act)

    return fields.checked(build)


def first_contact_change(
    before: Promise, until: datetime, reason: str, fields: Fields, inputs: ActionInput
) -> CaseChange:
    """Return the change that moves the deadline of the first contact with the date that the customer was told, and
    tells them the new one."""
    act, case = inputs.context, inputs.case
    tell: Literal["sms", "email", "none"] = fields.choice("tell", ("sms", "email", "none"))
    fields.check()
    owner, channel = case.followup.owner or before.owner, None if tell == "none" else tell
    case_actions.move_deadline(case, until, reason, act)  # raises what is wrong with the deadline itself
    loads = inputs.daily_commitments(owner, availability.day_of(until, act.store.hours))
    try:
        moved = promise_lifecycle.move_promise(
            before, until, owner, reason, channel, act.store, loads, act.contact, act.now
        )
    except Rejected as refused:
        raise Rejected(*(replace(each, field="until") for each in refused.problems)) from refused
    message, reach = None, inputs.reachable_answer()
    if channel:
        if reach is None:
            raise NoConsent
        writer = act.contact.name
        content = first_contact.new_date_content(case, before, moved, channel, reach, act.store, writer)
        message = first_contact.with_date(inputs.compose(content), moved)
    return case_actions.move_deadline(case, until, reason, act, moved, message)


def _notice(moved: Promise, text: str, channel: Channel, inputs: ActionInput) -> CustomerMessage:
    """Return the message that tells the customer the new date; it replaces the placeholder of the draft."""
    act, reach = inputs.context, inputs.reachable_answer()
    language = reach.language if reach else act.store.language
    mark = translations("case", act.contact.language)["promises"]["mark"]
    body = text.replace(mark, delay_notices.format_promise_date(moved.due, act.store, language))
    subject = translations("customer_messages", language)["delay"]["subject"]
    message = inputs.compose(MessageContent(channel, body, subject, "delay"))
    return first_contact.with_date(message, moved)


def planned_concern_change(concern_id: str, action: str, fields: Fields, inputs: ActionInput) -> CaseChange:
    """Return the change that plans a concern by a new promise, or rewords the one that it has: that one is moved by its
    own form."""
    act, hears_by = inputs.context, fields.choice("hears_by", HEARS_BY)
    if before := inputs.case.plan_for(concern_id):
        if fields.text("date", required=False):
            fields.add_problem("invalid", "date")
        fields.check()
        after = promise_lifecycle.reword_promise(before, action, hears_by, inputs.ways_to_hear())
        reworded = replace(inputs.case.concern(concern_id), action=action, hears_by=hears_by)
        return case_actions.settle_concern(inputs.case, reworded, act, PromiseChange(before, after))
    when = fields.day_or_time()
    concern = inputs.case.concern(concern_id)

    def build() -> CaseChange:
        checkpoints = _checkpoints_until(concern, when, inputs)
        made = _new_promise(
            PromiseRequest(action, when, concern.owner, hears_by, checkpoints, concern_id), inputs
        )
        by, due, today = act.contact.contact_id, *map(act.store.hours.local_date, (made.due, act.now))
        settled = concerns.plan_concern(concern, action, due, hears_by, by, act.now, today)
        return case_actions.settle_concern(inputs.case, settled, act, PromiseChange(None, made))

    return fields.checked(build)


def _new_promise(asked: PromiseRequest, inputs: ActionInput) -> Promise:
    act = inputs.context
    loads = inputs.daily_commitments(asked.owner, availability.day_of(asked.when, act.store.hours))
    followup_id, ways = inputs.case.followup.followup_id, inputs.ways_to_hear()
    return promise_lifecycle.make_promise(
        asked, act.idempotency_key, followup_id, act.store, ways, loads, act.contact, act.now
    )


def _checkpoints_until(concern: Concern, when: DayOrInstant, inputs: ActionInput) -> tuple[date, ...]:
    """Return the concern's checkpoints from today until the planned day."""
    hours = inputs.context.store.hours
    last = availability.day_of(when, hours)
    return tuple(day for day in concern.checkpoints if hours.local_date(inputs.context.now) <= day <= last)


def _promise_id(fields: Fields) -> str:
    return fields.text("promise_id", LONGEST_LINE)


PROMISE_ACTIONS: Mapping[str, Callable[[Fields, ActionInput], CaseChange]] = {
    "promise": _promise,
    "promise-progress": _progress,
    "promise-kept": _keep,
    "promise-withdrawn": _withdraw,
    "promise-date": _new_date,
}
"""By the last segment of the path that the form is posted to."""
