"""Reads the table straight from moto: whole items, what is due, the records of its stream, what has expired."""

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from infra.local.aws.calls import AwsCalls
from infra.local.aws.moto_speedups.queries import all_items, entries
from infra.local.cloudformation.resources import Resource
from infra.local.cloudformation.stack_scope import ACCOUNT

EXPIRY_DELAY = timedelta(hours=48)
"""How long an expired item stays. DynamoDB deletes "within a few days of their expiration": a product that takes
the item's absence for a timer must not work here either."""


class Tables:
    def __init__(self, tables: list[Resource], calls: AwsCalls, region: str) -> None:
        backend = dynamodb_backends[ACCOUNT][region]
        self._calls = calls
        self._tables = [backend.tables[table.ref] for table in tables]
        self._first_expiry = 0.0

    def items(self, attribute: str | None = None, sk_prefix: str = "") -> list[dict[str, Any]]:
        """All items (those with the attribute, or whose sort key begins so) as JSON values: numbers as int or float,
        sets as sorted lists, binary as base64."""
        with self._calls.lock:
            return [
                {
                    name: value.value if value.type == "S" else _plain(value.type, value.value)
                    for name, value in item.attrs.items()
                }
                for table in self._tables
                for item in all_items(table)
                if (attribute is None or attribute in item.attrs)
                and (not sk_prefix or item.attrs["sk"].value.startswith(sk_prefix))
            ]

    def first_in_index(self, index_name: str) -> str | None:
        """Return the lowest range key of all partitions of an index; None when it is empty or not there."""
        with self._calls.lock:
            values = [
                item.attrs[range_key].value
                for table in self._tables
                for hash_key, range_key in _index_keys(table, index_name)
                for item in _standing(table, hash_key)
                if hash_key in item.attrs and range_key in item.attrs
            ]
        return min(values, default=None)

    def has_index(self, index_name: str) -> bool:
        return any(_index_keys(table, index_name) for table in self._tables)

    def stream_records(self, stream_arn: str) -> list[Any]:
        """Return moto's live list of the stream's records; it only grows."""
        (shard,) = [
            table.stream_shard
            for table in self._tables
            if stream_arn.startswith(f"{table.table_arn}/stream/") and table.stream_shard
        ]
        records: list[Any] = shard.items
        return records

    def expire(self, now: datetime) -> int:
        """Deletes what expired more than EXPIRY_DELAY ago, as DynamoDB's own deletion; says how many items."""
        limit = (now - EXPIRY_DELAY).timestamp()
        if limit < self._first_expiry:
            return 0
        expiries, deleted = [now.timestamp()], 0  # what is written from now on expires later
        with self._calls.lock:
            for table in self._tables:
                name = table.ttl.get("AttributeName") if table.ttl["TimeToLiveStatus"] == "ENABLED" else None
                for item in [each for each in all_items(table) if name in each.attrs] if name else []:
                    value = item.attrs[name]
                    if value.type != "N" or (expiry := float(value.value)) <= 0:
                        continue
                    if expiry <= limit:
                        table.delete_item(item.hash_key, item.range_key)
                        _sign_as_expiry(table)
                        deleted += 1
                    else:
                        expiries.append(expiry)
        self._first_expiry = min(expiries)
        return deleted

    def forget(self) -> None:
        """Let go of all items and records: a table of moto and its stream hold each other."""
        for table in self._tables:
            table.items.clear()
            if table.stream_shard is not None:
                table.stream_shard.items.clear()


def _sign_as_expiry(table: Any) -> None:
    if table.stream_shard is not None:
        identity = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
        table.stream_shard.items[-1].record["userIdentity"] = identity


def _standing(table: Any, hash_key: str) -> Iterable[Any]:
    known = entries(table)
    return all_items(table) if known is None else known.having(hash_key)


def _index_keys(table: Any, index_name: str) -> list[tuple[str, str]]:
    return [tuple(index.schema_key_attrs) for index in table.all_indexes() if index.name == index_name]


def _plain(kind: str, content: Any) -> Any:
    """Return the JSON value of what moto holds."""
    if kind in ("S", "BOOL"):
        return content
    if kind == "N" and content.isdecimal():
        return int(content)
    if kind == "M":
        return {name: _plain(each.type, each.value) for name, each in content.items()}
    if kind == "L":
        return [_plain(each.type, each.value) for each in content]
    if kind in ("SS", "NS", "BS"):
        return sorted((_plain(kind[0], each) for each in content), key=str)
    if kind == "N":
        number = Decimal(content)
        return int(number) if number == number.to_integral_value() else float(number)
    if kind == "NULL":
        return None
    return base64.b64encode(content).decode() if isinstance(content, bytes) else content
