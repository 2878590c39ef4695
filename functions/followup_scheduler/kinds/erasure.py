"""Continue an erasure that the page did not finish, until nothing is left."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from followup_scheduler.effects import Effect, Reschedule, Run, SweepContext
from lazo.table import due, erasure, removal
from lazo.table.dynamodb.writes import Item, Key

RETRY_AFTER = timedelta(minutes=1)


def matches(key: Key) -> bool:
    return due.is_date(key, removal.ERASURE_KIND)


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    yield Reschedule(now + RETRY_AFTER)
    yield Run(lambda: erasure.erase_round(context.table, erasure.erasure_from_item(item), now))
