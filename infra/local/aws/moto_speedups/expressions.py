"""Expressions: parsed once for each text, copied and walked through without Python's slow general ways."""

import copy
import functools
from typing import Any

from moto.dynamodb.comparisons import AttributeValue, ConditionExpressionParser
from moto.dynamodb.parsing import ast_nodes

_Node: Any = vars(ast_nodes)["Node"]
_Expression: Any = vars(ast_nodes)["UpdateExpression"]
_ACTIONS: Any = tuple(
    vars(ast_nodes)[f"UpdateExpression{each}Action"] for each in ("Set", "Remove", "Add", "Delete")
)
_walked: dict[tuple[type, type], tuple[bool, bool]] = {}
"""Whether a traverser works on a kind of node, and whether it has work below it."""


def copied_tree(node: Any) -> Any:
    """Stands in for `copy.deepcopy` of an expression's tree."""
    if not isinstance(node, _Node):
        return copy.deepcopy(node)
    copied = object.__new__(type(node))
    copied.__dict__.update(node.__dict__)
    if node.children is not None:
        copied.children = [copied_tree(child) for child in node.children]
        for child in copied.children:
            if isinstance(child, _Node):
                child.parent = copied
    return copied


def traverse(traverser: Any, node: Any, child_id: int = -1) -> Any:
    """Stands in for `DepthFirstTraverser.traverse_node_recursively`: which kinds of nodes a traverser works on is found
    out once for each kind, not at every node; who works on whole expressions has found all at the root, who works on
    actions does not look into them."""
    if not isinstance(node, _Node):
        return node
    parent = node.parent
    known = _walked.get((type(traverser), type(node)))
    if known is None:
        kinds = traverser.nodes_to_be_processed()
        whole = kinds == (_Expression,) or (isinstance(node, _ACTIONS) and set(kinds) <= set(_ACTIONS))
        known = isinstance(node, kinds), not whole
        _walked[type(traverser), type(node)] = known
    works_on, has_work_below = known
    if has_work_below:
        for index, child in enumerate(node.children or ()):
            traverser.pre_processing_of_child(node, index)
            traverser.traverse_node_recursively(child, index)
    if works_on:
        node = traverser.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


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
    return parser._make_op_condition(tree)
