"""Parameters of DynamoDB, of which botocore takes each value apart by a model: here without what it would find right,
and once for each way to ask."""

import functools
import marshal
from typing import Any

from botocore.validate import ParamValidator

_VALUES = ("Item", "Key", "ExpressionAttributeValues", "ExclusiveStartKey")
"""Parameters that hold attribute values by their names."""


_ANY_TEXT = {"TableName": "any-table", "ClientRequestToken": "any-token"}
"""Texts that are another each time, and what stands for those that are long enough."""


def mistakes(params: dict[str, Any], shape: Any) -> str:
    """Return what botocore says against these parameters of DynamoDB; nothing if they are right."""
    checked = without_right_values(params)
    try:
        return _mistakes(
            marshal.dumps(checked, 0), shape
        )  # a later version writes the same in more than one way
    except ValueError:
        return str(ParamValidator().validate(checked, shape).generate_report())


@functools.lru_cache(5000)
def _mistakes(marshalled: bytes, shape: Any) -> str:
    return str(ParamValidator().validate(marshal.loads(marshalled), shape).generate_report())  # nosec B302


def without_right_values(params: dict[str, Any]) -> dict[str, Any]:
    """Return parameters in which botocore finds the same mistakes: each map of attribute values that is right is empty
    in them, those of a transaction's operations too."""
    left: dict[str, Any] = {
        name: {}
        if name in _VALUES and _are_right(each)
        else _ANY_TEXT[name]
        if name in _ANY_TEXT and type(each) is str and len(each) >= 3
        else each
        for name, each in params.items()
    }
    operations = left.get("TransactItems")
    if isinstance(operations, list) and all(isinstance(each, dict) for each in operations):
        left["TransactItems"] = [
            {
                kind: without_right_values(each) if isinstance(each, dict) else each
                for kind, each in operation.items()
            }
            for operation in operations
        ]
    return left


def _are_right(values: Any) -> bool:
    return type(values) is dict and all(
        type(name) is str and _is_right(value) for name, value in values.items()
    )


def _is_right(value: Any) -> bool:
    if type(value) is not dict or len(value) != 1:
        return False
    ((kind, content),) = value.items()
    if kind in ("S", "N"):
        return type(content) is str
    if kind in ("BOOL", "NULL"):
        return type(content) is bool
    if kind in ("SS", "NS"):
        return type(content) is list and all(type(each) is str for each in content)
    if kind == "L":
        return type(content) is list and all(map(_is_right, content))
    return bool(kind == "M") and _are_right(content)
