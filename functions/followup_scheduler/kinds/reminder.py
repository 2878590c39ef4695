"""Remind the contacts who have to meet a deadline that it is near, once for each deadline."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Complete, Effect, Publish, SweepContext
from lazo.followup import staff_deliveries
from lazo.table import due, followups
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import deliveries
from lazo.timestamps import format_timestamp
from lazo.workflows.events import deliveries_due


def matches(key: Key) -> bool:
    return due.is_date(key, "reminder")


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    near = followups.get_followup(context.table, item["followup_id"])
    if (
        near is None
        or near.deadline is None
        or format_timestamp(near.deadline) != item["deadline"]
        or near.deadline <= now
    ):
        yield Complete()
        return
    store = context.stores.get(near.store_id, now)
    readers = (
        [near.owner]
        if near.owner
        else [c.contact_id for c in store.with_contacts_on_duty(now).contacts_at_level(near.level)]
    )
    pending = [
        each
        for contact_id in readers
        for each in staff_deliveries.deliveries_to_contact(
            near, store, contact_id, "due_soon", now, ref=item["deadline"], until=near.deadline
        )
    ]
    yield Complete([deliveries.delivery_put(each) for each in pending])
    yield from map(Publish, deliveries_due(near, pending, now))
