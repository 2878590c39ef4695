"""Read a page of what is open in some stores by a bounded number of queries, and build filter conditions.

Two ways: search the list of all stores, passing over the others, or merge the lists of the stores.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from lazo.table.dynamodb.listing import OpenList
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Where

FEW_STORES: Final = 10
"""Up to so many stores are merged at once. For more, the list of all stores is searched first: whoever sees much of it
needs one query."""
MANY_STORES: Final = 500
"""Beyond so many stores a search of 1 MB is worth more than the queries of a merge."""
MERGED_ENTRIES: Final = (16, 250)
"""Entries of a store that each query looks at, at least: if all match (half a read unit), and if few do."""
REFILLS: Final = 6
"""Queries of a merge beyond the first of each store."""
PARALLEL: Final = 8
"""First queries of a merge that run at once; botocore keeps ten connections."""
SEARCHED_ENTRIES: Final = (100, 1000, None, None)
"""Entries of the list of all stores that each query looks at, one query after another until the page is full. None: 1
MB, some 4,000, for more than MANY_STORES."""
IN_OPERANDS_LIMIT: Final = 100
"""Operands of IN in a condition (DynamoDB)."""
_END: Final = "~"
"""Sorts after whatever may follow a position in the list."""

_Passed = tuple[str, Item | None]
"""A position, and the entry that matches there. None: the search ended there."""
_Query = Callable[[str, str, int | None], tuple[list[Item], str | None]]


@dataclass(frozen=True, slots=True)
class OpenQuery:
    """What is open in these stores and matches `where`, at positions of these `ranges`, which are in order."""

    listed: OpenList
    store_ids: Collection[str]
    where: Where | None
    ranges: Sequence[tuple[str, str]] = field(default=(("0", _END),))


def list_page(table: Table, query: OpenQuery, after: str | None, size: int) -> tuple[list[str], str | None]:
    """Return the positions of the entries that `list_entries` returns, and its cursor."""
    found, cursor = list_entries(table, query, after, size)
    return [each["list_at"] for each in found], cursor


def list_entries(
    table: Table, query: OpenQuery, after: str | None, size: int, enough: int | None = None
) -> tuple[list[Item], str | None]:
    """Return up to `size` matching entries by position (`list_at`, `store_id`, `owner` and `stage`, if any), and the
    cursor of the next page, None if there can be no more. `after`: the cursor of the page before, None for the first.

    A short page with a cursor means that the search stopped early, which only a condition makes it do, or because it
    had found `enough`. At most two searches, of the list of all stores and of what was written before there were lists
    by store, and a merge. With `enough`, the list of all stores is asked once more only for what is missing to it.
    """
    count = len(query.store_ids)
    if not count:
        return [], None
    least = size if enough is None else min(enough, size)
    found: list[Item] = []
    if count > FEW_STORES:
        limits = SEARCHED_ENTRIES[: _searches(count)]
        lists = filter(None, (query.listed.all_stores, query.listed.unsplit))
        runs = (_search(table, query, each, after, limits, least) for each in lists)
        after = _take(runs, size, found)
        if after is None or len(found) >= least:
            return found, after
    merged = list(_merged(table, query, after, size, lambda: len(found) < least))
    return found, _take(_begun_at_once(merged) if count > IN_OPERANDS_LIMIT else merged, size, found)


def _searches(count: int) -> int:
    """Return how many queries are worth more than a merge of so many stores."""
    if count > MANY_STORES:
        return len(SEARCHED_ENTRIES)
    return 2 if count > IN_OPERANDS_LIMIT else 1


def _take(runs: Iterable[Iterator[_Passed]], size: int, found: list[Item]) -> str | None:
    """Add entries to those that were found, up to `size` in all; return the cursor of what comes after them."""
    for position, entry in heapq.merge(*runs, key=itemgetter(0)):
        if entry is None:
            return position
        if len(found) == size:
            return str(found[-1]["list_at"])
        found.append(entry)
    return None


def _merged(
    table: Table, query: OpenQuery, after: str | None, size: int, wanting: Callable[[], bool]
) -> Iterator[Iterator[_Passed]]:
    """Yield the run of each store; they share the queries beyond their first, which are made while `wanting`."""
    entries = max(MERGED_ENTRIES[query.where is not None], 2 * size // len(query.store_ids))
    left = iter(range(REFILLS))

    def limits() -> Iterator[int]:
        yield entries
        yield from (entries for _ in left if wanting())

    def of_store(store_id: str) -> _Query:
        pk = query.listed.of_store(store_id)

        def entries_of_store(first: str, last: str, limit: int | None) -> tuple[list[Item], str | None]:
            rows, stopped = table.query_store_listing(pk, first, last, where=query.where, limit=limit)
            return [{**row, "store_id": store_id} for row in rows], stopped

        return entries_of_store

    for store_id in sorted(query.store_ids):
        yield _run(of_store(store_id), query.ranges, after, limits)
    if query.listed.unsplit:
        yield _search(table, query, query.listed.unsplit, after, SEARCHED_ENTRIES)


def _begun_at_once(runs: Iterable[Iterator[_Passed]]) -> list[Iterator[_Passed]]:
    """Return the runs with the first query of each made, several at a time."""

    def begun(run: Iterator[_Passed]) -> Iterator[_Passed]:
        return chain([first], run) if (first := next(run, None)) else iter(())

    with ThreadPoolExecutor(PARALLEL) as pool:
        tasks = [pool.submit(copy_context().run, begun, run) for run in runs]
        return [task.result() for task in tasks]


def _search(
    table: Table,
    query: OpenQuery,
    list_pk: str,
    after: str | None,
    limits: Iterable[int | None],
    enough: int | None = None,
) -> Iterator[_Passed]:
    """Yield the entries of the query's stores in a list of all stores; after a query that found `enough`, no other."""
    where = all_of(in_stores(query.store_ids), query.where)

    def entries(first: str, last: str, limit: int | None) -> tuple[list[Item], str | None]:
        rows, stopped = table.query_listing(list_pk, first, last, where=where, limit=limit)
        return [row for row in rows if row["store_id"] in query.store_ids], stopped

    return _run(entries, query.ranges, after, lambda: limits, enough)


def _run(
    entries: _Query,
    ranges: Sequence[tuple[str, str]],
    after: str | None,
    limits: Callable[[], Iterable[int | None]],
    enough: int | None = None,
) -> Iterator[_Passed]:
    """Yield entries, by as many queries of each range as there are `limits` (none after `enough` were found), and where
    the search ended if it ended early. Reads as they are consumed."""
    start, found = after + _END if after else "", 0
    for lowest, last in ranges:
        first, stopped = max(lowest, start), None
        for limit in limits() if first <= last else ():
            rows, stopped = entries(first, last, limit)
            yield from ((row["list_at"], row) for row in rows)
            found += len(rows)
            if stopped is None or (enough is not None and found >= enough):
                break
            first = stopped + _END
        if stopped:
            yield stopped, None
            return


def all_of(*conditions: Where | None) -> Where | None:
    """Return the condition that all of these hold. None is no condition."""
    given = [each for each in conditions if each]
    if not given:
        return None
    values: dict[str, Any] = {}
    names: dict[str, str] = {}
    for each in given:
        values |= each.values
        names |= each.names
    return Where(" AND ".join(each.expression for each in given), values, names)


def in_stores(store_ids: Collection[str]) -> Where | None:
    """Match items of these stores. Returns None for more stores than a condition may name: then the caller filters."""
    if len(store_ids) > IN_OPERANDS_LIMIT:
        return None
    values = {f":s{n}": store_id for n, store_id in enumerate(sorted(store_ids))}
    return Where(f"store_id IN ({', '.join(values)})", values, {})


def with_theme(theme: str | None) -> Where | None:
    """Match items that complain about this theme; no condition for None."""
    return Where("contains(themes, :theme)", {":theme": theme}, {}) if theme else None


def naming_theme(theme: str | None) -> Where | None:
    """Match answers that complain about this theme, praise or name it; no condition for None."""
    said = ("themes", "praised", "mentioned")
    named = " OR ".join(f"contains({each}, :theme)" for each in said)
    return Where(f"({named})", {":theme": theme}, {}) if theme else None


def owned_by(owner: str | None) -> Where | None:
    """Match items of this owner (a contact's id), or without one (""); no condition for None."""
    if owner is None:
        return None
    names = {"#owner": "owner"}
    if not owner:
        return Where("attribute_not_exists(#owner)", {}, names)
    return Where("#owner = :owner", {":owner": owner}, names)
