"""Tell whoever is responsible, and the next escalation level, that a promise was not kept on its date.

After the days of grace the promise is broken.
"""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Complete, Effect, EmitMetric, Publish, Reschedule, SweepContext
from followup_scheduler.open_promise import read_open_promise
from lazo.case.model import HistoryKind
from lazo.followup.model import FollowUp
from lazo.promise import alerts as promise_alerts
from lazo.promise.availability import broken_time
from lazo.promise.lifecycle import mark_broken, mark_missed
from lazo.promise.model import Promise, PromiseChange
from lazo.table import case_records, due, promises
from lazo.table.dynamodb.writes import Item, Key, Put
from lazo.table.messaging import deliveries
from lazo.timestamps import format_timestamp
from lazo.workflows.events import deliveries_due


def matches(key: Key) -> bool:
    return due.is_date(key, "promise_due")


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    found = read_open_promise(item, context)
    if found is None:
        yield Complete()
        return
    promise, followup = found
    store = context.stores.get(promise.store_id, now)
    ends = broken_time(promise.due, store)
    if promise.due > now:
        yield Reschedule(promise.due)
    elif promise.missed != promise.due:
        pending = promise_alerts.missed_deliveries(promise, followup, store, now)
        change = promises.promise_writes(
            [PromiseChange(promise, mark_missed(promise))], store, followup.priority, now
        )
        alerts = [deliveries.delivery_put(each) for each in pending]
        yield Reschedule(ends, [*change, *alerts, _history_entry("promise_missed", promise, followup, now)])
        yield from map(Publish, deliveries_due(followup, pending, now))
        yield EmitMetric("PromisesMissed")
    elif ends > now:
        yield Reschedule(ends)
    else:
        change = promises.promise_writes(
            [PromiseChange(promise, mark_broken(promise, now))], store, followup.priority, now
        )
        yield Complete([*change, _history_entry("promise_broken", promise, followup, now)])
        yield EmitMetric("PromisesBroken")


def _history_entry(what: HistoryKind, promise: Promise, followup: FollowUp, now: datetime) -> Put:
    detail = {"text": promise.what, "until": promise.due.isoformat()}
    ref = f"{promise.promise_id}-{format_timestamp(promise.due)}"
    return case_records.system_entry_put(followup, what, now, detail, ref=ref)
