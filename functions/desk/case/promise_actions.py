"""What can be done about promises at the desk: each action reads its form and gives the step that it asks for."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

from desk.case.action_context import LONGEST_PROMISE, ActionInput
from desk.web.forms import LONGEST_LINE, Fields
from lazo.case import actions as case_actions
from lazo.case import concerns, promise_actions
from lazo.case.concerns import Concern
from lazo.case.model import CaseChange
from lazo.messaging.customer_message import LONGEST_EMAIL, CustomerMessage, compose
from lazo.messaging.customer_templates import MessageContent
from lazo.promise import availability, delay_notices
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise.availability import DayOrInstant
from lazo.promise.model import HEARS_BY, Promise, PromiseChange, PromiseRequest
from lazo.store.contacts import Channel
from lazo.translations import translations


def _promise(fields: Fields, desk: ActionInput) -> CaseChange:
    asked = PromiseRequest(
        what=fields.text("what", LONGEST_PROMISE),
        when=fields.when(),
        owner=fields.choice("owner", [c.contact_id for c in desk.act.store.contacts], "unknown_owner"),
        hears_by=fields.choice("hears_by", HEARS_BY),
        checkpoints=fields.days("checkpoint"),
    )
    fields.check()
    return promise_actions.add_promise(desk.case, _made(asked, desk), desk.act)


def _progress(fields: Fields, desk: ActionInput) -> CaseChange:
    text = fields.text("text", LONGEST_PROMISE)
    fields.check()
    return promise_actions.add_progress(desk.case, _id(fields), text, desk.act)


def _kept(fields: Fields, desk: ActionInput) -> CaseChange:
    text = fields.text("text", required=False)
    fields.check()
    return promise_actions.keep_promise(desk.case, _id(fields), text, desk.act)


def _new_date(fields: Fields, desk: ActionInput) -> CaseChange:
    act = desk.act
    when = fields.when()
    owner = fields.choice("owner", [c.contact_id for c in act.store.contacts], "unknown_owner")
    reason = fields.text("reason", LONGEST_PROMISE)
    tell: Literal["sms", "email", "none"] = fields.choice("tell", ("sms", "email", "none"))
    text = fields.text("text", LONGEST_EMAIL * 2, required=tell != "none")
    fields.check()
    before = desk.case.promise(_id(fields))
    loads = desk.loads(owner, availability.day_of(when, act.store.hours))
    channel = None if tell == "none" else tell
    moved = promise_lifecycle.move_promise(
        before, when, owner, reason, channel, act.store, loads, act.contact, act.now
    )
    message = _notice(moved, text, channel, desk) if channel else None
    return promise_actions.move_promise(desk.case, moved, message, act)


def _notice(moved: Promise, text: str, channel: Channel, desk: ActionInput) -> CustomerMessage:
    """What tells the customer of the new date, which stands where the draft has its mark."""
    act, reach = desk.act, desk.reach()
    language = reach.language if reach else act.store.language
    mark = translations("case", act.contact.language)["promises"]["mark"]
    said = text.replace(mark, delay_notices.format_promise_date(moved.due, act.store, language))
    subject = translations("customer_messages", language)["delay"]["subject"]
    writing = MessageContent(channel, said, subject, "delay")
    return compose(
        writing,
        desk.case.followup.followup_id,
        reach,
        act.store,
        act.contact,
        message_id=act.idempotency_key,
        now=act.now,
    )


def plan(concern_id: str, action: str, fields: Fields, desk: ActionInput) -> CaseChange:
    """A concern that is planned is a promise: a new one, or the one that it was, planned anew."""
    act, when = desk.act, fields.when()
    hears_by = fields.choice("hears_by", HEARS_BY)
    fields.check()
    concern = desk.case.concern(concern_id)
    asked = PromiseRequest(action, when, concern.owner, hears_by, _ahead(concern, when, desk), concern_id)
    before = desk.case.plan_for(concern.concern_id)
    after = _replanned(before, asked, desk) if before else _made(asked, desk)
    hours = act.store.hours
    settled = concerns.plan_concern(
        concern,
        action,
        hours.local_date(after.due),
        asked.hears_by,
        act.contact.contact_id,
        act.now,
        hours.local_date(act.now),
    )
    return case_actions.settle_concern(desk.case, settled, act, PromiseChange(before, after))


def _made(asked: PromiseRequest, desk: ActionInput) -> Promise:
    act = desk.act
    loads = desk.loads(asked.owner, availability.day_of(asked.when, act.store.hours))
    followup_id = desk.case.followup.followup_id
    return promise_lifecycle.make_promise(
        asked, act.idempotency_key, followup_id, act.store, desk.reach(), loads, act.contact, act.now
    )


def _replanned(before: Promise, asked: PromiseRequest, desk: ActionInput) -> Promise:
    act = desk.act
    loads = desk.loads(before.owner, availability.day_of(asked.when, act.store.hours))
    return promise_lifecycle.replan_promise(
        before, asked, act.store, desk.reach(), loads, act.contact, act.now
    )


def _ahead(concern: Concern, when: DayOrInstant, desk: ActionInput) -> tuple[date, ...]:
    """The days on which the concern was to be looked at, as far as they are ahead and before its plan."""
    hours = desk.act.store.hours
    last = availability.day_of(when, hours)
    return tuple(day for day in concern.checkpoints if hours.local_date(desk.act.now) <= day <= last)


def _id(fields: Fields) -> str:
    return fields.text("promise_id", LONGEST_LINE)


PROMISE_ACTIONS: Mapping[str, Callable[[Fields, ActionInput], CaseChange]] = {
    "promise": _promise,
    "promise-progress": _progress,
    "promise-kept": _kept,
    "promise-date": _new_date,
}
"""By the last part of the address that the form is sent to."""
