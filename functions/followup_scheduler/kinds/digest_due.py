"""Have notify send the digest of an hour whose limit held SMS back, once the hour is over."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import REPUBLISH_AFTER, Effect, Publish, Reschedule, SweepContext
from lazo.table.dynamodb.writes import Item
from lazo.table.messaging import sms_rate_limit
from lazo.workflows import events

matches = sms_rate_limit.is_digest


def handle(item: Item, now: datetime, _context: SweepContext) -> Iterator[Effect]:
    digest = sms_rate_limit.digest_from_item(item)
    yield Reschedule(now + REPUBLISH_AFTER)
    yield Publish(events.digest_due(digest.store_id, digest.digest_id, now))
