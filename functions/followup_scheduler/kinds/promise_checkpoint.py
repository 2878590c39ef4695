"""Remind the responsible contact at a checkpoint of a promise, if nothing was noted since the last one."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Complete, Effect, Publish, Reschedule, SweepContext
from followup_scheduler.open_promise import read_open_promise
from lazo.promise import alerts as promise_alerts
from lazo.promise.model import lacks_progress, next_checkpoint
from lazo.table import due
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import deliveries
from lazo.workflows.events import deliveries_due


def matches(key: Key) -> bool:
    return due.is_date(key, "promise_checkpoint")


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    found = read_open_promise(item, context)
    if found is None:
        yield Complete()
        return
    promise, followup = found
    store = context.stores.get(promise.store_id, now)
    pending = (
        promise_alerts.missed_checkpoint(promise, followup, store, now)
        if lacks_progress(promise, now)
        else ()
    )
    writes = [deliveries.delivery_put(each) for each in pending]
    following = next_checkpoint(promise, now)
    yield Reschedule(following, writes) if following else Complete(writes)
    yield from map(Publish, deliveries_due(followup, pending, now))
