"""Conditions, those of keys too: parsed once for each text."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from moto.dynamodb.comparisons import AttributeValue, ConditionExpressionParser

_Condition: Any = ConditionExpressionParser


class _Names(dict[str, str]):
    """Each value's placeholder stands for itself."""

    def __missing__(self, name: str) -> str:
        return name


@functools.lru_cache(1000)
def _condition(text: str, names: tuple[tuple[str, str], ...], parse: Any) -> tuple[Any, list[str], list[str]]:
    parser = _Condition(text, dict(names), _Names())
    tree: list[Any] = []
    parser._make_op_condition = tree.append
    parse(parser)
    return tree[0], parser.expr_attr_names_found, parser.expr_attr_values_found


def parse_condition(parse: Any, parser: Any) -> Any:
    """Stands in for `ConditionExpressionParser.parse`: the tree is made once for each text, the values come later."""
    if not parser.condition_expression:
        return parse(parser)
    names = tuple((parser.expression_attribute_names or {}).items())
    tree, found_names, found_values = _condition(parser.condition_expression, names, parse)
    parser.expr_attr_names_found.extend(found_names)
    parser.expr_attr_values_found.extend(found_values)
    make_operand = parser._make_operand

    def with_value(node: Any) -> Any:
        if node.kind == _Condition.Kind.EXPRESSION_ATTRIBUTE_VALUE:
            return AttributeValue(parser.expression_attribute_values[node.text])
        return make_operand(node)

    parser._make_operand = with_value
    try:
        return parser._make_op_condition(tree)
    finally:
        del parser._make_operand  # else it holds itself, and stays until garbage is collected


_Parse = Callable[..., tuple[list[tuple[str, Any]], list[tuple[str, str, list[Any]]], list[str]]]


@functools.lru_cache(1000)
def _key_condition(
    text: str,
    values: tuple[str, ...],
    names: tuple[tuple[str, str], ...],
    schema: tuple[tuple[str, str], ...],
    parse: _Parse,
) -> Any:
    keys = [{"AttributeName": name, "KeyType": kind} for name, kind in schema]
    return parse(text, {name: {"named": name} for name in values}, dict(names), keys)


def parse_key_condition(
    parse: _Parse,
    key_condition_expression: str,
    expression_attribute_values: Mapping[str, Any],
    expression_attribute_names: Mapping[str, str],
    schema: list[dict[str, str]],
) -> Any:
    """Stands in for `parse_expression` of moto's queries, which reads a text letter by letter. It refuses an empty key:
    that is left to it."""
    if {"S": ""} in expression_attribute_values.values():
        return parse(
            key_condition_expression, expression_attribute_values, expression_attribute_names, schema
        )

    def value(found: Mapping[str, Any]) -> Any:
        return expression_attribute_values[found["named"]] if "named" in found else found

    hashes, ranges, names = _key_condition(
        key_condition_expression,
        tuple(expression_attribute_values),
        tuple(expression_attribute_names.items()),
        tuple((key["AttributeName"], key["KeyType"]) for key in schema),
        parse,
    )
    return (
        [(key, value(compared)) for key, compared in hashes],
        [(key, how, list(map(value, compared))) for key, how, compared in ranges],
        list(names),
    )
