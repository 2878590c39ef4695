"""List the open promises of many stores by date, and count the outcomes of the others.

A bounded number of queries of the indexes finds candidates; the items themselves, which are consistent, decide.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from lazo.promise.kept_rate import PromiseFigures
from lazo.promise.model import Promise
from lazo.table import promises
from lazo.table.dynamodb import counter_names, figure_keys, keys, listing
from lazo.table.dynamodb.paging import OpenQuery, list_entries, list_page, owned_by
from lazo.table.dynamodb.table import Table
from lazo.timestamps import format_timestamp

PAGE: Final = 50
READ_AT_MOST: Final = 99
"""So many open promises are read to count and sort them: those of one page's queries, in two batches."""
_NAMES: Final = frozenset(each.name for each in fields(PromiseFigures)) - {"overdue"}


@dataclass(frozen=True, slots=True)
class PromisePage:
    """Promises by date. `cursor`: where the next page begins, None if there can be no more."""

    promises: tuple[Promise, ...]
    cursor: str | None


def list_open_promises(
    table: Table, store_ids: frozenset[str], owner: str | None, after: str | None = None
) -> PromisePage:
    """Return the page of open promises of these stores, of one `owner` (a contact's id) or of all (None), the first due
    first, from the first or after the cursor `after` of the page before. One batch besides the queries of `list_page`.
    An invalid cursor starts from the first."""
    query = OpenQuery(listing.OPEN_PROMISES, store_ids, owned_by(owner or None))
    shown, next_after = list_page(table, query, parse_cursor(after), PAGE)
    return PromisePage(_read(table, store_ids, shown), next_after)


def first_open_promises(
    table: Table, store_ids: frozenset[str], between: tuple[datetime, datetime] | None = None
) -> PromisePage:
    """Return the first open promises of these stores, up to READ_AT_MOST, by the queries that fill a page; or those due
    `between` two instants."""
    first, last = map(format_timestamp, between) if between else ("0", "")
    query = OpenQuery(listing.OPEN_PROMISES, store_ids, None, ranges=((first, f"{last}~"),))
    rows, more = list_entries(table, query, None, READ_AT_MOST, enough=PAGE)
    return PromisePage(_read(table, store_ids, (row["list_at"] for row in rows)), more)


def parse_cursor(text: str | None) -> str | None:
    """Return untrusted `text` if it is a position to begin a page at, else None."""
    return text if text and listing.is_promise_position(text) else None


def promise_figures(
    table: Table, months: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, PromiseFigures]]:
    """Return the outcomes of promises by store and owner (a contact's id) in these months (`2026-11`) of each store;
    one batch per hundred months."""
    wanted = [
        figure_keys.promises_of_month(store_id, month)
        for store_id, listed in months.items()
        for month in listed
    ]
    found: defaultdict[str, defaultdict[str, PromiseFigures]] = defaultdict(
        lambda: defaultdict(PromiseFigures)
    )
    for key, item in table.batch_get(wanted).items():
        of_store = found[keys.store_id_of(key)]
        for outcome, owner, n in counter_names.promises_in(item):
            if outcome in _NAMES:
                of_store[owner] += PromiseFigures(**{outcome: n})
    return {store_id: dict(owners) for store_id, owners in found.items()}


def _read(table: Table, store_ids: frozenset[str], positions: Iterable[str]) -> tuple[Promise, ...]:
    """Return the promises that are still open, in their current state, without those of a customer who restricted the
    use of their data."""
    ids = [listing.promise_ids_at(position) for position in positions]
    about = {keys.followup(followup_id) for followup_id, _ in ids}
    items = table.batch_get([*(promises.PROMISES.key(*each) for each in ids), *about])
    restricted = {
        item["followup_id"] for key, item in items.items() if key in about and "restricted_at" in item
    }
    now = (promises.PROMISES.read(item) for key, item in items.items() if key not in about)
    still = (
        each
        for each in now
        if each.open and each.store_id in store_ids and each.followup_id not in restricted
    )
    return tuple(sorted(still, key=lambda each: (each.due, each.promise_id)))
