"""Dataclasses whose methods were compiled at build are as those that Python compiles itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.dataclass_methods import FUNCTIONS, PRELUDE
from lazo.runtime import compiled_dataclasses
from tests.conftest import TEMPLATE

ROOT = TEMPLATE.parent

SAYS_ALL = """
import dataclasses, sys, traceback
{install}
from collect import posting
from desk import app
from lazo.followup.model import FollowUp
from lazo.store.contacts import Contact
ana = Contact("ana", "Ana", "store_manager", "+56987654321", None, "es")
print(ana, hash(ana) == hash(dataclasses.replace(ana)), ana == dataclasses.replace(ana, name="Eva"))
print([f.name for f in dataclasses.fields(FollowUp)], FollowUp.__slots__, FollowUp.__match_args__)
try:
    ana.name = "Eva"
except dataclasses.FrozenInstanceError as error:
    print(*(line.partition(", line")[0] for line in traceback.format_exception(error)[1:]))
print(vars(dataclasses)["exec"].__code__.co_filename if "exec" in vars(dataclasses) else "", file=sys.stderr)
"""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("methods") / compiled_dataclasses.FILE.name
    subprocess.run([sys.executable, "-m", "infra.dataclass_methods", str(file)], cwd=ROOT, check=True)
    return file


def run(install: str) -> tuple[str, str]:
    code = SAYS_ALL.format(install=install)
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=FUNCTIONS, capture_output=True, text=True, check=True
    )
    return ran.stdout, ran.stderr


def test_they_say_and_do_the_same(packed: Path) -> None:
    install = PRELUDE.replace("install()", f"install(__import__('pathlib').Path({str(packed)!r}))")
    said, taken = run(install)
    assert said == run("")[0]
    assert taken.strip().endswith("compiled_dataclasses.py")


def test_none_of_ours_is_left_to_compile(packed: Path) -> None:
    code = f"""
import builtins, dataclasses, pathlib
from lazo.runtime import compiled_dataclasses
compiled_dataclasses.install(pathlib.Path({str(packed)!r}))
take, left = vars(dataclasses)["exec"], []
known = take.__closure__[0].cell_contents
def watch(text, *rest):
    left.extend([text] if compiled_dataclasses.key_of(text) not in known else [])
    take(text, *rest)
vars(dataclasses)["exec"] = watch
import collect.app, collect.posting, desk.app, notify.app, classify.app, followup_scheduler.app
print(len(known) > 200, len(left))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=FUNCTIONS, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["True", "0"]


def test_bytecode_of_another_python_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "methods.bin"
    file.write_bytes(
        compiled_dataclasses.pack({}).replace(compiled_dataclasses.importlib.util.MAGIC_NUMBER, b"abcd")
    )
    code = f"""
import dataclasses, pathlib
from lazo.runtime import compiled_dataclasses
compiled_dataclasses.install(pathlib.Path({str(file)!r}))
print("exec" in vars(dataclasses))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=FUNCTIONS, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "False"
