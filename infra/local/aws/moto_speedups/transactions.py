"""Transactions at a price that follows what they name, not the table."""

import copy
from collections.abc import Callable
from typing import Any

from moto.dynamodb.models import DynamoDBBackend

from infra.local.aws.moto_speedups.queries import written

_MISSING = object()


def transact(
    transact_write_items: Callable[..., None], backend: DynamoDBBackend, transact_items: list[dict[str, Any]]
) -> None:
    """Stands in for `DynamoDBBackend.transact_write_items`: snapshots the items that are named, not the table.

    moto keeps `copy.deepcopy(table)` and puts the copy in the table's place on failure. Here the table answers
    that deepcopy with itself, and on failure the named items and the stream's length are put back.
    """
    snapshots = [_snapshot(backend, *next(iter(item.items()))) for item in transact_items if item]
    tables = {id(table): table for table, _, _ in filter(None, snapshots)}.values()
    lengths = [(table, len(table.stream_shard.items)) for table in tables if table.stream_shard]
    for table in tables:
        table.__deepcopy__ = lambda _memo, itself=table: itself
    try:
        transact_write_items(backend, transact_items)
    except BaseException:
        for table, key, item in filter(None, snapshots):
            _restore(table, key, item)
        for table, length in lengths:
            del table.stream_shard.items[length:]
        raise
    finally:
        for table in tables:
            del table.__deepcopy__


def _snapshot(backend: DynamoDBBackend, kind: str, op: dict[str, Any]) -> tuple[Any, Any, Any] | None:
    table = backend.tables.get(op.get("TableName", ""))
    attributes = op.get("Item" if kind == "Put" else "Key")
    if table is None or attributes is None or any(key not in attributes for key in table.table_key_attrs):
        return None  # moto rejects it by itself
    key = backend.get_keys_value(table, attributes)
    hash_key, range_key = key
    holder: Any = table.items.get(hash_key, _MISSING)
    if range_key is not None and holder is not _MISSING:
        holder = holder.get(range_key, _MISSING)
    return table, key, holder if holder is _MISSING else copy.deepcopy(holder)


def _restore(table: Any, key: tuple[Any, Any], item: Any) -> None:
    hash_key, range_key = key
    standing = table.items.get(hash_key)
    if range_key is not None and standing is not None:
        standing = standing.get(range_key)
    written(table, standing, None if item is _MISSING else item)
    if range_key is None:
        if item is _MISSING:
            table.items.pop(hash_key, None)
        else:
            table.items[hash_key] = item
    elif item is _MISSING:
        table.items[hash_key].pop(range_key, None)
    else:
        table.items[hash_key][range_key] = item
