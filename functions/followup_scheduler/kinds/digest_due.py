"""The hour is over whose cap held SMS back: notify is told to send the digest."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import AGAIN_AFTER, Effect, LookAgain, Tell, World
from lazo.table.dynamodb.writes import Item
from lazo.table.messaging import sms_rate_limit
from lazo.timestamps import to_text
from lazo.workflows.events import Event

knows = sms_rate_limit.is_digest


def due(item: Item, now: datetime, _world: World) -> Iterator[Effect]:
    digest = sms_rate_limit.read_digest(item)
    yield LookAgain(now + AGAIN_AFTER)
    yield Tell(Event("digest.due", digest.digest_id, digest.store_id, 0, "normal", to_text(now)))
