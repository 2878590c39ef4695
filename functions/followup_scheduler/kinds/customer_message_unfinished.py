"""Have notify send a message to a customer that is not finished; cancel it when its follow-up was erased."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import REPUBLISH_AFTER, Effect, Publish, Reschedule, Run, SweepContext
from lazo.table import followups
from lazo.table.dynamodb.writes import Item
from lazo.table.messaging import customer_messages
from lazo.workflows.events import followup_event

matches = customer_messages.is_message


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    message = customer_messages.message_from_item(item)
    followup = followups.get_followup(context.table, message.followup_id)
    if followup is None:
        yield Run(lambda: customer_messages.CLAIMS.cancel(context.table, message))
    else:
        yield Reschedule(now + REPUBLISH_AFTER)
        yield Publish(followup_event("message.owed", followup, now))
