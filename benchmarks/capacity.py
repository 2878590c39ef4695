"""What reads and writes cost in DynamoDB's units, from the items themselves (moto reports constants).

Sources, all in the Amazon DynamoDB Developer Guide: "DynamoDB item sizes and formats"; "DynamoDB read and write
operations" (a read unit is 4 KB read consistently, half of one eventually; a write unit is 1 KB; a write counts by
the larger of the item before and after; in a transaction twice; a failed condition counts like the write of the item
that stands there); "Using Global Secondary Indexes", "Write capacity units" (what a write costs in each index).

The guide does not say whether an index's part of a transaction counts twice. Measured by others against the service,
it does not (github.com/nubo-db/dynoxide, pull request 188), so it counts once here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Mapping[str, Any]]
"""Typed, as DynamoDB's API has it: `{"score": {"N": "3"}}`."""


@dataclass(frozen=True)
class Index:
    """A global secondary index; `projected` is None where all attributes are."""

    name: str
    keys: tuple[str, ...]
    projected: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        """What stands in the index for an item: nothing when a key is missing."""
        if item is None or any(key not in item for key in self.keys):
            return None
        if self.projected is None:
            return item
        return {name: value for name, value in item.items() if name in self.projected}

    def write_units(self, before: Item | None, after: Item | None) -> int:
        """One write to put an entry, one to delete it, both when a key changes, none when nothing of it does."""
        old, new = self.entry(before), self.entry(after)
        if old == new:
            return 0
        if old and new and all(old[key] == new[key] for key in self.keys):
            return write_units(max(size(old), size(new)))
        return sum(write_units(size(entry)) for entry in (old, new) if entry)


def indexes(description: Mapping[str, Any]) -> list[Index]:
    """The indexes of a table as DescribeTable describes it."""
    table_keys = [key["AttributeName"] for key in description["KeySchema"]]
    found = []
    for index in description.get("GlobalSecondaryIndexes", []):
        keys = tuple(key["AttributeName"] for key in index["KeySchema"])
        projection = index["Projection"]
        everything = projection["ProjectionType"] == "ALL"
        projected = frozenset([*table_keys, *keys, *projection.get("NonKeyAttributes", [])])
        found.append(Index(index["IndexName"], keys, None if everything else projected))
    return found


def table_write_units(before: Item | None, after: Item | None, *, transaction: bool) -> int:
    """What a write costs in the table itself."""
    units = write_units(max(size(before or {}), size(after or {})))
    return 2 * units if transaction else units


def write_units(size_in_bytes: int) -> int:
    return max(1, math.ceil(size_in_bytes / 1024))


def read_units(size_in_bytes: int, *, consistent: bool) -> float:
    """Of one request; one that finds nothing counts like one that finds a small item."""
    return max(1, math.ceil(size_in_bytes / 4096)) * (1 if consistent else 0.5)


def size(item: Item) -> int:
    """Bytes of an item, without the overhead that only storage is charged for."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        digits = content.lstrip("-").partition("E")[0].replace(".", "").strip("0")
        return math.ceil(len(digits) / 2) + 1
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "L":
        return 3 + sum(1 + _value_size(element) for element in content)
    if kind == "M":
        return 3 + len(content) + size(content)
    if kind in ("SS", "NS"):
        return sum(_value_size({kind[0]: element}) for element in content)
    raise ValueError(f"no rule for the size of a {kind}")
