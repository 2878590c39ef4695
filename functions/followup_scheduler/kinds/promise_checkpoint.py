"""A checkpoint of a promise has come: where nothing was noted since the one before, whoever keeps it is reminded."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Done, Effect, LookAgain, Tell, World
from lazo.promise import alerts as promise_alerts
from lazo.promise.model import lacks_progress, next_checkpoint
from lazo.table import due as table_due
from lazo.table import followups, promises
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import deliveries
from lazo.workflows.events import deliveries_due


def knows(key: Key) -> bool:
    return table_due.is_date(key, "promise_checkpoint")


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    promise = promises.get(world.table, item["followup_id"], item["promise_id"])
    followup = followups.get(world.table, item["followup_id"])
    if promise is None or followup is None or not promise.open:
        yield Done()
        return
    store = world.stores.get(promise.store_id, now)
    owed = promise_alerts.unlooked(promise, followup, store, now) if lacks_progress(promise, now) else ()
    writes = [deliveries.new(each) for each in owed]
    following = next_checkpoint(promise, now)
    yield LookAgain(following, writes) if following else Done(writes)
    yield from map(Tell, deliveries_due(followup, owed, now))
