"""A customer wants to be erased: what the page did not get done is done here, until nothing more is found."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from followup_scheduler.effects import Act, Effect, LookAgain, World
from lazo.table import due as table_due
from lazo.table import erasure
from lazo.table.dynamodb.writes import Item, Key

AGAIN_AFTER = timedelta(minutes=1)


def knows(key: Key) -> bool:
    return table_due.is_date(key, erasure.KIND)


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    yield LookAgain(now + AGAIN_AFTER)
    yield Act(lambda: erasure.go_on(world.table, erasure.read(item), now))
