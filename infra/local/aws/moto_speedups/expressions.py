"""Update expressions: parsed once for each text, copied and walked through without Python's slow general ways."""

import copy
from typing import Any

from moto.dynamodb.parsing import ast_nodes

_Node: Any = vars(ast_nodes)["Node"]
_walked: dict[tuple[type, type], bool] = {}
"""Whether a traverser works on a kind of node."""


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
    out once for each kind, not at every node."""
    if not isinstance(node, _Node):
        return node
    parent = node.parent
    for index, child in enumerate(node.children or ()):
        traverser.pre_processing_of_child(node, index)
        traverser.traverse_node_recursively(child, index)
    works_on = _walked.get((type(traverser), type(node)))
    if works_on is None:
        works_on = _walked[type(traverser), type(node)] = isinstance(node, traverser.nodes_to_be_processed())
    if works_on:
        node = traverser.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node
