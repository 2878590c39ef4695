"""Remove what is too old, or what a customer wants erased, and restrict what they want not used."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from followup_scheduler.effects import Complete, Effect, Reschedule, Run, SweepContext
from lazo.store.model import Store
from lazo.table import erasure, followups, nightly_looks, report_dates, restriction, retention
from lazo.table.dynamodb import customer_partition
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key

RETRY_AFTER = timedelta(minutes=1)


def continue_erasure(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Continue an erasure that the page did not finish, until nothing is left."""
    yield Reschedule(now + RETRY_AFTER)
    yield Run(lambda: erasure.erase_round(context.table, erasure.erasure_from_item(item), now))


def continue_restriction(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Continue to restrict the use of a customer's data, or to lift that, until nothing is left."""
    customer_key = customer_partition.customer_key_in(Key.key_of(item).pk)
    find_store = partial(context.stores.find, now=now)
    yield Reschedule(now + RETRY_AFTER)
    yield Run(lambda: restriction.restriction_round(context.table, customer_key, find_store, now))


def apply_retention(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Remove what is too old of a whole store, or of one follow-up that no answer opened; see that the store has the
    dates of its reports."""
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
    yield Run(lambda: _start_dates(context.table, store, now))


def _start_dates(table: Table, store: Store, now: datetime) -> None:
    """Start a store's other dates: each store has this one, also if it was imported before there were the others."""
    report_dates.start_reports(table, store, now)
    nightly_looks.start_looks(table, store, now)
