"""How many promises are due today, for the readers of a few stores."""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from lazo.promise.model import Promise
from lazo.store.model import Store
from lazo.table.dynamodb.table import Table
from lazo.table.views import open_promises

MAX_STORES: Final = 10
"""Of more stores the board does not count the promises of the day: it would take two queries more."""


def promised_today(
    table: Table, wanted: Collection[str], stores: Mapping[str, Store], now: datetime
) -> int | None:
    """Return how many open promises are due on this day in each store's time zone, of the `wanted` stores (ids); None
    if they are not counted. `stores`: those that the reader may see, of the wanted ones all if there are few."""
    known = [stores[each] for each in wanted if each in stores]
    if not known or len(wanted) > MAX_STORES:
        return None
    days = [_day_of(store, now) for store in known]
    between = min(first for first, _ in days), max(last for _, last in days)
    page = open_promises.first_open_promises(table, frozenset(each.store_id for each in known), between)
    return sum(is_due_today(each, stores[each.store_id], now) for each in page.promises)


def is_due_today(promise: Promise, store: Store, now: datetime) -> bool:
    """Return whether a promise is due on this day, in the store's time zone."""
    first, last = _day_of(store, now)
    return first <= promise.due <= last


def _day_of(store: Store, now: datetime) -> tuple[datetime, datetime]:
    zone = ZoneInfo(store.timezone)
    today = now.astimezone(zone).date()
    begins = datetime.combine(today, time(), zone)
    ends = datetime.combine(today + timedelta(days=1), time(), zone) - timedelta(milliseconds=1)
    return begins, ends
