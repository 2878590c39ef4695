"""Read the latest look at rising themes, of all stores: one query. It says by itself what is of a store or a brand."""

from datetime import datetime, timedelta
from typing import Final

from lazo.insight.rising_look import RisingLook
from lazo.table import rising
from lazo.table.dynamodb import figure_keys
from lazo.table.dynamodb.table import Table

SHOWN_FOR: Final = timedelta(days=15)
"""A look at weeks that ended longer ago says nothing of today: two looks after it were missed."""


def latest_look(table: Table, now: datetime) -> RisingLook | None:
    """Return the latest look that was taken; None if there is none, or it is too old."""
    partition = figure_keys.rising_look("").pk
    # The newest may still wait for stores.
    for item in table.query_prefix(partition, newest_first=True, limit=2):
        if "looked_at" in item:
            look = rising.look_from_item(item)
            return look if look.week >= (now - SHOWN_FOR).date() else None
    return None
