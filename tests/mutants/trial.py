"""Plant a fault in a copy of the product and run the tests that have to catch it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("functions", "infra", "ops", "tests", "template.yaml", "pyproject.toml")
LONGEST = 300
"""Seconds that the tests of one fault may take; a fault that makes them hang is caught."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Text of a file of `functions/` that stands there once, and what is put in its place."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A planted fault: what it breaks (a number of "What must hold" in the design), its edits, and the tests that have
    to catch it."""

    name: str
    breaks: int
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


class NotPlanted(Exception):
    """The text that a fault changes does not stand in its file, or more than once."""


def copy_product(folder: Path) -> None:
    """Copy all that the tests need."""
    leave_out = shutil.ignore_patterns(".pytest_cache", "data.sqlite")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=leave_out)
        else:
            shutil.copy2(ROOT / name, folder / name)


def caught(mutant: Mutant, folder: Path) -> str:
    """Return the first test that fails of those that have to catch a fault, "" if it survives. Raises NotPlanted."""
    with _planted(mutant, folder):
        return _first_failure(mutant.tests, folder)


@contextmanager
def _planted(mutant: Mutant, folder: Path) -> Iterator[None]:
    before = {
        edit.file: (folder / "functions" / edit.file).read_text(encoding="utf-8") for edit in mutant.edits
    }
    after = dict(before)
    for edit in mutant.edits:
        after[edit.file] = replaced_once(after[edit.file], edit)
    try:
        for file, text in after.items():
            _write(folder / "functions" / file, text)
        yield
    finally:
        for file, text in before.items():
            _write(folder / "functions" / file, text)


def replaced_once(text: str, edit: Edit) -> str:
    """Return a file's text with the edit made. Raises NotPlanted."""
    if (found := text.count(edit.old)) != 1:
        raise NotPlanted(f"{edit.file} has {found} times {edit.old!r}")
    return text.replace(edit.old, edit.new)


def _write(file: Path, text: str) -> None:
    """Write, without what was compiled of it: two versions in one second have one time."""
    file.write_text(text, encoding="utf-8")
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
        compiled.unlink()


def _first_failure(tests: tuple[str, ...], folder: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-n", "0", "-x", "-q", "--no-header", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": f"functions{os.pathsep}.", "LAZO_WHOLE": "1"}
    try:
        done = subprocess.run(
            [*command, *tests], cwd=folder, env=environment, capture_output=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return f"no end within {LONGEST} seconds"
    if done.returncode == 0:
        return ""
    named = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    if done.returncode != 1 or named is None:
        raise NotPlanted(f"its tests did not run: {(done.stdout + done.stderr)[-600:]}")
    return named[1]
