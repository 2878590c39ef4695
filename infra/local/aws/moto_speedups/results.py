"""What reads give, copied no more often than somebody could change it.

Strings, numbers and truth values of an item are never changed in place: a write puts others there. moto copies each of
them for each read and each write, makes Python values of a whole item to pick two attributes, and asks every value
what it is four times over.
"""

import copy
from collections.abc import Callable
from types import NoneType, SimpleNamespace
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict

_NEVER_CHANGED = frozenset(("S", "N", "BOOL", "NULL"))
_PLAIN = (str, int, bool, float, NoneType)

Moto = Callable[..., Any]


def copy_value(moto: Moto, value: DynamoType, memo: dict[int, Any]) -> Any:
    """Stands in for `DynamoType.__deepcopy__`."""
    return value if value.type in _NEVER_CHANGED else moto(value, memo)


def copy_item(item: Any, _memo: dict[int, Any]) -> Any:
    """Stands in for `Item.__deepcopy__`."""
    copied: Any = Item.__new__(Item)
    copied.hash_key, copied.range_key, copied.attrs = item.hash_key, item.range_key, LimitedSizeDict()
    dict.update(
        copied.attrs,
        {
            name: value if value.type in _NEVER_CHANGED else copy.deepcopy(value)
            for name, value in item.attrs.items()
        },
    )
    return copied


def plain(moto: Moto, value: Any) -> Any:
    """Stands in for `dynamo_to_dict`: plain data, none of it shared with what moto holds."""
    if isinstance(value, DynamoType):
        kind, content = value.type, value.value
        if kind in _NEVER_CHANGED:
            return {kind: content}
        return moto(value) if kind in ("B", "BS") else {kind: plain(moto, content)}
    made_as = type(value)
    if made_as is dict or made_as is LimitedSizeDict:
        return {name: plain(moto, each) for name, each in value.items()}
    if made_as is list:
        return [plain(moto, each) for each in value]
    return value if made_as in _PLAIN else moto(value)


def project(moto: Moto, item: Any, expressions: list[list[str]]) -> Any:
    """Stands in for `Item.project`, where whole attributes are picked."""
    picked: dict[str, DynamoType] = {}
    for name, *inside in expressions:
        value = item.attrs.get(name)
        if inside or name.endswith("]") or (value is not None and not _stays_as_written(value)):
            return moto(item, expressions)
        if value is not None:
            picked[name] = value
    projected: Any = Item.__new__(Item)
    projected.hash_key, projected.range_key, projected.attrs = (
        item.hash_key,
        item.range_key,
        LimitedSizeDict(),
    )
    dict.update(projected.attrs, picked)
    return projected


def _stays_as_written(value: DynamoType) -> bool:
    """Return whether moto, which makes Python values of it and back, gives it as it was: no set, no number that can be
    written in another way."""
    kind, content = value.type, value.value
    if kind == "N":
        return str(content).isdecimal() and (content == "0" or not str(content).startswith("0"))
    if kind in ("L", "M"):
        return all(map(_stays_as_written, content if kind == "L" else content.values()))
    return kind in _NEVER_CHANGED


def _copy_results(found: Any) -> Any:
    """Stands in for `copy.deepcopy` of models/table.py, for which the items found are only read."""
    if isinstance(found, list) and all(type(each) is Item for each in found):
        return found
    return copy.deepcopy(found)


COPY_MODULE = SimpleNamespace(copy=copy.copy, deepcopy=_copy_results)
"""Stands in for the module `copy` there."""
