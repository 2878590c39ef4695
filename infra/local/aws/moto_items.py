"""Quicker ways through what moto keeps of a table: its items, their values and its indexes.

moto measures a whole item for each attribute that it sets, makes a copy of each value that it measures, and looks
through the whole table for the entries of an index. What these functions give is what moto's own give
(tests/local/test_moto_patch.py); `moto_patch` puts them in place.
"""

import base64
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

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


class Entries:
    """Which items stand in the indexes of a table that has a stream, by the value of each index's hash key."""

    def __init__(self, table: Any) -> None:
        self._names = {name for index in table.all_indexes() for name in index.schema_key_attrs[:1]}
        self._of: dict[tuple[str, Any], dict[tuple[str, str | None], Any]] = defaultdict(dict)
        for item in all_items(table):
            self.move(None, item)

    def move(self, old: Any, new: Any) -> None:
        """A write made this of an item; None: it is not there."""
        for name in self._names:
            if old is not None and name in old.attrs:
                self._of[name, old.attrs[name].cast_value].pop(_key(old), None)
            if new is not None and name in new.attrs:
                self._of[name, new.attrs[name].cast_value][_key(new)] = new

    def having(self, name: str, value: Any = None) -> list[Any]:
        """The items whose attribute `name`, an index's hash key, has this value (any, if None)."""
        if value is not None:
            return list(self._of.get((name, value), {}).values())
        return [
            item for (each, _), items in list(self._of.items()) if each == name for item in items.values()
        ]


_entries: WeakKeyDictionary[Any, Entries] = WeakKeyDictionary()


def entries(table: Any) -> Entries | None:
    """The entries of the table's indexes; None for a table without a stream, whose writes nobody tells of."""
    if table.stream_shard is None:
        return None
    if table not in _entries:
        _entries[table] = Entries(table)
    return _entries[table]


def written(table: Any, old: Any, new: Any) -> None:
    """The table's item `old` is `new` now."""
    if table in _entries:
        _entries[table].move(old, new)


def all_items(table: Any) -> Iterator[Any]:
    """The table's items as moto holds them, in no order; hold the lock of moto while reading."""
    for holder in list(table.items.values()):
        if table.range_key_attr is None:
            yield holder
        else:
            yield from holder.values()


def _key(item: Any) -> tuple[str, str | None]:
    return item.hash_key.value, None if item.range_key is None else item.range_key.value
