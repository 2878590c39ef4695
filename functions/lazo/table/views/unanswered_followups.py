"""List the follow-ups of a store that ended without anybody taking them on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from lazo.followup.model import FollowUp
from lazo.table import followups
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.table import Table
from lazo.timestamps import format_timestamp

LISTED_AT_MOST: Final = 25


def unanswered_followups(table: Table, store_id: str, first: datetime, last: datetime) -> Sequence[FollowUp]:
    """Return those that opened from `first` to `last`, each included, the newest first and 25 at most: a query and a
    batch. Those that ended before they were listed are missing."""
    positions, _ = table.query_store_listing(
        listing.unanswered_of_store(store_id),
        format_timestamp(first),
        f"{format_timestamp(last)}~",
        limit=LISTED_AT_MOST,
        newest_first=True,
    )
    ids = [listing.followup_id_at(entry["list_at"]) for entry in positions]
    items = table.batch_get(map(keys.followup, ids))
    found = map(followups.followup_from_item, items.values())
    # The index may be behind: a customer may have reopened one.
    still = (
        each for each in found if each.stage == "unanswered" and not (each.erased_at or each.restricted_at)
    )
    return sorted(still, key=lambda each: each.opened_at, reverse=True)
