"""Count the follow-ups that need somebody at this moment.

The index nominates them; the items themselves, which are consistent, decide.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lazo.followup.deadlines import has_missed_deadline
from lazo.table import followups
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.paging import OpenQuery, list_page
from lazo.table.dynamodb.table import Table
from lazo.timestamps import format_timestamp

COUNTED_AT_MOST: Final = 200
"""So many are counted; two batches."""


@dataclass(frozen=True, slots=True)
class OverdueFollowUps:
    """Open follow-ups that have missed a deadline: `unattended`, which nobody has, and the others (`overdue`). `every`:
    whether all were counted."""

    unattended: int
    overdue: int
    every: bool


def count_overdue_followups(table: Table, store_ids: frozenset[str], now: datetime) -> OverdueFollowUps:
    """Return how many follow-ups of these stores have missed a deadline by now: the queries of `list_page` and two
    batches at most."""
    ranges = listing.overdue_positions(format_timestamp(now))
    query = OpenQuery(listing.OPEN_FOLLOWUPS, store_ids, None, ranges)
    positions, more = list_page(table, query, None, COUNTED_AT_MOST)
    items = table.batch_get(keys.followup(listing.followup_id_at(each)) for each in positions)
    found = [
        each
        for each in map(followups.followup_from_item, items.values())
        if each.store_id in store_ids and not each.ended and has_missed_deadline(each, now)
    ]
    unattended = sum(each.unattended_since is not None for each in found)
    return OverdueFollowUps(unattended, len(found) - unattended, more is None)
