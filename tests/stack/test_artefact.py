"""Preparing a build: what is removed from it, and which builds are refused."""

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from jinja2 import ModuleLoader

from infra import artefact
from infra.artefact import BuildError
from infra.bytecode import without_columns, without_docstrings
from infra.local.cloud import FUNCTIONS
from infra.service_models import FOLDER, OPERATIONS
from lazo.runtime import amazon_roots
from lazo.text import cleaning
from lazo.translations import DATA, LANGUAGES
from lazo.web import pages
from tests.unit.phrases.shortened_rules import shortened

HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    (tmp_path / "template.yaml").write_text(f"Globals:\n  Function:\n    Runtime: {HERE}\n")
    for name in (
        "Collect-Shared/lazo/nps.py",
        "Collect-Shared/lazo/__pycache__/nps.cpython-39.pyc",
        "Collect-Shared/requirements.txt",
        "Collect-Shared/bin/tool",
        "Collect-Shared/package/tests/test_it.py",
        "Collect-Shared/package/__init__.pyi",
        "Collect-Shared/package-1.dist-info/METADATA",
        "Collect-Shared/package-1.dist-info/RECORD",
        "Collect-Shared/phonenumbers/geodata/data0.py",
        "Observability/template.yaml",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    return tmp_path


def test_only_needed_files_ship(build: Path) -> None:
    size = artefact.prepare_artefact(build)
    folder = build / "Collect-Shared"
    left = {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()}
    compiled = importlib.util.cache_from_source("lazo/nps.py")
    left = {each for each in left if not each.startswith(FOLDER)}
    assert left == {"lazo/nps.py", compiled, "package-1.dist-info/METADATA"}
    assert size.files == len(left) + len(OPERATIONS) + len({"endpoints.json", amazon_roots.FILE})


def test_a_build_for_another_python_does_not_ship(build: Path) -> None:
    (build / "template.yaml").write_text("Globals:\n  Function:\n    Runtime: python3.9\n")
    with pytest.raises(BuildError, match=r"python3\.9"):
        artefact.prepare_artefact(build)


def test_functions_that_were_built_separately_do_not_ship(build: Path) -> None:
    (build / "Desk").mkdir()
    with pytest.raises(BuildError, match="Collect-Shared, Desk"):
        artefact.prepare_artefact(build)
    with pytest.raises(BuildError, match="none"):
        artefact.prepare_artefact(build / "nothing")


def test_code_that_does_not_compile_does_not_ship(build: Path) -> None:
    (build / "Collect-Shared" / "lazo" / "nps.py").write_text("def")
    with pytest.raises(BuildError, match="does not compile"):
        artefact.prepare_artefact(build)


def test_a_build_that_lambda_would_reject_does_not_ship(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artefact, "UNZIPPED_LIMIT", 10)
    with pytest.raises(BuildError, match="larger"):
        artefact.prepare_artefact(build)


def test_rules_with_a_mistake_do_not_ship(tmp_path: Path) -> None:
    data = tmp_path
    for folder in ("themes", "guard"):
        shutil.copytree(DATA / folder, data / folder)
    for language in LANGUAGES:
        (data / "themes" / f"{language}.toml").write_text(shortened(language), encoding="utf-8")
    artefact.compile_rules(data)
    assert {path.name for path in (data / "themes" / "__pycache__").iterdir()} == {
        "es.json",
        "en.json",
        "pt.json",
    }
    for name, text in (("guard/es.toml", "[["), ("themes/pt.toml", "[urgency.boredom]")):
        (data / name).write_text(text)
    with pytest.raises(BuildError, match=r"(?s)pt\.toml.*boredom.*es\.toml: file: cannot be read"):
        artefact.compile_rules(data)


@pytest.fixture(scope="module")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The templates of all functions, and beside them what the build makes of them."""
    artefact_folder = tmp_path_factory.mktemp("artefact")
    for folder in FUNCTIONS.glob("*/templates"):
        shutil.copytree(folder, artefact_folder / folder.parent.name / "templates")
    artefact.compile_templates(artefact_folder)
    return artefact_folder


@pytest.mark.parametrize("function", sorted(each.parent.name for each in FUNCTIONS.glob("*/templates")))
def test_a_built_template_is_its_source(compiled_templates: Path, function: str) -> None:
    source = pages.templates(FUNCTIONS / function / "templates")
    built = pages.templates(compiled_templates / function / "templates")
    assert isinstance(built.loader, ModuleLoader)
    names = [name for name in source.list_templates() if name.endswith(".j2")]
    assert names
    assert not list((compiled_templates / function).rglob("*.j2"))
    for name in names:
        one, other = source.get_template(name), built.get_template(name)
        assert other.blocks.keys() == one.blocks.keys()
        for key in one.blocks:
            assert _texts(other.blocks[key]) == _texts(one.blocks[key])
        assert _texts(other.root_render_func) == _texts(one.root_render_func)


def _texts(render: Any) -> list[str]:
    """What a template writes and the names it looks up, in order."""
    return [each for each in render.__code__.co_consts if isinstance(each, str)]


def test_a_template_with_a_mistake_does_not_ship(tmp_path: Path) -> None:
    (tmp_path / "desk" / "templates").mkdir(parents=True)
    (tmp_path / "desk" / "templates" / "page.html.j2").write_text("<p>\n{% if %}")
    with pytest.raises(BuildError, match=r"page\.html\.j2, line 2"):
        artefact.compile_templates(tmp_path)


def test_docstrings_do_not_ship_and_all_else_does() -> None:
    source = b'''"""A module."""
from __future__ import annotations

class Shape:
    """A shape."""

class Circle(Shape):
    radius: float = 1
    """Metres."""

def area(radius):
    """Square metres."""
    assert radius >= 0, "no circle"
    return "text that stays", radius

def later():
    ...
'''
    made: dict[str, Any] = {}
    exec(compile(without_docstrings(source), "shapes.py", "exec"), made)
    assert (made.get("__doc__"), made["Shape"].__doc__, made["area"].__doc__) == (None, "-", None)
    assert made["area"](2) == ("text that stays", 2)
    with pytest.raises(AssertionError, match="no circle"):
        made["area"](-1)
    assert made["area"].__code__.co_firstlineno == 11


def test_bytecode_has_the_lines_of_its_source_and_no_columns() -> None:
    path = Path(cleaning.__file__)
    code = compile(path.read_bytes(), str(path), "exec")
    shipped = without_columns(code)
    compared = list(zip(_with_inner(code), _with_inner(shipped), strict=True))
    assert len(compared) > 5
    for whole, bare in compared:
        assert [line for line, _, _, _ in bare.co_positions()] == [each[0] for each in whole.co_positions()]
        assert {each[2:] for each in bare.co_positions()} == {(None, None)}
        assert bare.co_code == whole.co_code


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _with_inner(each)
