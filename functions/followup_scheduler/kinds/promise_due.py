"""The date of a promise has come and nobody has kept it: who should have is told, and the next in the chain. After the
days of grace it is broken."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Count, Done, Effect, LookAgain, Tell, World
from lazo.case.model import What
from lazo.followup.model import FollowUp
from lazo.promise import alerts as promise_alerts
from lazo.promise.availability import broken_at
from lazo.promise.model import Change, Promise, give_up, miss
from lazo.table import cases, followups, promises
from lazo.table import due as table_due
from lazo.table.dynamodb.writes import Item, Key, Put
from lazo.table.messaging import deliveries
from lazo.timestamps import to_text
from lazo.workflows.events import deliveries_due


def knows(key: Key) -> bool:
    return table_due.is_date(key, "promise_due")


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    promise = promises.get(world.table, item["followup_id"], item["promise_id"])
    followup = followups.get(world.table, item["followup_id"])
    if promise is None or followup is None or not promise.open:
        yield Done()
        return
    store = world.stores.get(promise.store_id, now)
    ends = broken_at(promise.due, store)
    if promise.due > now:
        yield LookAgain(promise.due)
    elif promise.missed != promise.due:
        owed = promise_alerts.missed(promise, followup, store, now)
        change = promises.writes([Change(promise, miss(promise))], store, followup.priority, now)
        told = [deliveries.new(each) for each in owed]
        yield LookAgain(ends, [*change, *told, _line("promise_missed", promise, followup, now)])
        yield from map(Tell, deliveries_due(followup, owed, now))
        yield Count("PromisesMissed")
    elif ends > now:
        yield LookAgain(ends)
    else:
        change = promises.writes([Change(promise, give_up(promise, now))], store, followup.priority, now)
        yield Done([*change, _line("promise_broken", promise, followup, now)])
        yield Count("PromisesBroken")


def _line(what: What, promise: Promise, followup: FollowUp, now: datetime) -> Put:
    detail = {"text": promise.what, "until": promise.due.isoformat()}
    ref = f"{promise.promise_id}-{to_text(promise.due)}"
    return cases.by_itself(followup, what, now, detail, ref=ref)
