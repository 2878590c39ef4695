"""Items and their values: measured once, not once an attribute, and copied without a memory of what was copied."""

import base64
from typing import Any

from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

LIMIT = 405_000
"""Bytes of an item at which moto refuses it."""

_cast_value = DynamoType.cast_value.fget  # type: ignore[attr-defined]


def cast_value(value: DynamoType) -> Any:
    """Stands in for `DynamoType.cast_value`: a text, as all keys are, is what it is."""
    return value.value if value.type == "S" else _cast_value(value)


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


def item_size(item: Item) -> int:
    """Stands in for `Item.size`."""
    return sum(len(name.encode()) + size(value) for name, value in item.attrs.items())


def to_regular_json(value: DynamoType) -> dict[str, Any]:
    """Stands in for `DynamoType.to_regular_json`, which copies all that is inside before it makes it anew."""
    kind, content = value.type, value.value
    if kind == "M":
        content = {name: _regular(each) for name, each in content.items()}
    elif isinstance(content, list):
        content = [_regular(each) for each in content]
    elif kind == "B" and isinstance(content, str):
        content = base64.b64decode(content)
    return {kind: content}


def _regular(value: Any) -> Any:
    return to_regular_json(value) if isinstance(value, DynamoType) else value


def fill(item: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]) -> None:
    """Stands in for `Item.__init__`, measuring once instead of once for each attribute."""
    item.hash_key = hash_key
    item.range_key = range_key
    item.attrs = LimitedSizeDict()
    dict.update(item.attrs, {name: DynamoType(value) for name, value in attrs.items()})
    if item_size(item) > LIMIT:
        raise ItemSizeTooLarge


def copied_value(value: DynamoType, _memo: Any = None) -> DynamoType:
    """Stands in for `DynamoType.__deepcopy__`: values form a tree, so there is no need to remember what was copied."""
    copied = DynamoType.__new__(DynamoType)
    kind, content = value.type, value.value
    if kind == "M":
        content = {name: copied_value(each) for name, each in content.items()}
    elif kind == "L":
        content = [copied_value(each) for each in content]
    elif isinstance(content, list):
        content = list(content)
    copied.type, copied.value = kind, content
    return copied


def copied_item(item: Item, _memo: Any = None) -> Item:
    """Stands in for `Item.__deepcopy__`."""
    copied: Item = object.__new__(Item)
    copied.hash_key = copied_value(item.hash_key)
    copied.range_key = None if item.range_key is None else copied_value(item.range_key)
    copied.attrs = LimitedSizeDict()
    dict.update(copied.attrs, {name: copied_value(value) for name, value in item.attrs.items()})
    return copied
