"""Imports run one way: pure rules, edges, functions, then the local cloud, ops and tests."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "functions"
FUNCTIONS = {
    "collect",
    "classify",
    "notify",
    "followup_scheduler",
    "desk",
    "customer_events",
    "customer_page",
    "sms_replies",
    "delivery_events",
}
EDGES = {
    "lazo.workflows.send_attempt",
    "lazo.table",
    "lazo.channels",
    "lazo.runtime.settings",
    "lazo.workflows.events",
    "lazo.workflows.classification",
    "lazo.workflows.escalation",
    "lazo.workflows.early_warning",
    "lazo.table.known_stores",
    "lazo.runtime.warm_cache",
    "lazo.runtime.error_logging",
    "lazo.runtime.logs",
    "lazo.runtime.metrics",
}
"""What of lazo may touch AWS, or use what does."""
AWS = {"boto3", "botocore", "aws_lambda_powertools", "moto"}


def _files(folder: str) -> list[Path]:
    return sorted((CODE / folder).rglob("*.py"))


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _module(file: Path) -> str:
    return ".".join(file.relative_to(CODE).with_suffix("").parts)


def _within(name: str, packages: set[str]) -> bool:
    return any(name == p or name.startswith(p + ".") for p in packages)


@pytest.mark.parametrize("file", _files("lazo"), ids=_module)
def test_pure_rules_know_neither_aws_nor_the_edges(file: Path) -> None:
    names = set(_imported(file))
    assert not {n for n in names if _within(n, FUNCTIONS | {"infra", "ops", "tests"})}
    if not _within(_module(file), EDGES):
        assert not {n for n in names if _within(n, AWS | EDGES)}, "a pure module reaches outward"


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_no_function_imports_another(function: str) -> None:
    for file in _files(function):
        others = {n for n in _imported(file) if _within(n, FUNCTIONS - {function})}
        assert not others, f"{file.name} imports {others}"


def test_only_the_table_knows_keys() -> None:
    tellers = ('"pk"', '"sk"', "STORE#", "FU#")
    for file in sorted(CODE.rglob("*.py")):
        if not _within(_module(file), {"lazo.table"}):
            # The scheduler names the item that it gives up on in the dead-letter store by its key.
            allowed = {'"pk"', '"sk"'} if _module(file) == "followup_scheduler.app" else set()
            found = {t for t in tellers if t in file.read_text(encoding="utf-8")} - allowed
            assert not found, f"{_module(file)} writes {found}"


def test_only_the_clock_reads_the_time() -> None:
    for file in sorted(CODE.rglob("*.py")):
        if _module(file) != "lazo.clock":
            text = file.read_text(encoding="utf-8")
            assert "datetime.now(" not in text, _module(file)
            assert "time.time(" not in text, _module(file)


def test_no_folder_hides_the_standard_library() -> None:
    top = {p.name for p in CODE.iterdir() if p.is_dir()}
    assert not top & set(sys.stdlib_module_names)


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "manager"])
def test_no_module_is_a_drawer(name: str) -> None:
    tracked = [p for folder in ("functions", "infra", "ops") for p in (ROOT / folder).rglob("*.py")]
    assert tracked
    assert not [p for p in tracked if p.stem == name]
