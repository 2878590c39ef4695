"""Parameters of DynamoDB without the values that botocore would find right: it takes each of them apart by a model."""

from typing import Any

_VALUES = ("Item", "Key", "ExpressionAttributeValues", "ExclusiveStartKey")
"""Parameters that hold attribute values by their names."""


def without_right_values(params: dict[str, Any]) -> dict[str, Any]:
    """Return parameters in which botocore finds the same mistakes: each map of attribute values that is right is empty
    in them, those of a transaction's operations too."""
    left = {name: {} if name in _VALUES and _are_right(each) else each for name, each in params.items()}
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
