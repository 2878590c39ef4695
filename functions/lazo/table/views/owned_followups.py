"""Count the follow-ups that somebody has at this moment, by store and owner.

The index nominates them; the items themselves, which are consistent, decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lazo.followup.deadlines import has_missed_deadline
from lazo.table import followups
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.paging import OpenQuery, list_page
from lazo.table.dynamodb.table import Table

COUNTED_AT_MOST: Final = 300
"""So many open follow-ups are counted, the most urgent first; three batches."""


@dataclass(frozen=True, slots=True)
class OwnedFollowUps:
    """Open follow-ups of one owner, and how many of them are past their deadline."""

    open: int = 0
    overdue: int = 0

    def __add__(self, other: "OwnedFollowUps") -> "OwnedFollowUps":
        return OwnedFollowUps(self.open + other.open, self.overdue + other.overdue)


def count_owned_followups(
    table: Table, store_ids: frozenset[str], now: datetime
) -> tuple[Mapping[tuple[str, str], OwnedFollowUps], bool]:
    """Return the number by store and owner (a contact's id, "" for those that nobody has), and whether all were
    counted: the queries of `list_page` and three batches at most."""
    query = OpenQuery(listing.OPEN_FOLLOWUPS, store_ids, None)
    positions, more = list_page(table, query, None, COUNTED_AT_MOST)
    items = table.batch_get(keys.followup(listing.followup_id_at(each)) for each in positions)
    counted: dict[tuple[str, str], OwnedFollowUps] = {}
    for each in map(followups.followup_from_item, items.values()):
        if each.store_id in store_ids and not each.ended:
            place = each.store_id, each.owner or ""
            one = OwnedFollowUps(1, int(has_missed_deadline(each, now)))
            counted[place] = counted.get(place, OwnedFollowUps()) + one
    return counted, more is None
