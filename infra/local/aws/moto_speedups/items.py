"""Items measured at most once, not once for each attribute that is set and twice for each query that finds them."""

import marshal
from collections.abc import Callable, Mapping
from typing import Any

from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

LIMIT = 405_000
"""Bytes of an item at which moto refuses it."""


def size(value: DynamoType) -> int:
    """Stands in for `DynamoType.size`, without a new DynamoType for each value inside."""
    kind, content = value.type, value.value
    if kind in ("S", "N"):
        return len(content) if content.isascii() else len(content.encode())
    if kind == "M":
        return sum(len(name.encode()) + size(each) for name, each in content.items())
    if kind == "L":
        return sum(size(each) for each in content)
    if kind in ("SS", "NS", "BS"):
        return sum(len(each if isinstance(each, bytes) else str(each).encode()) for each in content)
    if isinstance(content, bool):
        return 1
    return len(content if isinstance(content, bytes) else str(content).encode())


def item_size(item: Any) -> int:
    """Stands in for `Item.size`: measures once for the attributes that the item has."""
    known = vars(item).get("_measured")
    if known is None or known[0] is not item.attrs:
        known = item._measured = (item.attrs, attrs_size(item.attrs))
    size_known: int = known[1]
    return size_known


def measure_anew(item: Item) -> None:
    """Forget how large the item is: moto is about to change its attributes in place."""
    vars(item).pop("_measured", None)


def update_by_attributes(update: Callable[..., None], item: Item, updates: dict[str, Any]) -> None:
    """Stands in for `Item.update_with_attribute_updates`."""
    measure_anew(item)
    update(item, updates)


def attrs_size(attrs: Mapping[str, DynamoType]) -> int:
    """Return the bytes of an item with these attributes."""
    return sum(len(name.encode()) + size(value) for name, value in attrs.items())


def fill(item: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]) -> None:
    """Stands in for `Item.__init__`, measuring only what may be too large."""
    item.hash_key = hash_key
    item.range_key = range_key
    item.attrs = LimitedSizeDict()
    dict.update(item.attrs, {name: DynamoType(value) for name, value in attrs.items()})
    if _may_exceed(attrs) and item_size(item) > LIMIT:
        raise ItemSizeTooLarge


def _may_exceed(attrs: dict[str, Any]) -> bool:
    """marshal writes every name and value with all its bytes, so that its form is never shorter than they are."""
    try:
        return len(marshal.dumps(attrs, 0)) > LIMIT
    except ValueError:
        return True
