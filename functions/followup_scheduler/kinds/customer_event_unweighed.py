"""What another system told, lost by the stream, or an invitation that has gone unanswered: it is weighed here."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Act, Effect, World
from lazo.table import customers
from lazo.table.dynamodb.writes import Item

knows = customers.is_event


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    event = customers.read_event(item)
    yield Act(lambda: world.intake.early.take_in(event, now))
