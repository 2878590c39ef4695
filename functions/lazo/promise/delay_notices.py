"""Tell a customer in advance that a promise will be late: a draft for the owner, or an automatic notice."""

from dataclasses import replace
from datetime import datetime

from lazo.followup.model import FollowUp
from lazo.messaging import date_format
from lazo.messaging.customer_message import CustomerMessage, compose_automatic
from lazo.messaging.customer_templates import MessageContent, customer_channels, fill_template
from lazo.promise import availability
from lazo.promise.model import Promise
from lazo.store.contacts import Channel, Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer


def format_promise_date(due: datetime, store: Store, language: str) -> str:
    """Return the date of a promise in words for a customer: the day, and the time if one was named."""
    if availability.is_whole_day(due, store.hours):
        return date_format.format_day(store.hours.local_date(due), language, store.country)
    return date_format.format_moment(due, store.timezone, language, store.country)


def draft_delay_notice(
    promise: Promise, channel: Channel, answer: Answer, store: Store, by: Contact, new_date: str
) -> MessageContent:
    """Return the notice to start from, in the customer's language, with `new_date` in the date's place."""
    return fill_template("delay", channel, answer, store, by.name, what=promise.what, until=new_date)


def automatic_notice(
    promise: Promise, followup: FollowUp, answer: Answer, store: Store, by: Contact, now: datetime
) -> CustomerMessage | None:
    """Return the notice without a new date that goes out in the name of `by`. Return None when the customer may not be
    written to or would get it after the date, or the wording guard blocks the promise's words."""
    channel = next(iter(customer_channels(answer)), None)
    if channel is None or store.next_customer_contact_time(now) >= promise.due:
        return None
    writing = fill_template("delay", channel, answer, store, by.name, what=promise.what)
    ref = f"{promise.promise_id}-delay-{promise.version}"
    message = compose_automatic(writing, followup.followup_id, answer, store, by, message_id=ref, now=now)
    return message and replace(message, promise_id=promise.promise_id)
