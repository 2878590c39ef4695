"""Read a page of the index `listing` by a bounded number of queries, and build filter conditions."""

from collections.abc import Collection
from typing import Any, Final

from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Where

QUERY_LIMITS: Final = (100, 1000, None, None)
"""Entries of the index that each query looks at, one query after another until the page is full. None: 1 MB, some
4,000. The first limit serves users who see much, the last ones rare matches."""
IN_OPERANDS_LIMIT: Final = 100
"""Operands of IN in a condition (DynamoDB)."""
_END: Final = "~"
"""Sorts after whatever may follow a position in the list."""


def list_page(
    table: Table, list_pk: str, store_ids: Collection[str], where: Where | None, after: str | None, size: int
) -> tuple[list[str], str | None]:
    """Return up to `size` positions (`list_at`) of entries of these stores that match `where`, and the cursor of the
    next page, None if there can be no more. `after`: the cursor of the page before, None for the first.

    At most four queries: a short page with a cursor means that the search stopped early.
    """
    start = after + _END if after else "0"
    found: list[str] = []
    stopped: str | None = None
    for limit in QUERY_LIMITS if store_ids else ():
        rows, stopped = table.query_listing(list_pk, start, _END, where=where, limit=limit)
        found += (row["list_at"] for row in rows if row["store_id"] in store_ids)
        if len(found) > size or stopped is None:
            break
        start = stopped + _END
    return found[:size], found[size - 1] if len(found) > size else stopped


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
    """Match items with this theme; no condition for None."""
    return Where("contains(themes, :theme)", {":theme": theme}, {}) if theme else None


def owned_by(owner: str | None) -> Where | None:
    """Match items of this owner (a contact's id), or without one (""); no condition for None."""
    if owner is None:
        return None
    names = {"#owner": "owner"}
    if not owner:
        return Where("attribute_not_exists(#owner)", {}, names)
    return Where("#owner = :owner", {":owner": owner}, names)
