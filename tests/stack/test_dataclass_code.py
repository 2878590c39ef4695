"""Dataclasses whose code the build compiled are those that Python makes."""

import dataclasses
import marshal
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from infra import dataclass_code
from lazo.dataclass_code import take_code_from


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What ships for a folder of one module."""
    functions, artefact = tmp_path / "functions", tmp_path / "artefact"
    (functions / "till").mkdir(parents=True)
    (artefact / "lazo").mkdir(parents=True)
    (functions / "till" / "model.py").write_text(MODEL)
    dataclass_code.write_dataclass_code(artefact, functions)
    monkeypatch.setattr(dataclasses, "exec", exec, raising=False)
    take_code_from(artefact / "lazo" / "dataclass_code.bin")
    return artefact


MODEL = """
from dataclasses import dataclass, field

@dataclass(frozen=True, slots=True)
class Till:
    code: str
    sums: list[int] = field(default_factory=list)

@dataclass(order=True)
class Queue:
    length: int = 0
"""


@pytest.mark.skipif(sys.version_info < (3, 13), reason="what ships is compiled by Lambda's Python, 3.13")
def test_they_do_the_same(compiled: Path) -> None:
    held = marshal.loads((compiled / "lazo" / "dataclass_code.bin").read_bytes())
    assert len(held) == 2
    made: dict[str, type] = {}
    exec(MODEL, made)
    till, queue = made["Till"], made["Queue"]
    assert till.__init__.__code__.co_positions().__next__() == (None, None, None, None)  # ours, not Python's
    assert repr(till("a")) == "Till(code='a', sums=[])"
    assert till("a") == till("a", [])
    assert till("a") != till("b")
    assert queue(1) < queue(2)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'code'"):
        till()
    with pytest.raises(dataclasses.FrozenInstanceError) as frozen:
        till("a").code = "b"
    assert "cannot assign to field 'code'" in "".join(traceback.format_exception(frozen.value))


def test_what_is_not_in_the_file_is_compiled(compiled: Path) -> None:
    assert compiled

    @dataclasses.dataclass(frozen=True)
    class Other:
        name: str

    assert Other("a").name == "a"


def test_the_package_takes_its_code_where_it_is_built(compiled: Path) -> None:
    source = Path(dataclass_code.__file__).parents[1] / "functions" / "lazo" / "dataclass_code.py"
    (compiled / "lazo" / "dataclass_code.py").write_text(source.read_text())
    code = "import dataclasses, lazo; print(dataclasses.exec.__module__)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=compiled, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "lazo.dataclass_code"
