"""Only the table splits names that it composed: keys, and attributes such as `t#price#detractor`."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.stack.source_trees import nodes, tree

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "functions" / "lazo" / "table"
TAKES_APART = {
    "split", "rsplit", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix",
    "find", "rfind", "index", "rindex",
}  # fmt: skip
PREFIX = re.compile(r"[A-Z][A-Z-]+#")


@cache
def _outside() -> list[tuple[Path, ast.AST]]:
    return [
        (file, node)
        for folder in ("functions", "ops")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if not file.is_relative_to(TABLE)
        for node in nodes(tree(file))
        if isinstance(node, (ast.Call, ast.Constant))
    ]


def test_only_the_table_splits_composed_names() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file, node in _outside()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in TAKES_APART
        and any(
            isinstance(a, ast.Constant) and isinstance(a.value, str) and "#" in a.value for a in node.args
        )
    ]
    assert not found


def test_only_the_table_writes_key_prefixes() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {node.value}"
        for file, node in _outside()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and PREFIX.match(node.value)
    ]
    assert not found
