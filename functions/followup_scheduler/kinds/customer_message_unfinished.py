"""A message to a customer that did not get out yet: notify is told of it; with the follow-up erased it is cancelled."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import AGAIN_AFTER, Act, Effect, LookAgain, Tell, World
from lazo.table import followups
from lazo.table.dynamodb.writes import Item
from lazo.table.messaging import customer_messages
from lazo.workflows.events import about

knows = customer_messages.is_message


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    message = customer_messages.read(item)
    followup = followups.get(world.table, message.followup_id)
    if followup is None:
        yield Act(lambda: customer_messages.CLAIMS.cancel(world.table, message))
    else:
        yield LookAgain(now + AGAIN_AFTER)
        yield Tell(about("message.owed", followup, now))
