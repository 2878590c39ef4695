"""A stage's deadline was missed: the next in the chain is told, and who had it has it no more. A customer who was asked
whether it is solved, and said nothing, leaves the follow-up unconfirmed."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Act, Count, Done, Effect, World
from lazo.followup import deadlines, lifecycle
from lazo.table import followups
from lazo.table.dynamodb.writes import Item
from lazo.workflows.escalation import escalate, leave_unconfirmed

knows = followups.is_followup


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    late = followups.read(item)
    if not deadlines.overdue(late, now):
        yield Done()
        return
    if late.stage == "resolved":
        yield Act(lambda: leave_unconfirmed(world.table, late, now))
        yield Count("StageMissed", {"stage": "confirmed"})
        return
    store = world.stores.get(late.store_id, now)
    after = lifecycle.escalate(late, store, now)
    yield Act(lambda: escalate(world.table, world.topic, late, store, now))
    yield Count("StageMissed", {"stage": str(late.awaits)})
    if after.level > late.level:
        yield Count("Escalations", {"priority": late.priority})
