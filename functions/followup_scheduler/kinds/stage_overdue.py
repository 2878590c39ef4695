"""Escalate a follow-up that missed the deadline of its stage: it loses its owner, and the next level is notified.

A follow-up whose customer did not say whether it is solved ends unconfirmed.
"""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Complete, Effect, EmitMetric, Run, SweepContext
from lazo.followup import deadlines, lifecycle
from lazo.table import followups
from lazo.table.dynamodb.writes import Item
from lazo.workflows.escalation import end_unconfirmed, escalate

matches = followups.is_followup


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    late = followups.followup_from_item(item)
    if not deadlines.is_overdue(late, now):
        yield Complete()
        return
    if late.stage == "resolved":
        yield Run(lambda: end_unconfirmed(context.table, late, now))
        yield EmitMetric("StageMissed", {"stage": "confirmed"})
        return
    store = context.stores.get(late.store_id, now)
    after = lifecycle.escalate(late, store, now)
    yield Run(lambda: escalate(context.table, context.topic, late, store, now))
    yield EmitMetric("StageMissed", {"stage": str(late.awaits)})
    if after.level > late.level:
        yield EmitMetric("Escalations", {"priority": late.priority})
