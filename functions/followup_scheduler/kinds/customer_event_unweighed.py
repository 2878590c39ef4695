"""Weigh an external event that the stream has lost, or an invitation to answer again that was not answered."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Effect, Run, SweepContext
from lazo.table import customers
from lazo.table.dynamodb.writes import Item

matches = customers.is_event


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    event = customers.event_from_item(item)
    yield Run(lambda: context.classifier.early.weigh_event(event, now))
