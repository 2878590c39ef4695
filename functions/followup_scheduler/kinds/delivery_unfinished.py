"""Have notify send an alert whose event was lost, whose time has come, or whose sender crashed."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import REPUBLISH_AFTER, Complete, Effect, Publish, Reschedule, SweepContext
from lazo.table import followups
from lazo.table.dynamodb.writes import Item
from lazo.table.messaging import deliveries
from lazo.workflows.events import followup_event

matches = deliveries.is_delivery


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    delivery = deliveries.delivery_from_item(item)
    followup = followups.get_followup(context.table, delivery.followup_id)
    if followup is None:
        yield Complete()
    else:
        yield Reschedule(now + REPUBLISH_AFTER)
        yield Publish(followup_event("followup.delivery_due", followup, now, delivery.level))
