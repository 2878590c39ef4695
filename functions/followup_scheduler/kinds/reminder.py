"""A deadline comes near: whoever has to meet it is reminded, once for each deadline."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Done, Effect, Tell, World
from lazo.followup import staff_deliveries
from lazo.table import due as table_due
from lazo.table import followups
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import deliveries
from lazo.timestamps import to_text
from lazo.workflows.events import deliveries_due


def knows(key: Key) -> bool:
    return table_due.is_date(key, "reminder")


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    near = followups.get(world.table, item["followup_id"])
    if (
        near is None
        or near.deadline is None
        or to_text(near.deadline) != item["deadline"]
        or near.deadline <= now
    ):
        yield Done()
        return
    store = world.stores.get(near.store_id, now)
    who = [near.owner] if near.owner else [c.contact_id for c in store.on_duty(now).at_level(near.level)]
    owed = [
        each
        for contact_id in who
        for each in staff_deliveries.to_one(
            near, store, contact_id, "due_soon", now, ref=item["deadline"], until=near.deadline
        )
    ]
    yield Done([deliveries.new(each) for each in owed])
    yield from map(Tell, deliveries_due(near, owed, now))
