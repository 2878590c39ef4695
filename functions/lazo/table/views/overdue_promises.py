"""Count the promises that are overdue at this moment, by store and owner.

A promise that nobody keeps is broken after a few days of grace, so that few are overdue at once. The index nominates
them; the items themselves, which are consistent, decide.
"""

from collections import Counter
from datetime import datetime
from typing import Final

from lazo.table import promises
from lazo.table.dynamodb import listing
from lazo.table.dynamodb.paging import OpenQuery, list_page
from lazo.table.dynamodb.table import Table
from lazo.timestamps import format_timestamp

COUNTED_AT_MOST: Final = 500
"""So many are counted; five batches."""


def count_overdue(
    table: Table, store_ids: frozenset[str], now: datetime
) -> tuple[dict[tuple[str, str], int], bool]:
    """Return the number by store and owner (a contact's id), and whether all were counted."""
    until_now = ("0", f"{format_timestamp(now)}~")
    query = OpenQuery(listing.OPEN_PROMISES, store_ids, None, ranges=(until_now,))
    positions, more = list_page(table, query, None, COUNTED_AT_MOST)
    items = table.batch_get(promises.PROMISES.key(*listing.promise_ids_at(each)) for each in positions)
    found = map(promises.PROMISES.read, items.values())
    counted = Counter((each.store_id, each.owner) for each in found if each.is_overdue(now))
    return dict(counted), more is None
