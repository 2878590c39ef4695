"""Laws of the code: import directions, use of AWS, and the size of modules."""

import ast
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from tests.stack.source_trees import nodes, tree

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "functions"

FUNCTIONS = frozenset(p.parent.name for p in CODE.glob("*/app.py"))
GROUND = ("clock", "ids", "rounding", "timestamps", "translations", "errors", "field_rules", "dataclass_code")
"""Single modules of lazo that every module may use; they use only each other."""
RULES = (
    "store",
    "text",
    "phrases",
    "survey",
    "auth",
    "messaging",
    "followup",
    "promise",
    "customer",
    "case",
    "insight",
)
"""Folders of lazo without AWS and without the table. Each may look only at itself and at those before it."""
EDGES = ("runtime", "web", "channels", "table")
WORKFLOWS = "workflows"
MAY_USE_AWS = frozenset({"runtime", "channels", "table", "workflows"})
AWS = frozenset({"boto3", "botocore", "aws_lambda_powertools", "moto"})

LONGEST_MODULE = 300
LONGER_ON_PURPOSE: dict[str, str] = {
    "functions/lazo/table/dynamodb/table.py": "every call of DynamoDB that the functions make, and nothing else",
    "tests/unit/table/dynamodb/test_records.py": "spells out the item of every kind of record",
}
"""Modules of more than 300 lines, each with its reason."""


@cache
def modules() -> dict[str, Path]:
    """Every module under functions/ by its dotted name."""
    return {
        ".".join(p.relative_to(CODE).with_suffix("").parts): p
        for p in sorted(CODE.rglob("*.py"))
        if p.name != "__init__.py"
    }


@cache
def imported(name: str) -> frozenset[str]:
    """Return the dotted names that a module imports, also late and for types only."""
    found = set[str]()
    for node in nodes(tree(modules()[name])):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(found)


def own_imports(name: str) -> set[str]:
    """The modules under functions/ that a module imports."""
    return {other for other in imported(name) if other in modules()} - {name}


def package(name: str) -> str:
    """The first name: `lazo`, or the function."""
    return name.partition(".")[0]


def folder(name: str) -> str:
    """The folder of lazo that a module is in; of a module of the ground its own name."""
    return name.split(".")[1]


def of_lazo(*folders: str) -> list[str]:
    return [name for name in modules() if package(name) == "lazo" and folder(name) in folders]


def test_every_folder_of_lazo_has_its_place() -> None:
    found = {folder(name) for name in modules() if package(name) == "lazo"}
    assert found == {*GROUND, *RULES, *EDGES, WORKFLOWS}


@pytest.mark.parametrize("name", of_lazo(*GROUND))
def test_the_ground_looks_at_itself_only(name: str) -> None:
    assert {folder(other) for other in own_imports(name)} <= set(GROUND)


@pytest.mark.parametrize("rule", RULES)
def test_rules_look_up_the_list_only(rule: str) -> None:
    allowed = {*GROUND, *RULES[: RULES.index(rule) + 1]}
    for name in of_lazo(rule):
        wrong = {o for o in own_imports(name) if package(o) != "lazo" or folder(o) not in allowed}
        assert not wrong, f"{name} imports {wrong}"


@pytest.mark.parametrize("edge", EDGES)
def test_edges_look_at_rules_and_edges(edge: str) -> None:
    allowed = {*GROUND, *RULES, *EDGES}
    for name in of_lazo(edge):
        wrong = {o for o in own_imports(name) if package(o) != "lazo" or folder(o) not in allowed}
        assert not wrong, f"{name} imports {wrong}"


@pytest.mark.parametrize("name", of_lazo(WORKFLOWS))
def test_workflows_look_at_lazo_only(name: str) -> None:
    assert {package(other) for other in own_imports(name)} <= {"lazo"}


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_no_function_imports_another(function: str) -> None:
    for name in modules():
        if package(name) == function:
            wrong = {o for o in own_imports(name) if package(o) not in ("lazo", function)}
            assert not wrong, f"{name} imports {wrong}"


@pytest.mark.parametrize("name", [name for name in modules() if package(name) == "lazo"])
def test_four_folders_of_lazo_may_use_aws(name: str) -> None:
    used = {package(other) for other in imported(name)} & AWS
    assert not used or folder(name) in MAY_USE_AWS, f"{name} imports {used}"


@pytest.mark.parametrize("name", list(modules()))
def test_functions_import_no_tools_or_tests(name: str) -> None:
    assert not {package(other) for other in imported(name)} & {"infra", "ops", "tests", "benchmarks"}


def test_no_circular_imports() -> None:
    """Each module can be loaded first: removing modules without own imports leaves none."""
    left = {name: own_imports(name) for name in modules()}
    while ready := [name for name, others in left.items() if not others & left.keys()]:
        for name in ready:
            del left[name]
    assert not left


def test_every_init_is_empty() -> None:
    """What a function does not import costs it nothing."""
    inits = [p for top in ("functions", "infra", "ops") for p in (ROOT / top).rglob("__init__.py")]
    assert inits
    assert not [str(p.relative_to(ROOT)) for p in inits if p.stat().st_size]


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {p.parent for p in modules().values()}
    assert not [str(f.relative_to(ROOT)) for f in folders if f != CODE and not (f / "__init__.py").exists()]


def test_no_two_classes_of_lazo_share_a_name() -> None:
    where = defaultdict(list)
    for name in modules():
        if package(name) == "lazo":
            for node in tree(modules()[name]).body:
                if isinstance(node, ast.ClassDef):
                    where[node.name].append(name)
    assert not {name: found for name, found in where.items() if len(found) > 1}


def test_no_module_is_too_long_to_read() -> None:
    tops = ("functions", "infra", "ops", "benchmarks", "tests")
    lengths = {
        str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines())
        for top in tops
        for p in (ROOT / top).rglob("*.py")
    }
    assert {name for name, lines in lengths.items() if lines > LONGEST_MODULE} == set(LONGER_ON_PURPOSE)


def test_only_the_table_knows_keys() -> None:
    tellers = ('"pk"', '"sk"', "STORE#", "FU#")
    for name, file in modules().items():
        if not name.startswith("lazo.table."):
            # The scheduler names the item that it gives up on in the dead-letter store by its key.
            allowed = {'"pk"', '"sk"'} if name == "followup_scheduler.app" else set()
            found = {t for t in tellers if t in file.read_text(encoding="utf-8")} - allowed
            assert not found, f"{name} writes {found}"


def test_only_the_clock_reads_the_time() -> None:
    for name, file in modules().items():
        if name != "lazo.clock":
            text = file.read_text(encoding="utf-8")
            assert "datetime.now(" not in text, name
            assert "time.time(" not in text, name


def loaded_with(name: str) -> set[str]:
    """The modules under functions/ that are loaded when this one is: without late imports, and those for types."""
    found, left = set[str](), [name]
    while left:
        found.add(module := left.pop())
        for node in tree(modules()[module]).body:
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            else:
                continue
            left += [each for each in names if each in modules() and each not in found]
    return found


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_function_reads_the_pinned_time_zones(function: str) -> None:
    assert "lazo.clock" in loaded_with(f"{function}.app")


def test_no_folder_hides_the_standard_library() -> None:
    top = {p.name for p in CODE.iterdir() if p.is_dir()}
    assert not top & set(sys.stdlib_module_names)


@pytest.mark.parametrize("stem", ["utils", "helpers", "common", "manager"])
def test_no_module_has_a_vague_name(stem: str) -> None:
    files = [p for top in ("functions", "infra", "ops") for p in (ROOT / top).rglob("*.py")]
    assert files
    assert not [p for p in files if p.stem == stem]
