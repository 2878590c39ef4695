"""Nobody took the follow-up on in time: the next in the chain is told."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Act, Done, Effect, World
from lazo import followup
from lazo.escalation import escalate
from lazo.table import followups
from lazo.table.dynamo import Item

knows = followups.is_followup


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    late = followups.read(item)
    if followup.overdue(late, now):
        store = world.stores.get(late.store_id, now)
        yield Act(lambda: escalate(world.table, world.topic, late, store, now))
    else:
        yield Done()
