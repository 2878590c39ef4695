"""Update expressions that set (if it is not there), remove and add whole attributes, carried out as they are read.

moto copies the tree of an expression and walks it ten times to find what may be wrong with it. Whatever is not plain,
or may be wrong, goes moto's way.
"""

import functools
import re
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from infra.local.aws.moto_speedups.items import LIMIT, attrs_size, measure_anew

_CLAUSE = re.compile(r"\b(SET|REMOVE|ADD)\b")
_ACTION = re.compile(r",(?![^(]*\))")
"""Between two actions; the comma inside of a function is none."""
_ACTIONS = {
    "SET": re.compile(r"(#?\w+) ?= ?(if_not_exists\(\1, ?)?(:\w+)(?(2)\))"),
    "REMOVE": re.compile(r"(#?\w+)()()"),
    "ADD": re.compile(r"(#?\w+) ()(:\w+)"),
}
_SET_ABSENT = "SET if_not_exists"
_RESERVED = frozenset(ReservedKeywords.get_reserved_keywords())

Action = tuple[str, str, str]
"""The clause, the name and the value, both as the expression has them."""


@functools.lru_cache(1000)
def plain_actions(expression: str) -> tuple[Action, ...] | None:
    """Return what a plain expression does; None for any other."""
    before, *parts = _CLAUSE.split(expression)
    if before.strip():
        return None
    actions: list[Action] = []
    for clause, listed in zip(parts[::2], parts[1::2], strict=True):
        for each in _ACTION.split(listed):
            found = _ACTIONS[clause].fullmatch(each.strip())
            if found is None or found[1].upper() in _RESERVED:
                return None
            actions.append((_SET_ABSENT if found[2] else clause, found[1], found[3]))
    return tuple(actions)


def parse(make: Any, expression: str) -> Any:
    """Stands in for `UpdateExpressionParser.make`: parsed once for each text. The tree says what it does, if it is
    plain; moto works on a copy."""
    return _parsed(make, expression)


@functools.lru_cache(1000)
def _parsed(make: Any, expression: str) -> Any:
    tree = make(expression)
    tree.plain, tree.parsed_as, tree.found = plain_actions(expression), id(tree), {}
    return tree


def clauses(find: Any, node: Any, kinds: list[type]) -> list[Any]:
    """Stands in for `Node.find_clauses`: each kind is looked for once in a parsed tree; its copies change."""
    if vars(node).get("parsed_as") != id(node):
        return list(find(node, kinds))
    key = tuple(kinds)
    if key not in node.found:
        node.found[key] = find(node, kinds)
    return list(node.found[key])


class PlainUpdate:
    """Stands in for the tree that moto's validator gives, and for what carries it out."""

    def __init__(self, item: Item, attrs: dict[str, DynamoType]) -> None:
        self._item, self._attrs = item, attrs

    def validate(self) -> "PlainUpdate":
        return self

    def normalize(self) -> None:
        """Its actions are in no order that matters."""

    def execute(self) -> None:
        self._item.attrs = LimitedSizeDict()
        dict.update(self._item.attrs, self._attrs)


def validator(moto: Any, tree: Any, **given: Any) -> Any:
    """Stands in for `UpdateExpressionValidator`."""
    if tree.plain is not None:
        names, values = given["expression_attribute_names"] or {}, given["expression_attribute_values"] or {}
        attrs = _changed(given["item"], given["table"], tree.plain, names, values)
        if attrs is not None and attrs_size(attrs) <= LIMIT:
            return PlainUpdate(given["item"], attrs)
    return moto(tree, **given)


def executor(moto: Any, tree: Any, *given: Any) -> Any:
    """Stands in for `UpdateExpressionExecutor`."""
    if isinstance(tree, PlainUpdate):
        return tree
    measure_anew(given[0])
    return moto(tree, *given)


def _changed(
    item: Item, table: Any, actions: tuple[Action, ...], names: dict[str, str], values: dict[str, Any]
) -> dict[str, DynamoType] | None:
    """Return the attributes that the item has after these actions; None when moto shall look at them."""
    attrs: dict[str, DynamoType] = dict(item.attrs)
    targets = [names.get(name, name) for _, name, _ in actions]
    if len(set(targets)) < len(targets) or any(name.startswith("#") for name in targets):
        return None
    of_indexes = {each["AttributeName"] for each in table.attr}
    for (clause, _, value), name in zip(actions, targets, strict=True):
        if name in table.table_key_attrs or (value and value not in values):
            return None
        if clause == "REMOVE":
            attrs.pop(name, None)
            continue
        if name in of_indexes and not values[value].get("S"):
            return None
        if clause == _SET_ABSENT and name in attrs:
            continue
        given = DynamoType(values[value])
        if clause == "ADD":
            now = attrs.get(name, DynamoType({given.type: "0" if given.type == "N" else []}))
            if now.type != given.type or given.type not in ("N", "SS", "NS") or not given.value:
                return None
            given = now + given if given.type == "N" else _union(now, given)
        attrs[name] = given
    return attrs


def _union(now: DynamoType, given: DynamoType) -> DynamoType:
    return DynamoType({now.type: list(dict.fromkeys((*now.value, *given.value)))})
