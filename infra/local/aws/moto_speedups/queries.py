"""Queries that look at the asked partition only, where moto sorts the whole table for each."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from moto.dynamodb.models.table import StreamShard


def query_partition(query: Callable[..., Any], table: Any, hash_key: Any, *args: Any, **kwargs: Any) -> Any:
    """Stands in for `Table.query`, which takes its candidates from `self.all_items()` and then drops those of other
    partitions: here `all_items` gives those of the asked partition only."""
    conditions = kwargs.get("hash_key_conditions") or []
    index_name = kwargs.get("index_name", args[6] if len(args) > 6 else None)
    if index_name:
        candidates = _of_index(table, index_name, conditions)
    elif table.range_key_attr is None:
        candidates = [table.items[hash_key]] if hash_key in table.items else []
    else:
        candidates = list(table.items.get(hash_key, {}).values())
    table.all_items = lambda: candidates
    try:
        return query(table, hash_key, *args, **kwargs)
    finally:
        del table.all_items


def note_write(add: Callable[..., None], shard: StreamShard, old: Any, new: Any) -> None:
    """Stands in for `StreamShard.add`, which moto calls for each write: keeps the entries of the indexes."""
    written(shard.table, old, new)
    add(shard, old, new)


def _of_index(table: Any, index_name: str, conditions: list[tuple[str, Any]]) -> list[Any]:
    known = entries(table)
    if known is None or not conditions or index_name not in {index.name for index in table.all_indexes()}:
        return list(all_items(table))
    name, value = conditions[0]
    return known.having(name, value.cast_value)


class Entries:
    """Which items stand in the indexes of a table that has a stream, by the value of each index's hash key."""

    def __init__(self, table: Any) -> None:
        self._names = {name for index in table.all_indexes() for name in index.schema_key_attrs[:1]}
        self._of: dict[tuple[str, Any], dict[tuple[str, str | None], Any]] = defaultdict(dict)
        for item in all_items(table):
            self.move(None, item)

    def move(self, old: Any, new: Any) -> None:
        """Note what a write made of an item; None: it is not there."""
        for name in self._names:
            if old is not None and name in old.attrs:
                self._of[name, old.attrs[name].cast_value].pop(_key(old), None)
            if new is not None and name in new.attrs:
                self._of[name, new.attrs[name].cast_value][_key(new)] = new

    def having(self, name: str, value: Any = None) -> list[Any]:
        """Return the items whose attribute `name`, an index's hash key, has this value (any, if None)."""
        if value is not None:
            return list(self._of.get((name, value), {}).values())
        return [
            item for (each, _), items in list(self._of.items()) if each == name for item in items.values()
        ]


_entries: WeakKeyDictionary[Any, Entries] = WeakKeyDictionary()


def entries(table: Any) -> Entries | None:
    """Return the entries of the table's indexes; None for a table without a stream, whose writes nobody tells of."""
    if table.stream_shard is None:
        return None
    if table not in _entries:
        _entries[table] = Entries(table)
    return _entries[table]


def written(table: Any, old: Any, new: Any) -> None:
    """Note that the table's item `old` is `new` now."""
    if table in _entries:
        _entries[table].move(old, new)


def all_items(table: Any) -> Iterator[Any]:
    """Yield the table's items as moto holds them, in no order; hold the lock of moto while reading."""
    for holder in list(table.items.values()):
        if table.range_key_attr is None:
            yield holder
        else:
            yield from holder.values()


def _key(item: Any) -> tuple[str, str | None]:
    return item.hash_key.value, None if item.range_key is None else item.range_key.value
