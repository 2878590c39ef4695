"""Replies: an attribute's value is JSON already, and the names of methods stay the same."""

from collections.abc import Callable
from typing import Any


def serialize_value(
    serialize: Callable[..., None], serializer: Any, serialized: Any, value: Any, shape: Any, key: str
) -> None:
    """Stands in for `BaseJSONSerializer._serialize_type_structure`, which looks each of the ten types of an attribute's
    value up under several names. Binary values, which moto encodes, are left to it."""
    plain = _plain_attribute_value(value) if key and shape.name == "AttributeValue" else None
    if plain is None:
        serialize(serializer, serialized, value, shape, key)
    else:
        serializer._default_serialize(serialized, plain, shape, key)


def _plain_attribute_value(value: Any) -> dict[str, Any] | None:
    if type(value) is not dict or len(value) != 1:
        return None
    ((kind, content),) = value.items()
    if kind in ("S", "N"):
        return value if type(content) is str else None
    if kind in ("BOOL", "NULL"):
        return value if type(content) is bool else None
    if kind in ("SS", "NS"):
        return {kind: list(content)} if all(type(each) is str for each in content) else None
    if kind == "L":
        members = [_plain_attribute_value(each) for each in content]
        return None if None in members else {kind: members}
    if kind == "M":
        entries = {name: _plain_attribute_value(each) for name, each in content.items()}
        return None if None in entries.values() else {kind: entries}
    return None
