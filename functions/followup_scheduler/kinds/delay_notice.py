"""A promise is near its date and not kept: whoever keeps it is told, and the customer before the date passes, by a
notice that waits on the page to be approved or, where the shop wants it so, goes out now."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Done, Effect, Tell, World
from lazo.followup.model import FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise import alerts as promise_alerts
from lazo.promise import delay_notices
from lazo.promise.model import Change, Promise, endanger
from lazo.store.model import Store
from lazo.table import customers, followups, promises
from lazo.table import due as table_due
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import contact_limits, customer_messages, deliveries, opt_outs
from lazo.workflows.events import about, deliveries_due


def knows(key: Key) -> bool:
    return table_due.is_date(key, "delay_notice")


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    promise = promises.get(world.table, item["followup_id"], item["promise_id"])
    followup = followups.get(world.table, item["followup_id"])
    if promise is None or followup is None or not promise.open or promise.due <= now:
        yield Done()
        return
    store = world.stores.get(promise.store_id, now)
    message = _notice(promise, followup, store, now, world)
    owed = promise_alerts.at_risk(promise, followup, store, now, customer_told=message is not None)
    yield Done(
        [
            *promises.writes([Change(promise, endanger(promise))], store, followup.priority, now),
            *(deliveries.new(each) for each in owed),
            *([customer_messages.new(message)] if message else ()),
            *contact_limits.counted([message] if message else (), store),
        ]
    )
    yield from map(Tell, deliveries_due(followup, owed, now))
    if message:
        yield Tell(about("message.owed", followup, now))


def _notice(
    promise: Promise, followup: FollowUp, store: Store, now: datetime, world: World
) -> CustomerMessage | None:
    """The notice that goes out by itself, if the shop wants it, and the customer may be written to."""
    by = store.contact(promise_alerts.keeper(promise, followup, store, now) or "")
    if store.policy.delay_notice != "send" or by is None:
        return None
    answer = customers.reach(world.table, followup)
    if answer is None or opt_outs.stopped(world.table, opt_outs.of(answer)):
        return None
    message = delay_notices.by_itself(promise, followup, answer, store, by, now)
    if message and contact_limits.has_room(world.table, message.customer_keys, store, message.starts_at):
        return message
    return None
