"""The date of each store on which its own figures are looked at, once a night (kind `look`).

The store's retention starts it, also for stores from before there were looks.
"""

from datetime import datetime
from typing import Final

from lazo.store.model import Store
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put
from lazo.table.retention import next_night
from lazo.timestamps import format_timestamp

LOOK_KIND: Final = "look"


def start_looks(table: Table, store: Store, now: datetime) -> None:
    """Set the store's date to the next night, unless it has one."""
    key = keys.store_date(store.store_id, LOOK_KIND)
    due = {
        "due_pk": keys.due_partition(key, "figures"),
        "due_at": format_timestamp(next_night(store, now)),
    }
    table.put_or_get(Put(key.item(store_id=store.store_id, **due), condition="attribute_not_exists(pk)"))
