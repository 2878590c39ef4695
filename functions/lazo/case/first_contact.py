"""The promise of the first contact: the date in "Ana will call you by Monday at 18:20" stands in the ledger like any
other. It is made with the message that names it, follows the owner and the deadline of the case, and ends when somebody
calls or writes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from lazo.case.model import ActionContext, Case
from lazo.followup.model import CUSTOMER, FollowUp, digest_id
from lazo.messaging.customer_message import CustomerMessage
from lazo.messaging.customer_templates import MessageContent, fill_template
from lazo.promise import delay_notices
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise.model import HearsBy, Promise, PromiseChange
from lazo.store.contacts import Channel
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.translations import translations


def promise_id_for(followup_id: str, message_id: str = "") -> str:
    """Return the id of the promise that a message makes, or, without one, that the customer's choice of a time does.
    One that was taken back stays in the ledger as withdrawn, so the next one has an id of its own."""
    return digest_id("|".join(filter(None, (followup_id, "first_contact", message_id))))


def promises_made_by(
    messages: Iterable[CustomerMessage], case: Case, after: FollowUp
) -> tuple[PromiseChange, ...]:
    """Return the promise that a message makes to call or write by a date; () if none names one, or the `case` has it
    open before: its customer chose the time, or the message names it in the name of another owner."""
    if open_promise(case):
        return ()
    return tuple(
        PromiseChange(None, _promise_of(message, message.promise_id, message.until, after))
        for message in messages
        if message.promise_id and message.until and message.template == "received"
    )


def _promise_of(message: CustomerMessage, promise_id: str, until: datetime, after: FollowUp) -> Promise:
    hears_by: HearsBy = "phone" if message.channel == "sms" else "email"
    what: str = translations("customer_messages", message.language)["received"]["promise"][message.channel]
    return Promise(
        promise_id=promise_id,
        followup_id=message.followup_id,
        store_id=message.store_id,
        what=what,
        due=until,
        owner=after.owner or message.by,
        hears_by=hears_by,
        made_by=message.by,
        made_at=message.at,
        first_contact=True,
    )


def open_promise(case: Case) -> Promise | None:
    """Return the promise while it is open."""
    return next((each for each in case.open_promises if each.first_contact), None)


def was_told(promise: Promise, messages: Iterable[CustomerMessage]) -> bool:
    """Return whether the customer was told a date of this promise: in a message that went out, or may have, or by the
    person who moved it; or chose it."""
    in_person = any(each.told is None for each in promise.moved)
    own = (m for m in messages if m.promise_id == promise.promise_id and m.until)
    return in_person or promise.made_by == CUSTOMER or any(m.state in ("sent", "sending") for m in own)


def settled_by_contact(case: Case, context: ActionContext) -> tuple[PromiseChange, ...]:
    """Return the promise as kept, or late, now that somebody tried to reach the customer: a call was promised, not
    that they answer it. Withdrawn if the customer was never told of it."""
    promise = open_promise(case)
    if promise is None:
        return ()
    if not was_told(promise, case.messages):
        return (withdrawn_with_case(promise, case, context),)
    return (
        PromiseChange(
            promise, promise_lifecycle.keep_promise(promise, context.contact.contact_id, context.now)
        ),
    )


def withdrawn_with_case(promise: Promise, case: Case, context: ActionContext) -> PromiseChange:
    """Return any open promise of the case as withdrawn, or broken if its date passed. One to call or write that the
    customer was never told of has no date to miss."""
    if promise.first_contact and not was_told(promise, case.messages):
        return PromiseChange(promise, promise_lifecycle.cancel_promise(promise, context.now))
    by = context.contact.contact_id
    return PromiseChange(promise, promise_lifecycle.withdraw_promise(promise, "", by, context.now))


def settled_by_message(
    case: Case, message: CustomerMessage, context: ActionContext
) -> tuple[PromiseChange, ...]:
    """Return the promise as kept if it was to write an e-mail and this is one."""
    promise = open_promise(case)
    written = promise is not None and promise.hears_by == message.channel == "email"
    return settled_by_contact(case, context) if written else ()


def handed_over(case: Case, owner: str) -> tuple[PromiseChange, ...]:
    """Return the promise with the case's new owner; the date that the customer was told stays."""
    promise = open_promise(case)
    if promise is None or promise.owner == owner:
        return ()
    return (PromiseChange(promise, promise_lifecycle.hand_over(promise, owner)),)


def new_date_content(
    case: Case, before: Promise, moved: Promise, channel: Channel, answer: Answer, store: Store, writer: str
) -> MessageContent:
    """Return the message, in the customer's language, that tells the date to which the promise was moved. It speaks of
    a delay only where there is one that the customer knows of. `writer`: the name of who moves it."""
    until = delay_notices.format_promise_date(moved.due, store, answer.language)
    if moved.due > before.due and was_told(before, case.messages):
        return fill_template("delay", channel, answer, store, writer, what=moved.what, until=until)
    owner = store.contact(moved.owner)
    name, asks = owner.name if owner else writer, case.followup.only_asks
    return fill_template("received", channel, answer, store, name, until=until, only_asks=asks)


def with_date(message: CustomerMessage, promise: Promise) -> CustomerMessage:
    """Return the message marked as naming the date of a promise: it is not sent once the promise has another."""
    return replace(message, promise_id=promise.promise_id, until=promise.due)
