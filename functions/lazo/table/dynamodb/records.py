"""Convert dataclasses to items and back. A field is an attribute of its name; instants and days are text.

None is no attribute. Types are inspected when the first record of a class is read or written, not at import.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from operator import attrgetter
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key
from lazo.timestamps import format_timestamp, parse_timestamp

R = TypeVar("R")
_FROM_PLAIN: Mapping[Any, Callable[[Any], Any]] = {
    datetime: parse_timestamp,
    date: date.fromisoformat,
    Decimal: Decimal,
}
_Read = tuple[str, str, Callable[[Any], Any] | None, bool]
"""Of a field: its name, its attribute, the conversion of the attribute's value, and whether None means that the
attribute is absent."""


class Record(Generic[R]):
    """How a dataclass is stored. `without`: fields that have no attribute; `sparse`: fields that have none while false
    or empty; `stored_as`: other names of attributes, by field, which let a field be renamed."""

    def __init__(
        self,
        kind: type[R],
        *,
        without: Sequence[str] = (),
        sparse: Sequence[str] = (),
        stored_as: Mapping[str, str] | None = None,
    ) -> None:
        self._kind = kind
        self._without = frozenset(without)
        self._sparse = frozenset(sparse)
        self._stored_as = stored_as or {}

    def item(self, record: R) -> Item:
        """Return the attributes of a record, without its key."""
        found = {}
        for name, attribute, _, _ in self._fields:
            value = getattr(record, name)
            if value is not None and (value or name not in self._sparse):
                found[attribute] = _plain(value)
        return found

    def read(self, item: Mapping[str, Any], **given: Any) -> R:
        """Return the record of an item, with the `given` fields. Raises TypeError if the item lacks a field without
        default."""
        for name, attribute, convert, optional in self._fields:
            if attribute in item:
                given[name] = convert(item[attribute]) if convert else item[attribute]
            elif optional:
                given.setdefault(name, None)
        return self._kind(**given)

    @cached_property
    def _fields(self) -> list[_Read]:
        return [
            (each.name, self._stored_as.get(each.name, each.name), *_reader(each.type, each.default))
            for each in fields(self._kind)  # type: ignore[arg-type] # always a dataclass
            if each.name not in self._without
        ]


_nested: Callable[[Any], Record[Any]] = cache(Record)


class Children(Generic[R]):
    """The records of one `kind` of a follow-up; `id_name` is the field with a record's id, `order` has those that sort
    them."""

    def __init__(self, kind: str, record: Record[R], id_name: str, order: Sequence[str] = ("at",)) -> None:
        self._kind = kind
        self._record = record
        self._id_name = id_name
        self._order = attrgetter(*order)

    def key(self, followup_id: str, child_id: str = "") -> Key:
        """Return the key of a record; without an id, the prefix of all."""
        return keys.child(followup_id, self._kind, child_id)

    def is_one(self, key: Key) -> bool:
        """Whether `key` is that of a record of this kind."""
        return key.sk.startswith(self.key("").sk)

    def item(self, followup_id: str, record: R) -> Item:
        """Return a record's item."""
        key = self.key(followup_id, getattr(record, self._id_name))
        return {**key.item(followup_id=followup_id), **self._record.item(record)}

    def read(self, item: Mapping[str, Any]) -> R:
        """Return the record of an item."""
        return self._record.read(item)

    def among(self, items: Iterable[Item]) -> list[R]:
        """Return the records of this kind among the items of a follow-up's partition, oldest first."""
        return sorted((self.read(item) for item in items if self.is_one(Key.key_of(item))), key=self._order)

    def of_followup(self, table: Table, followup_id: str) -> list[R]:
        """Return all records of a follow-up, oldest first."""
        prefix = self.key(followup_id)
        return self.among(table.query_prefix(prefix.pk, prefix.sk))


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, Decimal)):
        return value
    if isinstance(value, datetime):
        return format_timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        return _nested(type(value)).item(value)
    return dict(value) if isinstance(value, Mapping) else value


def _reader(hint: Any, default: Any = MISSING) -> tuple[Callable[[Any], Any] | None, bool]:
    """Return the conversion of an attribute to this type (None: no conversion), and whether None means that the
    attribute is absent."""
    if get_origin(hint) in (Union, UnionType):
        (one,) = (each for each in get_args(hint) if each is not type(None))
        return _reader(one)[0], default is MISSING
    if get_origin(hint) is tuple:
        each, _ = _reader(get_args(hint)[0])
        return (lambda values: tuple(map(each, values))) if each else tuple, False
    if is_dataclass(hint):
        return _nested(hint).read, False
    return _FROM_PLAIN.get(hint), False
