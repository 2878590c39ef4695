"""List the answers of many stores, newest first, by pages with a bounded number of calls.

Up to ten stores, or 30 if few answers match: merge their partitions. More: the index `listing` names the answers month
by month, and batches read the items; up to 100 stores are merged for what is missing then, and for an export. All page
by the position of `listing.answer_position`.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from lazo import ids
from lazo.followup import model as followup
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, followups, stores
from lazo.table.dynamodb import keys, listing
from lazo.table.dynamodb.paging import IN_OPERANDS_LIMIT, all_of, in_stores, naming_theme
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key

PAGE: Final = 30
FEW_STORES, FEW_IF_SPARSE = 10, 30
"""Up to so many stores are merged at once, the latter if few answers match; for more, the index is read first."""
MOST_MERGED: Final = 100
"""Up to so many stores are merged for what the index did not name within READS, and for an export."""
READS, READS_FOR_FEW = 12, 6
"""Calls for a page from the index: queries, and batches of what they name; the latter for up to FEW_IF_SPARSE stores,
which cost little to merge."""
REFILLS: Final = 6
"""Queries for a page beyond one per merged store and one batch for the stores themselves."""
ENTRIES: Final = (100, 1000)
"""Index entries per query: if most answers match, and if few do."""
EXPORTED: Final = 100
"""Answers of a store that a query of an export reads."""
BATCH: Final = 50
"""Answers per batch: with a store each they are the 100 items of a BatchGetItem."""
ARRIVES_WITHIN: Final = timedelta(days=7)
"""The browser chooses an id before it sends the answer: a page may be answered this long after it was served."""
AHEAD: Final = timedelta(minutes=5)
"""How far a client's clock, and so an id, may be ahead."""
EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""No installation has older answers. Without this bound the search by month would not end."""

_LOWEST, _HIGHEST = bytes(ids.ENTROPY_BYTES), b"\xff" * ids.ENTROPY_BYTES


@dataclass(frozen=True, slots=True)
class AnswerQuery:
    """Answers of these `stores` that may have arrived from `since` until `until`, and have `theme` unless it is None.
    Times and theme only narrow the search: the row filter decides."""

    stores: frozenset[str]
    since: datetime
    until: datetime
    theme: str | None = None
    sparse: bool = False
    """Few answers are expected to match, so more are read at once."""

    @property
    def first(self) -> str:
        """Return the lowest position to look at."""
        begin = max(EARLIEST, self.since - ARRIVES_WITHIN)
        return listing.answer_position("", ids.new_ulid(begin, _LOWEST))

    @property
    def last(self) -> str:
        """Return a position above the highest to look at."""
        end = max(EARLIEST, self.until + AHEAD)
        return listing.answer_position(listing.AFTER_ALL_STORES, ids.new_ulid(end, _HIGHEST))


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer and its store."""

    answer: Answer
    store: Store

    @property
    def position(self) -> str:
        """Return its position among all answers."""
        return listing.answer_position(self.store.store_id, self.answer.ulid)


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """A page of answers. `cursor`: where the next page begins, None if there can be no more. A page that is not `full`
    but has a cursor: the search stopped early."""

    found: tuple[AnswerRow, ...]
    cursor: str | None
    full: bool


RowFilter = Callable[[AnswerRow], bool]
PassedPosition = tuple[str, AnswerRow | None]
"""A position that was passed, and the row there unless it does not match."""


class _BudgetSpent(Exception):
    """The page has made all the calls that it may."""


class _CallBudget:
    """Counts calls; `left` is None for no limit."""

    def __init__(self, left: int | None) -> None:
        self._left = left

    def spend(self) -> None:
        """Count a call before it is made. Raises _BudgetSpent if none is left."""
        if self._left == 0:
            raise _BudgetSpent
        if self._left is not None:
            self._left -= 1


def parse_cursor(text: str | None) -> str | None:
    """Return untrusted `text` if it is a position to begin a page at, else None."""
    if not text or not listing.is_answer_position(text):
        return None
    try:
        ids.parse_id(text[:26])
    except ValueError:
        return None
    return text


def list_answers(
    table: Table, query: AnswerQuery, fits: RowFilter, after: str | None = None, size: int | None = None
) -> AnswerPage:
    """Return the page of `size` matching answers (PAGE if None), from the newest, or after the cursor of the page
    before. An invalid cursor starts from the newest."""
    size = size or PAGE
    count = len(query.stores)
    found: list[AnswerRow] = []
    reached = parse_cursor(after)
    reads = READS_FOR_FEW if count <= FEW_IF_SPARSE else READS
    for merge in _ways(query):
        calls = _CallBudget(count + 1 + REFILLS if merge else reads)
        limit = min(250, max(8, (20 if query.sparse else 2) * size // max(1, count)))
        try:
            for passed, each in _seen(table, query, reached, calls, limit if merge else None):
                reached = passed
                if each and fits(each):
                    if len(found) == size:
                        return AnswerPage(tuple(found), found[-1].position, full=True)
                    found.append(each)
        except _BudgetSpent:
            if len(found) == size:
                break
        else:
            return AnswerPage(tuple(found), None, len(found) == size)
    return AnswerPage(tuple(found), reached, len(found) == size)


def _ways(query: AnswerQuery) -> Sequence[bool]:
    """Return how the stores are read for a page, one way after the other: merged, or by the index."""
    count = len(query.stores)
    if count <= (FEW_IF_SPARSE if query.sparse else FEW_STORES):
        return (True,)
    return (False, True) if count <= MOST_MERGED else (False,)


def iterate_answers(table: Table, query: AnswerQuery, fits: RowFilter) -> Iterator[AnswerRow]:
    """Yield all matching answers, newest first; reads as they are consumed."""
    limit = EXPORTED if len(query.stores) <= MOST_MERGED else None
    for _, each in _seen(table, query, None, _CallBudget(None), limit):
        if each and fits(each):
            yield each


def followups_of(table: Table, given: Sequence[Answer]) -> Mapping[str, FollowUp]:
    """Return the follow-ups that these answers opened, by the answer's ULID; one batch for up to 100 answers. Promoters
    and unclassified answers have none and are not looked up."""
    may = [a for a in given if a.classification and a.classification.band != "promoter"]
    wanted = {keys.followup(followup.followup_id_for(a.store_id, a.ulid)): a.ulid for a in may}
    items = table.batch_get(wanted) if wanted else {}
    return {wanted[key]: followups.followup_from_item(item) for key, item in items.items()}


def _seen(
    table: Table, query: AnswerQuery, after: str | None, calls: _CallBudget, limit: int | None
) -> Iterator[PassedPosition]:
    """Yield what is below `after`: merged, `limit` answers of a store at a time, or by the index if it is None."""
    below = min(after or query.last, query.last)
    if not query.stores or below <= query.first:
        return iter(())
    if limit is not None:
        return _merged(table, query, below, calls, limit)
    return _by_month(table, query, below, calls)


def _merged(
    table: Table, query: AnswerQuery, below: str, calls: _CallBudget, limit: int
) -> Iterator[PassedPosition]:
    calls.spend()
    store_items = table.batch_get(map(keys.store, sorted(query.stores))).values()
    runs = [
        _of_store(table, stores.store_from_item(item), query.first, below, calls, limit)
        for item in store_items
    ]
    for each in heapq.merge(*runs, key=lambda found: found.position, reverse=True):
        yield each.position, each


def _of_store(
    table: Table, store: Store, first: str, below: str, calls: _CallBudget, limit: int
) -> Iterator[AnswerRow]:
    """Yield a store's answers below a position, newest first; reads `limit` at a time."""
    lowest = keys.answer(store.store_id, first[:26])
    highest: Key | None = keys.answer(store.store_id, below[:26])
    while highest is not None:
        calls.spend()
        items, highest = table.query_range(lowest, highest, limit, newest_first=True)
        for each in filter(None, (_row(item, store) for item in items)):
            if each.position < below:
                yield each
                below = each.position


def _by_month(table: Table, query: AnswerQuery, below: str, calls: _CallBudget) -> Iterator[PassedPosition]:
    store_by_id: dict[str, Store] = {}
    month = ids.parse_id(below[:26]).at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while below > query.first:
        stopped: str | None = below
        while stopped is not None:
            calls.spend()
            rows, stopped = table.query_listing(
                listing.answers_of_month(f"{month:%Y-%m}"),
                query.first,
                stopped,
                where=all_of(in_stores(query.stores), naming_theme(query.theme)),
                limit=ENTRIES[query.sparse or len(query.stores) <= IN_OPERANDS_LIMIT],
                newest_first=True,
            )
            named = [r["list_at"] for r in rows if r["store_id"] in query.stores and r["list_at"] < below]
            for start in range(0, len(named), BATCH):
                calls.spend()
                yield from _items(table, named[start : start + BATCH], store_by_id)
            if stopped:
                below = stopped
                # It may have stopped at a store that the user must not know of, so the cursor names none.
                yield listing.answer_position(listing.AFTER_ALL_STORES, stopped[:26]), None
        below = min(below, listing.answer_position("", ids.new_ulid(month, _LOWEST)))
        yield below, None
        month = (month - timedelta(days=1)).replace(day=1)


def _items(table: Table, positions: Sequence[str], store_by_id: dict[str, Store]) -> Iterator[PassedPosition]:
    """Yield the rows at these positions. `store_by_id` caches the stores, and grows."""
    named = {each: listing.answer_ids_at(each) for each in positions}
    wanted = {each: keys.answer(store_id, ulid) for each, (ulid, store_id) in named.items()}
    unknown = {store_id for _, store_id in named.values()} - store_by_id.keys()
    items = table.batch_get([*wanted.values(), *map(keys.store, sorted(unknown))])
    store_by_id |= {
        store_id: stores.store_from_item(items[keys.store(store_id)])
        for store_id in unknown
        if keys.store(store_id) in items
    }
    for each, key in wanted.items():
        store = store_by_id.get(named[each][1])
        yield each, _row(items[key], store) if store and key in items else None


def _row(item: Mapping[str, Any], store: Store) -> AnswerRow | None:
    """Return the row of an item, None if it cannot be read: classify reports it, and it must not hide the others."""
    try:
        return AnswerRow(answers.answer_from_item(item), store)
    except (KeyError, ValueError, TypeError):
        return None
