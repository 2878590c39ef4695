"""All shops and touchpoints of an installation, as whoever runs it sees them."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final

from lazo.store.model import Touchpoint
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Item, Put, Table

_LOWEST: Final = " "
_HIGHEST: Final = "\U0010ffff"
_OF_THE_TABLE: Final = ("pk", "sk", "list_pk", "list_at")


class CodeTaken(Exception):
    """The code is on another touchpoint; `held_by` is the shop that has it."""

    def __init__(self, held_by: str) -> None:
        super().__init__(held_by)
        self.held_by = held_by


class Changed(Exception):
    """Somebody else changed the touchpoint since it was read, or it is gone."""


def settings(table: Table, store_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The settings of these shops as they were imported, by id; a shop that is not there has no entry."""
    found = table.batch_get(keys.store(store_id) for store_id in store_ids)
    return {item["store_id"]: _settings(item) for item in found.values()}


def every_store_id(table: Table) -> list[str]:
    """Ids of all shops, by name; what was written within the last moments may be missing, as in any index."""
    return [row["store_id"] for row in _listed(table, keys.STORES_LIST, _LOWEST, _HIGHEST)]


def touchpoints(table: Table, codes: Iterable[str]) -> dict[str, Touchpoint]:
    """The touchpoints of these codes, retired ones included, by code."""
    found = table.batch_get(keys.touchpoint(code) for code in codes)
    return {item["code"]: _touchpoint(item) for item in found.values()}


def touchpoints_of(table: Table, store_id: str | None = None) -> list[Touchpoint]:
    """The touchpoints of a shop, or of all shops: by shop, then by code. The index names them, the items say whose they
    are."""
    first = keys.touchpoint_place(store_id, "") if store_id else _LOWEST
    last = keys.touchpoint_place(store_id, _HIGHEST) if store_id else _HIGHEST
    codes = (row["list_at"].partition("#")[2] for row in _listed(table, keys.TOUCHPOINTS_LIST, first, last))
    found = [place for place in touchpoints(table, codes).values() if store_id in (None, place.store_id)]
    return sorted(found, key=lambda place: (place.store_id, place.code))


def add(table: Table, place: Touchpoint) -> None:
    """Write a new touchpoint; CodeTaken when there is one with this code."""
    try:
        table.put(Put(item(place), condition="attribute_not_exists(pk)"))
    except ConditionFailed as error:
        raise CodeTaken(error.item["store_id"]) from error


def change(table: Table, before: Touchpoint, after: Touchpoint) -> None:
    """Replace a touchpoint; Changed when it is no longer as it was read."""
    try:
        table.put(
            Put(
                item(after),
                condition="store_id = :store AND active = :active",
                values={":store": before.store_id, ":active": before.active},
            )
        )
    except ConditionFailed as error:
        raise Changed(before.code) from error


def item(place: Touchpoint) -> Item:
    """A touchpoint's item."""
    key = keys.touchpoint(place.code)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "list_pk": keys.TOUCHPOINTS_LIST,
        "list_at": keys.touchpoint_place(place.store_id, place.code),
        **asdict(place),
    }


def _touchpoint(item: Item) -> Touchpoint:
    return Touchpoint(item["code"], item["store_id"], item["label"], item["active"])


def _settings(item: Item) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in _OF_THE_TABLE}


def _listed(table: Table, list_pk: str, first: str, last: str) -> Iterator[Item]:
    start: str | None = first
    previous = None
    while start is not None:
        rows, start = table.query_listing(list_pk, start, last)
        for row in rows:
            # A query goes on at the entry where the one before stopped.
            if row["list_at"] != previous:
                yield row
            previous = row["list_at"]
