"""A customer wants to be erased: what the page did not get done is done here, until nothing more is found."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from followup_scheduler.effects import Act, Effect, LookAgain, World
from lazo.table import dates, erasure
from lazo.table.dynamodb.table import Item, Key

AGAIN_AFTER = timedelta(minutes=1)


def knows(key: Key) -> bool:
    return dates.is_date(key, erasure.KIND)


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    yield LookAgain(now + AGAIN_AFTER)
    yield Act(lambda: erasure.go_on(world.table, erasure.read(item), now))
