"""List all follow-ups of some stores by when they were opened, oldest first, whatever became of them.

What lists a follow-up never changes, so that no page misses one that moves on meanwhile. It goes when the customer's
data are erased.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from lazo.followup.model import FollowUp
from lazo.table import followups
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.paging import OpenQuery, list_page
from lazo.table.dynamodb.table import BATCH_GET_LIMIT, Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.timestamps import format_timestamp

FOUND_AT_MOST: Final = 50
READ_AT_MOST: Final = 300
"""So many are looked at for a page of those that fit; three batches."""


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """Follow-ups by when they were opened. `cursor`: where the next page begins, None if there can be no more."""

    followups: tuple[FollowUp, ...]
    cursor: str | None

    @property
    def full(self) -> bool:
        """Whether this is a whole page of `find_followups`: a shorter one may be the last that has any."""
        return len(self.followups) >= FOUND_AT_MOST


def list_followups(
    table: Table, store_ids: Collection[str], since: datetime, until: datetime, after: str | None, size: int
) -> OpenedPage:
    """Return the page of `size` follow-ups (100 at most) that were opened from `since` up to `until`, exclusive: the
    first, or the one after the cursor `after` of the page before. Without those of customers who restricted the use of
    their data, so that it may be shorter. One batch besides the queries of `list_page`."""
    # A position goes on after its instant, so the one that equals `until` sorts after it.
    span = (format_timestamp(since), format_timestamp(until))
    query = OpenQuery(listing.EVERY_FOLLOWUP, store_ids, None, ranges=(span,))
    positions, cursor = list_page(table, query, after, size)
    wanted = [keys.followup(listing.followup_id_at(each)) for each in positions]
    items = table.batch_get(wanted)
    found = [followups.followup_from_item(items[key]) for key in wanted if key in items]
    shown = (f for f in found if f.store_id in store_ids and f.restricted_at is None and f.erased_at is None)
    return OpenedPage(tuple(shown), cursor)


def find_followups(
    table: Table,
    store_ids: Collection[str],
    span: tuple[datetime, datetime],
    fits: Callable[[FollowUp], bool],
    after: str | None,
) -> OpenedPage:
    """Return the page of FOUND_AT_MOST follow-ups that fit, of those that were opened in a span, its end exclusive;
    also those of customers who restricted the use of their data. The queries of `list_page` and three batches at
    most; an emptier page with a cursor means that the search goes on there. An invalid cursor starts from the
    first."""
    first, last = map(format_timestamp, span)
    query = OpenQuery(listing.EVERY_FOLLOWUP, store_ids, None, ranges=((first, last),))
    positions, more = list_page(table, query, parse_cursor(after or ""), READ_AT_MOST)
    found: list[FollowUp] = []
    reached = None
    for start in range(0, len(positions), BATCH_GET_LIMIT):
        some = positions[start : start + BATCH_GET_LIMIT]
        items = table.batch_get(keys.followup(listing.followup_id_at(each)) for each in some)
        for position in some:
            item = items.get(keys.followup(listing.followup_id_at(position)))
            each = followups.followup_from_item(item) if item else None
            if each is None or each.store_id not in store_ids or not fits(each):
                continue
            if len(found) == FOUND_AT_MOST:
                return OpenedPage(tuple(found), reached)
            found.append(each)
            reached = position
    return OpenedPage(tuple(found), more)


def find_unlisted(table: Table, items: Iterable[Item]) -> Iterator[tuple[list[FollowUp], list[FollowUp]]]:
    """Yield the follow-ups among `items`, up to a hundred at once, and those of them that are not listed: they were
    opened before there was the list. One batch for each hundred."""
    own = (item for item in items if followups.is_followup(Key.key_of(item)))
    while some := list(islice(own, BATCH_GET_LIMIT)):
        found = [followups.followup_from_item(item) for item in some]
        listed = table.batch_get(keys.opened(each.followup_id) for each in found)
        yield found, [f for f in found if not f.erased_at and keys.opened(f.followup_id) not in listed]


def parse_cursor(text: str) -> str | None:
    """Return untrusted `text` if it is a position to begin a page at, else None."""
    return text if listing.is_opened_position(text) else None
