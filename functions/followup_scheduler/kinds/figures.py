"""Roll up the figures of a month whose counters changed."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Complete, Effect, Run, SweepContext
from lazo.table import rollups
from lazo.table.dynamodb import figure_keys
from lazo.table.dynamodb.writes import Item, Key


def roll_up_store(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Roll up a store's month; the roll-up takes the marks of all its counters away. What was counted meanwhile keeps
    its mark for the next sweep."""
    counted = figure_keys.counted_month(Key.key_of(item))
    if counted is None:
        raise LookupError("counters of no store and month")
    store_id, month = counted
    store = context.stores.find(store_id, now)
    if store is None:
        yield Complete()
        return
    yield Run(lambda: rollups.roll_up_store_month(context.table, store, month, now))


def roll_up_groups(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Add up the months of all stores."""
    month = figure_keys.month_of_group(Key.key_of(item))
    yield Run(lambda: rollups.roll_up_groups(context.table, month, now))
