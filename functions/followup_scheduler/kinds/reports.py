"""Close a store's week and gather the praise of its day, and have notify send what was planned of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from followup_scheduler.effects import (
    REPUBLISH_AFTER,
    Complete,
    Effect,
    Publish,
    Reschedule,
    Run,
    SweepContext,
)
from lazo.insight.digest_times import next_count_time, next_praise_time
from lazo.insight.weeks import last_whole_week
from lazo.store.model import Store
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import staff_mails
from lazo.table.report_dates import PRAISE_KIND, move_report
from lazo.timestamps import parse_timestamp
from lazo.workflows import closed_weeks
from lazo.workflows.events import staff_mail_due

RETRY_AFTER: Final = timedelta(minutes=1)


def close_week(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Write the figures of the week that is over, and plan its digests. Planning them again plans nothing more, so that
    they come first: who moves the date has planned them."""
    store = context.stores.find(item["store_id"], now)
    if store is None:
        yield Complete()
        return
    week = last_whole_week(now, store.timezone)
    written = closed_weeks.closed_week(context.table, store, week, now)
    yield Run(lambda: _planned(context, store, now))
    yield Reschedule(next_count_time(store, now), [written])


def tell_praise(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Plan the e-mails with the praise since the day before."""
    store = context.stores.find(item["store_id"], now)
    if store is None:
        yield Complete()
        return
    yield Reschedule(now + RETRY_AFTER)
    yield Run(lambda: _praised(context, store, parse_timestamp(item["since"]), now))


def send_mail(item: Item, now: datetime, _context: SweepContext) -> Iterator[Effect]:
    """Have notify send an e-mail whose time has come, or whose sender crashed."""
    yield Reschedule(now + REPUBLISH_AFTER)
    yield Publish(staff_mail_due(staff_mails.id_of(Key.key_of(item)), now))


def _planned(context: SweepContext, store: Store, now: datetime) -> bool:
    closed_weeks.plan_digests(context.table, store, last_whole_week(now, store.timezone))
    return True


def _praised(context: SweepContext, store: Store, since: datetime, now: datetime) -> None:
    closed_weeks.plan_praise(context.table, store, since, now)
    move_report(context.table, store.store_id, PRAISE_KIND, now, next_praise_time(store, now))
