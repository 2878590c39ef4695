"""Pages of what is open in some stores, against all entries sorted, in a listing held in memory."""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random
from threading import Lock
from typing import cast

import pytest

from lazo.table.dynamodb import paging
from lazo.table.dynamodb.listing import OpenList
from lazo.table.dynamodb.paging import OpenQuery, list_entries, list_page
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Where

THINGS = OpenList("THINGS", unsplit="OLD")
MEGABYTE = 4000
"""Entries."""
SIZE = 25
RARE = Where("rare", {}, {})


@dataclass
class Listing:
    """Both indexes: positions by partition, and the store of each position. `queries` counts, `looked_at` too."""

    partitions: dict[str, list[str]] = field(default_factory=dict)
    store_of: dict[str, str] = field(default_factory=dict)
    queries: int = 0
    looked_at: int = 0
    lock: Lock = field(default_factory=Lock)

    def add(self, position: str, store_id: str, *, old: bool = False) -> None:
        for pk in (THINGS.unsplit,) if old else (THINGS.all_stores, THINGS.of_store(store_id)):
            self.partitions.setdefault(pk, []).append(position)
        self.store_of[position] = store_id

    def of(self, store_ids: Collection[str]) -> list[str]:
        return sorted(each for each, store_id in self.store_of.items() if store_id in store_ids)

    def query_listing(
        self, pk: str, first: str, last: str, *, where: Where | None = None, limit: int | None = None
    ) -> tuple[list[Item], str | None]:
        entries = sorted(self.partitions.get(pk, []))
        begin = bisect_left(entries, first)
        within = [each for each in entries[begin : begin + (limit or MEGABYTE)] if each <= last]
        with self.lock:
            self.queries += 1
            self.looked_at += len(within)
        stopped = within[-1] if len(within) == (limit or MEGABYTE) else None
        matching = [
            each for each in within if not (where and RARE.expression in where.expression) or "rare" in each
        ]
        return [{"list_at": each, "store_id": self.store_of[each]} for each in matching], stopped

    query_store_listing = query_listing


def page(
    listing: Listing, store_ids: Collection[str], after: str | None = None, where: Where | None = None
) -> tuple[list[str], str | None]:
    return list_page(cast(Table, listing), OpenQuery(THINGS, store_ids, where), after, SIZE)


def walk(listing: Listing, store_ids: Collection[str], where: Where | None = None) -> list[list[str]]:
    """All pages, to the last."""
    pages, after = [], None
    while True:
        found, after = page(listing, store_ids, after, where)
        pages.append(found)
        if after is None:
            return pages


def stores(first: int, count: int) -> frozenset[str]:
    return frozenset(f"s{n}" for n in range(first, first + count))


@pytest.mark.parametrize("count", [1, 2, 10, 11, 40, 100, 101, 500, 501, 2000])
def test_all_pages_together_hold_each_entry_once_and_in_order(count: int) -> None:
    random = Random(count)
    listing = Listing()
    for n in range(4000):
        listing.add(f"{random.randrange(10**6):06}#{n}", f"s{random.randrange(2000)}", old=n % 5 == 0)
    mine = stores(0, count)
    pages = walk(listing, mine)
    assert [each for page in pages for each in page] == listing.of(mine)
    assert all(len(each) == SIZE for each in pages[:-1])


@pytest.mark.parametrize("count", [1, 40, 150, 500, 501, 1200])
def test_the_first_page_is_full_though_all_that_is_of_others_comes_first(count: int) -> None:
    listing = Listing()
    for n in range(20_000):
        listing.add(f"0#{n:06}", f"other{n % 1000}")
    for n in range(2 * count + SIZE):
        listing.add(f"1#{n:06}", f"s{n % count}")
    found, _ = page(listing, stores(0, count))
    assert found == listing.of(stores(0, count))[:SIZE]
    # One for each store, a refill at most, the list of all stores up to four times, and the old list.
    assert listing.queries <= count + 1 + (4 if count > 500 else 2) + 1 + 1
    assert listing.looked_at <= (9100 if count > 500 else 1100) + 50 * count


def test_whoever_sees_all_needs_one_query_and_one_of_the_old_list() -> None:
    listing = Listing()
    for n in range(10_000):
        listing.add(f"1#{n:06}", f"s{n % 2000}")
    assert page(listing, stores(0, 2000))[0] == [f"1#{n:06}" for n in range(SIZE)]
    assert (listing.queries, listing.looked_at) == (2, 100)


def test_the_only_one_of_many_stores_is_on_the_first_page_though_all_that_is_of_others_comes_first() -> None:
    listing = Listing()
    for n in range(20_000):
        listing.add(f"0#{n:06}", f"other{n % 1000}")
    listing.add("1#000000", "s7")
    assert walk(listing, stores(0, paging.MANY_STORES + 1)) == [["1#000000"]]


@pytest.mark.parametrize("count", [1, 40, 500])
def test_the_one_that_matches_is_found_behind_many_of_the_same_stores(count: int) -> None:
    listing = Listing()
    for n in range(50 * count):
        listing.add(f"0#{n:06}", f"s{n % count}")
    listing.add("1#rare", "s0")
    assert page(listing, stores(0, count), where=RARE) == (["1#rare"], None)


def test_a_search_of_a_store_with_too_many_that_do_not_match_can_be_continued() -> None:
    listing = Listing()
    for n in range(4000):
        listing.add(f"0#{n:06}", "s0")
    listing.add("1#rare", "s0")
    pages = walk(listing, {"s0"}, RARE)
    assert pages == [[], [], ["1#rare"]]
    assert listing.queries <= 3 * (1 + paging.REFILLS + 1)


def test_only_positions_of_the_ranges_are_read() -> None:
    listing = Listing()
    for rank in "01":
        for n in range(100):
            listing.add(f"{rank}#{n:03}", "s0")
    query = OpenQuery(THINGS, {"s0"}, None, [("0#", "0#002"), ("1#", "1#001")])
    found = ["0#000", "0#001", "0#002", "1#000", "1#001"]
    assert list_page(cast(Table, listing), query, None, SIZE) == (found, None)
    assert list_page(cast(Table, listing), query, "0#001", 2) == (found[2:4], "1#000")
    assert list_page(cast(Table, listing), query, "1#000", 2) == (found[4:], None)
    assert listing.looked_at == 5 + 3 + 1


def test_nobody_without_stores_reads_anything() -> None:
    listing = Listing()
    assert page(listing, frozenset()) == ([], None)
    assert listing.queries == 0


@pytest.mark.parametrize("stores", [1, 5, 40, 200])
def test_more_than_a_page_is_read_as_far_as_the_queries_of_a_page_go(stores: int) -> None:
    """The first are those of a page, in order, without a gap; a cursor says that there may be more."""
    listing = Listing()
    for n in range(3000):
        listing.add(f"0#{n:04}", f"s{n % stores}")
    query = OpenQuery(THINGS, [f"s{n}" for n in range(stores)], None)
    rows, cursor = list_entries(cast(Table, listing), query, None, 99, enough=SIZE)
    costs, listing.queries = listing.queries, 0
    list_page(cast(Table, listing), query, None, SIZE)
    assert costs <= listing.queries
    found = [row["list_at"] for row in rows]
    assert SIZE <= len(found) <= 99
    assert found == [f"0#{n:04}" for n in range(len(found))]
    assert cursor is not None
    rest, _ = list_page(cast(Table, listing), query, cursor, SIZE)
    assert rest[0] == f"0#{len(found):04}"


def test_all_that_there_is_has_no_cursor() -> None:
    listing = Listing()
    for n in range(40):
        listing.add(f"0#{n:04}", f"s{n % 4}")
    for stores in (4, 20):
        query = OpenQuery(THINGS, [f"s{n}" for n in range(stores)], None)
        rows, cursor = list_entries(cast(Table, listing), query, None, 99, enough=SIZE)
        assert (len(rows), cursor) == (40, None)
