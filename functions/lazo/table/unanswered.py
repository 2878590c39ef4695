"""Count the follow-ups of a store that ended unanswered, by month, beside its resurveys."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Update, add_counts

_NAME: Final = "unanswered"


def count_unanswered(store: Store, now: datetime) -> Update:
    """Return the write that counts one; part of the transaction that ends it."""
    month = f"{store.hours.local_date(now):%Y-%m}"
    return add_counts(keys.recovery_of_month(store.store_id, month), {_NAME: 1})


def unanswered_by_store(table: Table, months: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return how many ended unanswered, of each store that has any, in the months of each (`2026-11`, by its calendar);
    one batch per hundred months."""
    wanted = [
        keys.recovery_of_month(store_id, month) for store_id, listed in months.items() for month in listed
    ]
    found: dict[str, int] = {}
    for key, item in table.batch_get(wanted).items():
        if _NAME in item:
            store_id = keys.store_id_of(key)
            found[store_id] = found.get(store_id, 0) + int(item[_NAME])
    return found
