"""What tells of somebody and is too old is removed: a round in a shop, or one follow-up that no answer opened."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Act, Done, Effect, LookAgain, World
from lazo.table import due as table_due
from lazo.table import followups, retention
from lazo.table.dynamodb.writes import Item, Key


def knows(key: Key) -> bool:
    return table_due.is_date(key, retention.KIND)


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    if "followup_id" in item:
        about = followups.get(world.table, item["followup_id"])
        if about is None:
            yield Done()
        else:
            old = about
            yield LookAgain(now + retention.GO_ON_AFTER)
            yield Act(lambda: retention.end(world.table, old, now))
        return
    store = world.stores.get(item["store_id"], now)
    yield LookAgain(now + retention.GO_ON_AFTER)
    yield Act(lambda: retention.look_after(world.table, item, store, now))
