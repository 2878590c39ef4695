"""An alert whose event was lost, whose time has come, or whose sender died: notify is told of it."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import AGAIN_AFTER, Done, Effect, LookAgain, Tell, World
from lazo.table import followups
from lazo.table.dynamodb.writes import Item
from lazo.table.messaging import deliveries
from lazo.workflows.events import about

knows = deliveries.is_delivery


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    owed = deliveries.read(item)
    followup = followups.get(world.table, owed.followup_id)
    if followup is None:
        yield Done()
    else:
        yield LookAgain(now + AGAIN_AFTER)
        yield Tell(about("followup.delivery_due", followup, now, owed.level))
