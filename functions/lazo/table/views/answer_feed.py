"""All answers of many shops, newest first, a page at a time with a bounded number of calls.

Up to 30 shops: their own partitions are merged. More: the index `listing` names the answers month by month, and the
items are read in batches. In both an answer has a place, `ULID#shop`, and a page ends at one.
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
from lazo.table.dynamodb.paging import IN_OPERANDS_LIMIT, all_of, in_stores, with_theme
from lazo.table.dynamodb.table import Table

PAGE: Final = 30
MOST_MERGED: Final = 30
"""Shops whose partitions are read one by one; of more, the index is read."""
READS: Final = 12
"""Calls for a page from the index: queries, and batches of what they name."""
REFILLS: Final = 6
"""Queries for a page beyond one for each merged shop and one batch for the shops themselves."""
ENTRIES: Final = (100, 1000)
"""Of the index, in one query: where most are wanted, and where few are."""
BATCH: Final = 50
"""Answers of one batch: with a shop each they are the 100 items of a BatchGetItem."""
ARRIVES_WITHIN: Final = timedelta(days=7)
"""An id is chosen before the answer is sent: a page may be answered so long after it was served."""
AHEAD: Final = timedelta(minutes=5)
"""How far a client's clock, and with it an id, may be ahead."""
EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""No installation has answers from before; without it there would be no last month to look at."""

_ANY_SHOP: Final = "~"
"""Sorts after every shop."""
_LOWEST, _HIGHEST = bytes(ids.ENTROPY_BYTES), b"\xff" * ids.ENTROPY_BYTES


@dataclass(frozen=True, slots=True)
class AnswerQuery:
    """Answers of these `stores` that may have come in from `since` until `until`, and, unless it is None, of a theme.
    Instants and theme only narrow what is looked at: `fits` of a reading has the last word."""

    stores: frozenset[str]
    since: datetime
    until: datetime
    theme: str | None = None
    sparse: bool = False
    """Most answers are expected not to fit: more of them are read at once."""

    @property
    def first(self) -> str:
        """The lowest place that is looked at."""
        begin = max(EARLIEST, self.since - ARRIVES_WITHIN)
        return listing.answer_position("", ids.new_ulid(begin, _LOWEST))

    @property
    def last(self) -> str:
        """Above the highest place that is looked at."""
        end = max(EARLIEST, self.until + AHEAD)
        return listing.answer_position(_ANY_SHOP, ids.new_ulid(end, _HIGHEST))


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer and its shop."""

    answer: Answer
    store: Store

    @property
    def position(self) -> str:
        """Where it stands among all answers."""
        return listing.answer_position(self.store.store_id, self.answer.ulid)


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """`after`: where the next page begins; None when nothing more can come. A page that is not `full` although more
    may come was given up looking for."""

    found: tuple[AnswerRow, ...]
    cursor: str | None
    full: bool


RowFilter = Callable[[AnswerRow], bool]
PassedPosition = tuple[str, AnswerRow | None]
"""A place that was passed, and what stood there, unless it is not wanted at all."""


class _BudgetSpent(Exception):
    """The reading has made all the calls that it may."""


class _CallBudget:
    """Counts the calls of a reading; `left` None: as many as it takes."""

    def __init__(self, left: int | None) -> None:
        self._left = left

    def spend(self) -> None:
        """Before each call; _Spent when none is left."""
        if self._left == 0:
            raise _BudgetSpent
        if self._left is not None:
            self._left -= 1


def parse_cursor(text: str | None) -> str | None:
    """Where a page may begin, if `text`, which anybody may have made up, says so; else None."""
    if not text or not listing.is_answer_position(text):
        return None
    try:
        ids.parse(text[:26])
    except ValueError:
        return None
    return text


def list_answers(table: Table, wanted: AnswerQuery, fits: RowFilter, after: str | None = None) -> AnswerPage:
    """The answers that are `wanted` and fit, from the newest on, or from below `after` of another page.

    `after` says only where to begin; one that is no place is the beginning.
    """
    merged = len(wanted.stores) <= MOST_MERGED
    calls = _CallBudget(len(wanted.stores) + 1 + REFILLS if merged else READS)
    found: list[AnswerRow] = []
    reached = parse_cursor(after)
    try:
        for passed, each in _seen(table, wanted, reached, calls, PAGE):
            reached = passed
            if each and fits(each):
                if len(found) == PAGE:
                    return AnswerPage(tuple(found), found[-1].position, full=True)
                found.append(each)
    except _BudgetSpent:
        return AnswerPage(tuple(found), reached, len(found) == PAGE)
    return AnswerPage(tuple(found), None, len(found) == PAGE)


def iterate_answers(table: Table, wanted: AnswerQuery, fits: RowFilter) -> Iterator[AnswerRow]:
    """All answers that are `wanted` and fit, newest first, read as they are asked for."""
    for _, each in _seen(table, wanted, None, _CallBudget(None), 3 * PAGE):
        if each and fits(each):
            yield each


def followups_of(table: Table, given: Sequence[Answer]) -> Mapping[str, FollowUp]:
    """The follow-ups that these answers opened, by the answer's ULID, by one batch for up to 100 answers. None is
    looked for where none can be."""
    may = [a for a in given if a.classification and a.classification.band != "promoter"]
    wanted = {keys.followup(followup.followup_id_for(a.store_id, a.ulid)): a.ulid for a in may}
    items = table.batch_get(wanted) if wanted else {}
    return {wanted[key]: followups.followup_from_item(item) for key, item in items.items()}


def _seen(
    table: Table, wanted: AnswerQuery, after: str | None, calls: _CallBudget, size: int
) -> Iterator[PassedPosition]:
    below = min(after or wanted.last, wanted.last)
    if not wanted.stores or below <= wanted.first:
        return iter(())
    if len(wanted.stores) <= MOST_MERGED:
        return _merged(table, wanted, below, calls, size)
    return _by_month(table, wanted, below, calls)


def _merged(
    table: Table, wanted: AnswerQuery, below: str, calls: _CallBudget, size: int
) -> Iterator[PassedPosition]:
    calls.spend()
    shops = table.batch_get(map(keys.store, sorted(wanted.stores))).values()
    share = (20 if wanted.sparse else 2) * size // max(1, len(shops))
    limit = min(250, max(8, share))
    runs = [
        _of_shop(table, stores.store_from_item(shop), wanted.first, below, calls, limit) for shop in shops
    ]
    for each in heapq.merge(*runs, key=lambda found: found.position, reverse=True):
        yield each.position, each


def _of_shop(
    table: Table, store: Store, first: str, below: str, calls: _CallBudget, limit: int
) -> Iterator[AnswerRow]:
    """One shop's answers below a place, newest first, `limit` at a time."""
    lowest = keys.answer(store.store_id, first[:26])
    highest: str | None = keys.answer(store.store_id, below[:26]).sk
    while highest is not None:
        calls.spend()
        items, highest = table.query_latest(lowest.pk, lowest.sk, highest, limit)
        for each in filter(None, (_row(item, store) for item in items)):
            if each.position < below:
                yield each
                below = each.position


def _by_month(table: Table, wanted: AnswerQuery, below: str, calls: _CallBudget) -> Iterator[PassedPosition]:
    shops: dict[str, Store] = {}
    month = ids.parse(below[:26]).at.replace(day=1)
    while below > wanted.first:
        stopped: str | None = below
        while stopped is not None:
            calls.spend()
            rows, stopped = table.query_listing(
                listing.answers_of_month(f"{month:%Y-%m}"),
                wanted.first,
                stopped,
                where=all_of(in_stores(wanted.stores), with_theme(wanted.theme)),
                limit=ENTRIES[wanted.sparse or len(wanted.stores) <= IN_OPERANDS_LIMIT],
                newest_first=True,
            )
            named = [r["list_at"] for r in rows if r["store_id"] in wanted.stores and r["list_at"] < below]
            for start in range(0, len(named), BATCH):
                calls.spend()
                yield from _items(table, named[start : start + BATCH], shops)
            if stopped:
                below = stopped
                # Where it stopped may be another's shop, which the link to go on from here must not name.
                yield listing.answer_position(_ANY_SHOP, stopped[:26]), None
        below = min(below, listing.answer_position("", ids.new_ulid(_first_instant(month), _LOWEST)))
        yield below, None
        month = (month - timedelta(days=1)).replace(day=1)


def _items(table: Table, places: Sequence[str], shops: dict[str, Store]) -> Iterator[PassedPosition]:
    """What stands at these places; `shops` are those known already, and grow."""
    named = {each: listing.answer_ids_at(each) for each in places}
    wanted = {each: keys.answer(store_id, ulid) for each, (ulid, store_id) in named.items()}
    unknown = {store_id for _, store_id in named.values()} - shops.keys()
    items = table.batch_get([*wanted.values(), *map(keys.store, sorted(unknown))])
    shops |= {
        store_id: stores.store_from_item(items[keys.store(store_id)])
        for store_id in unknown
        if keys.store(store_id) in items
    }
    for each, key in wanted.items():
        store = shops.get(named[each][1])
        yield each, _row(items[key], store) if store and key in items else None


def _row(item: Mapping[str, Any], store: Store) -> AnswerRow | None:
    """One item that is no answer (classify tells of it) must not hide the others."""
    try:
        return AnswerRow(answers.answer_from_item(item), store)
    except (KeyError, ValueError, TypeError):
        return None


def _first_instant(month: datetime) -> datetime:
    return month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
