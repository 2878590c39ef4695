"""Remove what is too old, or what a customer wants erased."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from followup_scheduler.effects import Complete, Effect, Reschedule, Run, SweepContext
from lazo.table import erasure, followups, retention
from lazo.table.dynamodb.writes import Item

RETRY_AFTER = timedelta(minutes=1)


def continue_erasure(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Continue an erasure that the page did not finish, until nothing is left."""
    yield Reschedule(now + RETRY_AFTER)
    yield Run(lambda: erasure.erase_round(context.table, erasure.erasure_from_item(item), now))


def apply_retention(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Remove what is too old of a whole store, or of one follow-up that no answer opened."""
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
