"""Tell whoever is responsible that a promise is near its date and not kept.

The customer gets a notice before the date passes. It waits for approval, or goes out now where the store wants that.
"""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Complete, Effect, Publish, SweepContext
from followup_scheduler.open_promise import read_open_promise
from lazo.followup.model import FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise import alerts as promise_alerts
from lazo.promise import delay_notices
from lazo.promise.lifecycle import mark_at_risk
from lazo.promise.model import Promise, PromiseChange
from lazo.store.model import Store
from lazo.table import customers, due, promises
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import contact_limits, customer_messages, deliveries, opt_outs
from lazo.workflows.events import deliveries_due, followup_event


def matches(key: Key) -> bool:
    return due.is_date(key, "delay_notice")


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    found = read_open_promise(item, context)
    if found is None or found[0].due <= now:
        yield Complete()
        return
    promise, followup = found
    store = context.stores.get(promise.store_id, now)
    message = _notice(promise, followup, store, now, context)
    pending = promise_alerts.at_risk_deliveries(
        promise, followup, store, now, customer_was_told=message is not None
    )
    yield Complete(
        [
            *promises.promise_writes(
                [PromiseChange(promise, mark_at_risk(promise))], store, followup.priority, now
            ),
            *(deliveries.delivery_put(each) for each in pending),
            *([customer_messages.message_put(message)] if message else ()),
            *contact_limits.count_messages([message] if message else (), store),
        ]
    )
    yield from map(Publish, deliveries_due(followup, pending, now))
    if message:
        yield Publish(followup_event("message.owed", followup, now))


def _notice(
    promise: Promise, followup: FollowUp, store: Store, now: datetime, context: SweepContext
) -> CustomerMessage | None:
    """Return the automatic notice; None unless the store wants it and the customer may be written to."""
    by = store.contact(promise_alerts.responsible_contact(promise, followup, store, now) or "")
    if store.policy.delay_notice != "send" or by is None:
        return None
    answer = customers.reachable_answer(context.table, followup)
    if answer is None or opt_outs.has_opted_out(context.table, opt_outs.customer_keys_of(answer)):
        return None
    message = delay_notices.automatic_notice(promise, followup, answer, store, by, now)
    if message and contact_limits.has_room(context.table, message.customer_keys, store, message.starts_at):
        return message
    return None
