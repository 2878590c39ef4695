"""Conditions: parsed once for each text."""

import functools
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
