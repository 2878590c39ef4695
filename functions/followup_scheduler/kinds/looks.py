"""Look at a store's own figures once a night, and at what rises in all stores once a week."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from followup_scheduler.effects import Complete, Effect, Reschedule, Run, SweepContext
from lazo.insight import rising_look
from lazo.store.model import Store
from lazo.table import rising
from lazo.table.dynamodb.writes import Item, Put, Update
from lazo.table.retention import next_night
from lazo.table.stores import every_store_id
from lazo.table.views.answer_counts import counts_by_day

ASK_AGAIN_AFTER: Final = timedelta(minutes=30)
"""When the look at all stores asks again whether the late ones have come."""
SUNDAY, MONDAY = 6, 0


def look_at_store(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Write the store's weeks for the look at what rises, in the night in which they ended."""
    store = context.stores.find(item["store_id"], now)
    if store is None:
        yield Complete()
        return
    yield Reschedule(next_night(store, now), _weeks_that_ended(store, now, context))


def _weeks_that_ended(store: Store, now: datetime, context: SweepContext) -> list[Put | Update]:
    """Return the writes for the look at the weeks that ended this night, or the night before if that was missed; []
    on other days, and when the look was taken without the store."""
    today = store.hours.local_date(now)
    week = rising_look.last_week(today)
    if today.weekday() not in (SUNDAY, MONDAY) or rising.was_looked_at(context.table, week):
        return []
    days = counts_by_day(context.table, store.store_id, rising_look.first_day(week), week)
    weeks = rising_look.store_weeks(store.store_id, store.brand, days, week)
    return [rising.store_weeks_put(weeks, week), rising.look_date(week, now)]


def look_at_all_stores(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Look at what rises in the weeks of all stores; while some are missing, wait for them, with a bound."""
    week = rising.week_from_item(item)
    if "looked_at" in item:
        yield Complete()
        return
    stores = rising.all_store_weeks(context.table, week)
    of_stores = len(every_store_id(context.table))
    if len(stores) < of_stores and not rising.is_too_late_to_wait(week, now):
        yield Reschedule(now + ASK_AGAIN_AFTER)
        return
    yield Run(lambda: rising.take_look(context.table, item, stores, of_stores, now))
