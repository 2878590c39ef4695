"""Act on the dates of a concern: a checkpoint, the time before its deadline, its deadline."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Complete, Effect, EmitMetric, Publish, Reschedule, SweepContext
from lazo.case import concerns, owner_alerts
from lazo.case.concerns import Concern
from lazo.followup.model import FollowUp
from lazo.table import case_records, followups
from lazo.table.dynamodb.writes import Item
from lazo.table.messaging import deliveries
from lazo.workflows.events import deliveries_due


def remind_at_checkpoint(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Remind the responsible contact at a checkpoint of an open concern, unless its deadline has passed."""
    found = _read_open_concern(item, context)
    if found is None:
        yield Complete()
        return
    concern, followup = found
    store = context.stores.get(followup.store_id, now)
    pending = (
        owner_alerts.checkpoint_deliveries(concern, followup, store, now)
        if now < concerns.due_time(concern, store)
        else ()
    )
    writes = [deliveries.delivery_put(each) for each in pending]
    following = concerns.next_checkpoint(concern, store, now)
    yield Reschedule(following, writes) if following else Complete(writes)
    yield from map(Publish, deliveries_due(followup, pending, now))


def alert_when_due(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Remind the responsible contact of a deadline that is near; once it has passed, tell them and the next escalation
    level, and mark the follow-up."""
    found = _read_open_concern(item, context)
    if found is None:
        yield Complete()
        return
    concern, followup = found
    store = context.stores.get(followup.store_id, now)
    ends = concerns.due_time(concern, store)
    if now < ends:
        pending = owner_alerts.due_soon_deliveries(concern, followup, store, now)
        yield Reschedule(ends, [deliveries.delivery_put(each) for each in pending])
        yield from map(Publish, deliveries_due(followup, pending, now))
        return
    pending = owner_alerts.missed_deliveries(concern, followup, store, now)
    late = dict.fromkeys((*followup.late_concerns, concern.concern_id))
    after = followup.changed(late_concerns=tuple(late))
    # The entry has the version before, so that no form that somebody is filling in becomes stale.
    ref, detail = f"{concern.concern_id}-{item['deadline']}", {"text": concern.text}
    entry = case_records.system_entry_put(followup, "concern_missed", now, detail, ref=ref)
    alerts = [deliveries.delivery_put(each) for each in pending]
    yield Complete([followups.followup_replacement(followup, after), entry, *alerts])
    yield from map(Publish, deliveries_due(after, pending, now))
    yield EmitMetric("ConcernsMissed")


def _read_open_concern(item: Item, context: SweepContext) -> tuple[Concern, FollowUp] | None:
    """Return the concern and its follow-up; None when either is gone or over, or the date is not its deadline's."""
    concern = case_records.get_concern(context.table, item["followup_id"], item["concern_id"])
    followup = followups.get_followup(context.table, item["followup_id"])
    if concern is None or followup is None or followup.ended or concern.state != "open":
        return None
    return (concern, followup) if concern.deadline.isoformat() == item["deadline"] else None
