"""Imports of the local cloud run one way: CloudFormation, AWS, event sources, the cloud, its pages, the demo."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

LOCAL = Path(__file__).resolve().parents[2] / "infra/local"
MODULES = ("cloud", "direct_items")
ROOMS = ("cloudformation", "aws", "event_sources", *MODULES, "pages", "demo")
"""Each imports only itself and those before it; what serves them all may import every one."""


def _local_imports(file: Path) -> Iterator[str]:
    """Return the folders of infra.local that a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name.split(".")[2] for name in names if name.startswith("infra.local."))


@pytest.mark.parametrize("room", ROOMS)
def test_a_folder_imports_only_those_before_it(room: str) -> None:
    files = [LOCAL / f"{room}.py"] if room in MODULES else sorted((LOCAL / room).rglob("*.py"))
    assert files
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    for file in files:
        assert set(_local_imports(file)) <= allowed, file.relative_to(LOCAL)


def test_every_folder_is_in_the_order() -> None:
    assert {file.parent.name for file in LOCAL.glob("*/*.py")} == set(ROOMS) - set(MODULES)


def test_packages_load_nothing() -> None:
    packages = sorted(LOCAL.rglob("__init__.py"))
    assert {LOCAL / room for room in ROOMS if room not in MODULES} <= {package.parent for package in packages}
    assert not [package for package in packages if package.read_text(encoding="utf-8")]
