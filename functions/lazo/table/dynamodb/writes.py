"""Writes as plain values, and their DynamoDB requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_DIGITS = 38
"""Of a number, at most; boto3 refuses one that has more."""

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """The primary key of an item."""

    pk: str
    sk: str

    @classmethod
    def key_of(cls, item: Mapping[str, Any]) -> "Key":
        """Return the key of an item."""
        return cls(item["pk"], item["sk"])

    def item(self, **attributes: Any) -> Item:
        """Return an item with this key."""
        return {"pk": self.pk, "sk": self.sk, **attributes}


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item if `condition` (with `values`) holds. `error` is raised if it does not."""

    item: Item
    condition: str | None = None
    values: Mapping[str, Any] | None = None
    error: Exception | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Update:
    """Change an item by an update expression if `condition` holds. `error` is raised if it does not. `names` are for
    reserved words (#name)."""

    key: Key
    expression: str
    values: Mapping[str, Any]
    condition: str | None = None
    names: Mapping[str, str] | None = None
    error: Exception | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item, if it exists."""

    key: Key


@dataclass(frozen=True, slots=True)
class Where:
    """A filter condition on attributes that are not in a key. `names` are for reserved words (#name)."""

    expression: str
    values: Mapping[str, Any]
    names: Mapping[str, str]


def set_attributes(
    key: Key,
    sets: Mapping[str, Any],
    more: str = "",
    *,
    condition: str | None = None,
    values: Mapping[str, Any] | None = None,
    error: Exception | None = None,
) -> Update:
    """Return the write that sets attributes, by name, and does what `more` says (`REMOVE due_pk`). `condition` may call
    each of them `#name`; `values` are its other values."""
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in sets)
    every = {f":{name}": value for name, value in sets.items()} | dict(values or {})
    names = {f"#{name}": name for name in sets}
    return Update(key, f"{expression} {more}".strip(), every, condition, names, error)


def add_counts(key: Key, counts: Mapping[str, int]) -> Update:
    """Return the write that adds to counters, by attribute, whatever characters their names have."""
    names = {f"#n{number}": name for number, name in enumerate(counts)}
    values = {f":n{number}": n for number, n in enumerate(counts.values())}
    added = ", ".join(map(" ".join, zip(names, values, strict=True)))
    return Update(key, f"ADD {added}", values, names=names)


def count_within(
    key: Key, most: int | None, expires: datetime, *, n: int = 1, error: Exception | None = None
) -> Update:
    """Return the write that adds `n` to the counter of an item that is kept until `expires`. Its condition: the counter
    is at most `most` afterwards (None: no limit)."""
    values = {":n": n, ":expires": int(expires.timestamp())}
    if most is None:
        return Update(key, "SET expires_at = :expires ADD n :n", values, error=error)
    # An item that is not there counts 0: with a limit below `n` the condition must fail for it too.
    condition = "attribute_not_exists(n) OR n <= :room" if most >= n else "n <= :room"
    return Update(
        key, "SET expires_at = :expires ADD n :n", values | {":room": most - n}, condition, error=error
    )


def to_dynamo(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values as DynamoDB types them, without those that are None."""
    return {name: _typed(value) for name, value in values.items() if value is not None}


def _typed(value: Any) -> dict[str, Any]:
    """Return a plain value as boto3 types it. boto3 asks eleven times what each value is, and makes a Decimal of each
    number."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is bool:
        return {"BOOL": value}
    if kind is int and abs(value) < 10**_DIGITS:
        return {"N": str(value)}
    if kind is list:
        return {"L": list(map(_typed, value))}
    if kind is dict:
        return {"M": {name: _typed(each) for name, each in value.items()}}
    from boto3.dynamodb.types import TypeSerializer  # sets and decimals, which few items have

    return {**TypeSerializer().serialize(value)}


def from_dynamo(item: Mapping[str, Any]) -> Item:
    """Return a typed item (of a response or a stream record) as plain values; whole numbers become int."""
    return {name: _plain(value) for name, value in item.items()}


def _plain(typed: Any) -> Any:
    """Return a typed value as boto3 reads it, a whole number as int. boto3 looks up a method for each by its name, and
    makes a Decimal of each number."""
    ((kind, content),) = typed.items()
    if kind in ("S", "BOOL"):
        return content
    if kind == "L":
        return list(map(_plain, content))
    if kind == "M":
        return {name: _plain(each) for name, each in content.items()}
    if kind == "N" and content.isdecimal():
        return int(content)
    from boto3.dynamodb.types import TypeDeserializer

    value = TypeDeserializer().deserialize(typed)
    is_whole = kind == "N" and value == value.to_integral_value()
    return int(value) if is_whole else value


def typed_key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def in_transaction(table: str, write: Put | Update | Delete) -> dict[str, Any]:
    match write:
        case Put():
            return {"Put": {"TableName": table, **put_request(write)}}
        case Update():
            return {"Update": {"TableName": table, **update_request(write)}}
        case Delete():
            return {"Delete": {"TableName": table, "Key": typed_key(write.key)}}


def put_request(write: Put) -> dict[str, Any]:
    request: dict[str, Any] = {"Item": to_dynamo(write.item)}
    if write.condition:
        request["ConditionExpression"] = write.condition
    if write.values:
        request["ExpressionAttributeValues"] = to_dynamo(write.values)
    return request


def update_request(write: Update) -> dict[str, Any]:
    request: dict[str, Any] = {"Key": typed_key(write.key), "UpdateExpression": write.expression}
    if write.values:
        request["ExpressionAttributeValues"] = to_dynamo(write.values)
    if write.condition:
        request["ConditionExpression"] = write.condition
    if write.names:
        request["ExpressionAttributeNames"] = dict(write.names)
    return request
