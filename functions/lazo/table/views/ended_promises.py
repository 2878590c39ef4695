"""List the promises of some stores that were kept, kept late or broken, by when they ended, the first first.

The index nominates them; the items themselves, which are consistent, decide. Those that ended before there was the list
are missing until `lazo recount --promises` has listed them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from lazo.promise.model import JUDGED, Promise
from lazo.table import promises
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.paging import OpenQuery, list_page, owned_by
from lazo.table.dynamodb.table import BATCH_GET_LIMIT, Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.views.open_promises import parse_cursor
from lazo.timestamps import format_timestamp

PAGE: Final = 50
READ_AT_MOST: Final = 200
"""So many are looked at for a page; four batches."""
_BATCH: Final = 50
"""Promises per batch: with the follow-up of each they are the 100 items of a BatchGetItem."""


@dataclass(frozen=True, slots=True)
class EndedPromise:
    """A promise that ended; `restricted`: its customer wants no use of their data, so that its texts are not shown."""

    promise: Promise
    restricted: bool


@dataclass(frozen=True, slots=True)
class EndedPage:
    """Promises by when they ended. `cursor`: where the next page begins, None if there can be no more."""

    promises: tuple[EndedPromise, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class EndedQuery:
    """What ended in these stores from `since` up to `until`, of one `owner` (a contact's id) or of all (None)."""

    stores: frozenset[str]
    since: datetime
    until: datetime
    owner: str | None = None


def list_ended_promises(
    table: Table, query: EndedQuery, fits: Callable[[Promise], bool], after: str | None = None
) -> EndedPage:
    """Return the page of those that fit, from the first, or after the cursor `after` of the page before: the queries of
    `list_page` and four batches at most. An invalid cursor starts from the first."""
    span = (format_timestamp(query.since), format_timestamp(query.until))
    listed = OpenQuery(listing.ENDED_PROMISES, query.stores, owned_by(query.owner), ranges=(span,))
    positions, more = list_page(table, listed, parse_cursor(after), READ_AT_MOST)
    found: list[EndedPromise] = []
    last = None
    for position, each in _ended(table, positions):
        if each.promise.store_id in query.stores and fits(each.promise):
            if len(found) == PAGE:
                return EndedPage(tuple(found), last)
            found.append(each)
            last = position
    return EndedPage(tuple(found), more)


def find_unlisted(_table: Table, items: Iterable[Item]) -> Iterator[tuple[list[Promise], list[Promise]]]:
    """Yield the promises among `items` whose outcome counts, up to a hundred at once, and those of them that are not
    listed: they ended before there was the list."""
    own = (item for item in items if promises.PROMISES.is_one(Key.key_of(item)))
    read = ((promises.PROMISES.read(item), "list_pk" in item) for item in own)
    ended = ((each, listed) for each, listed in read if each.settled_at and each.state in JUDGED)
    while some := list(islice(ended, BATCH_GET_LIMIT)):
        yield [each for each, _ in some], [each for each, listed in some if not listed]


def _ended(table: Table, positions: list[str]) -> Iterator[tuple[str, EndedPromise]]:
    """Yield what is at these positions, in their order; reads as it is consumed."""
    for start in range(0, len(positions), _BATCH):
        yield from _batch(table, positions[start : start + _BATCH])


def _batch(table: Table, positions: Iterable[str]) -> Iterator[tuple[str, EndedPromise]]:
    named = {position: listing.promise_ids_at(position) for position in positions}
    about = {keys.followup(followup_id) for followup_id, _ in named.values()}
    items = table.batch_get([*(promises.PROMISES.key(*ids) for ids in named.values()), *about])
    for position, (followup_id, promise_id) in named.items():
        item = items.get(promises.PROMISES.key(followup_id, promise_id))
        if item and not (ended := promises.PROMISES.read(item)).open:
            case = items.get(keys.followup(followup_id), {})
            yield position, EndedPromise(ended, "restricted_at" in case)
