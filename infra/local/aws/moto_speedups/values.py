"""Values that know at once what they are: most are texts, and moto asks each what else it might be, four times over."""

from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType

_cast: Any = vars(DynamoType)["cast_value"].fget


def make(value: Any, typed: Any) -> None:
    """Stands in for `DynamoType.__init__`."""
    if type(typed) is DynamoType:
        kind, content = typed.type, typed.value
    else:
        ((kind, content), *_) = typed.items()
    if kind == "L":
        content = [DynamoType(each) for each in content]
    elif kind == "M":
        content = {name: DynamoType(each) for name, each in content.items()}
    value.type, value.value = kind, content


def python_value(value: Any) -> Any:
    """Stands in for `DynamoType.cast_value`."""
    return value.value if value.type == "S" else _cast(value)


def hash_of(value: Any) -> int:
    """Stands in for `DynamoType.__hash__`."""
    return hash((value.type, python_value(value)))


def are_equal(value: Any, other: Any) -> bool:
    """Stands in for `DynamoType.__eq__`."""
    return bool(value.type == other.type and python_value(value) == python_value(other))
