"""Promises of many shops: those still owed, by their date, and what became of the others, counted.

The index nominates, with a bounded number of queries; what is shown is read from the items themselves.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from lazo.promise.kept_rate import PromiseFigures
from lazo.promise.model import Promise
from lazo.table import promises
from lazo.table.dynamodb import counter_names, keys, listing
from lazo.table.dynamodb.paging import all_of, in_stores, list_page, owned_by
from lazo.table.dynamodb.table import Table

PAGE: Final = 25
_NAMES: Final = frozenset(each.name for each in fields(PromiseFigures))


@dataclass(frozen=True, slots=True)
class PromisePage:
    """Promises by their date; `after`: where the next page begins, None when nothing more can come."""

    promises: tuple[Promise, ...]
    cursor: str | None


def list_open_promises(
    table: Table, store_ids: frozenset[str], owner: str | None, after: str | None = None
) -> PromisePage:
    """The promises of these shops still owed, of one `owner` (a contact's id) or of all (None), the first due first, or
    from the one after `after` of another page.

    At most four queries and one batch. `after` says only where to begin; one that is no position is the beginning.
    """
    where = all_of(in_stores(store_ids), owned_by(owner or None))
    shown, next_after = list_page(table, listing.OPEN_PROMISES, store_ids, where, parse_cursor(after), PAGE)
    return PromisePage(_read(table, store_ids, shown), next_after)


def parse_cursor(text: str | None) -> str | None:
    """Where a page may begin, if `text`, which anybody may have made up, says so; else None."""
    return text if text and listing.is_promise_position(text) else None


def promise_figures(
    table: Table, months: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, PromiseFigures]]:
    """By shop and owner (a contact's id) what became of promises in these months (`2026-11`) of each shop; one batch
    for a hundred months."""
    wanted = [
        keys.promises_of_month(store_id, month) for store_id, listed in months.items() for month in listed
    ]
    found: defaultdict[str, defaultdict[str, PromiseFigures]] = defaultdict(
        lambda: defaultdict(PromiseFigures)
    )
    for key, item in table.batch_get(wanted).items():
        of_shop = found[keys.store_id_of(key)]
        for outcome, owner, n in counter_names.promises_in(item):
            if outcome in _NAMES:
                of_shop[owner] += PromiseFigures(**{outcome: n})
    return {store_id: dict(owners) for store_id, owners in found.items()}


def _read(table: Table, store_ids: frozenset[str], places: Iterable[str]) -> tuple[Promise, ...]:
    """As they are now; without those that ended meanwhile."""
    items = table.batch_get(
        keys.child(followup_id, promises.CHILD_KIND, promise_id)
        for followup_id, promise_id in map(listing.promise_ids_at, places)
    )
    now = (promises.promise_from_item(item) for item in items.values())
    return tuple(
        sorted(
            (each for each in now if each.open and each.store_id in store_ids),
            key=lambda each: (each.due, each.promise_id),
        )
    )
