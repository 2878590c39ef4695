"""Remove what is too old: of a whole store, or of one follow-up that no answer opened."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Complete, Effect, Reschedule, Run, SweepContext
from lazo.table import due, followups, retention
from lazo.table.dynamodb.writes import Item, Key


def matches(key: Key) -> bool:
    return due.is_date(key, retention.RETENTION_KIND)


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    if "followup_id" in item:
        followup = followups.get_followup(context.table, item["followup_id"])
        if followup is None:
            yield Complete()
            return
        yield Reschedule(now + retention.NEXT_ROUND_AFTER)
        yield Run(lambda: retention.remove_contents(context.table, followup, now))
        return
    store = context.stores.get(item["store_id"], now)
    yield Reschedule(now + retention.NEXT_ROUND_AFTER)
    yield Run(lambda: retention.apply_retention(context.table, item, store, now))
