"""The cases that are open at this moment, up to a number that a page can read.

The index nominates them; the items themselves, which are consistent, decide.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from lazo.followup.model import FollowUp
from lazo.table import followups
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.paging import OpenQuery, list_page
from lazo.table.dynamodb.table import Table

READ_AT_MOST: Final = 200
"""So many are read; two batches."""


@dataclass(frozen=True, slots=True)
class OpenFollowUps:
    """Open follow-ups, those that nobody attends first. `every`: whether these are all."""

    found: tuple[FollowUp, ...]
    every: bool


def open_followups_of(table: Table, store_ids: Collection[str]) -> OpenFollowUps:
    """Return the open follow-ups of these stores: the queries of `list_page` and two batches at most."""
    query = OpenQuery(listing.OPEN_FOLLOWUPS, frozenset(store_ids), None)
    positions, more = list_page(table, query, None, READ_AT_MOST)
    wanted = [keys.followup(listing.followup_id_at(each)) for each in positions]
    items = table.batch_get(wanted)
    read = [followups.followup_from_item(items[key]) for key in wanted if key in items]
    found = tuple(each for each in read if each.store_id in store_ids and not each.ended)
    return OpenFollowUps(found, more is None)
