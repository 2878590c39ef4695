"""The code of dataclasses' methods, compiled at build (`lazo.dataclass_code` runs it)."""

import json
import marshal
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from types import CodeType

RECORD = """
import dataclasses, importlib, json, sys
texts = []
def record(text, module, made):
    texts.append(text)
    exec(text, module, made)
dataclasses.exec = record
for name in json.load(sys.stdin):
    importlib.import_module(name)
json.dump(texts, sys.stdout)
"""


def write_dataclass_code(artefact: Path, functions: Path) -> None:
    """Write the code of all dataclasses that the modules of `functions` make when they are imported, and let `lazo`
    take it from there."""
    codes = {sha256(text.encode()).digest(): _code(text) for text in texts_of_dataclasses(functions)}
    package = artefact / "lazo"
    # What is alike stands together: half of its size, zipped.
    alike = sorted(codes.items(), key=lambda each: (len(each[1]), each))
    (package / "dataclass_code.bin").write_bytes(marshal.dumps(dict(alike)))
    (package / "__init__.py").write_text(
        "from lazo import dataclass_code as dataclass_code\n", encoding="utf-8"
    )


def texts_of_dataclasses(functions: Path) -> list[str]:
    """Return what Python writes and compiles while all modules of a folder are imported, in a process of its own."""
    modules = [each for each in functions.rglob("*.py") if each.name != "__init__.py"]
    names = sorted(".".join(each.relative_to(functions).with_suffix("").parts) for each in modules)
    done = subprocess.run(  # noqa: S603 - this Python, these names
        [sys.executable, "-c", RECORD],
        input=json.dumps(names),
        env={**os.environ, "PYTHONPATH": str(functions)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def _code(text: str) -> bytes:
    return marshal.dumps(_without_places(compile(text, "<string>", "exec")))


def _without_places(code: CodeType) -> CodeType:
    """Return code that knows no line and column of its text, which nobody has: a third of its size. For each eight code
    units, and for the rest, an entry that says so ("Location entries", Objects/locations.md of CPython)."""
    eights, rest = divmod(len(code.co_code) // 2, 8)
    table = b"\xff" * eights + (bytes([0xF8 | rest - 1]) if rest else b"")
    within = (_without_places(each) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_linetable=table, co_consts=tuple(within))
