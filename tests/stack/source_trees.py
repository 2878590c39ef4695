"""The syntax tree of each module, read and walked once for all tests of a process."""

import ast
from functools import cache
from pathlib import Path


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def nodes(inside: ast.AST) -> tuple[ast.AST, ...]:
    """All nodes of a tree, itself too."""
    return tuple(ast.walk(inside))
