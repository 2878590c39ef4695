"""Compiles the methods that Python writes for dataclasses of the functions (`lazo.runtime.compiled_dataclasses`).

python -m infra.dataclass_methods FILE
"""

import dataclasses
import importlib
import marshal
import sys
from pathlib import Path
from types import CodeType
from typing import Any, Final

from lazo.runtime.compiled_dataclasses import Compiled, key_of, pack

FUNCTIONS: Final = Path(__file__).resolve().parents[1] / "functions"
PRELUDE: Final = "from lazo.runtime import compiled_dataclasses\n\ncompiled_dataclasses.install()\n"
"""What the `__init__` of a function's package holds in the artefact: it is read before all else."""


def _without_lines(code: CodeType) -> CodeType:
    """Return the code without the places of its instructions in a text that nobody sees: a third of its size."""
    constants = (_without_lines(each) if isinstance(each, CodeType) else each for each in code.co_consts)
    eights, rest = divmod(len(code.co_code) // 2, 8)
    # Entries "no location", each of up to eight instructions (CPython, Objects/locations.md).
    nowhere = b"\xff" * eights + (bytes([0xF8 + rest - 1]) if rest else b"")
    return code.replace(co_linetable=nowhere, co_consts=tuple(constants))


def compiled_methods() -> Compiled:
    """Return the methods of every dataclass that the functions and their packages make when they are imported. To be
    called in a process that has imported none of them."""
    compiled: Compiled = {}

    def run(text: str, known: dict[str, Any], names: dict[str, Any]) -> None:
        code = compile(text, "<string>", "exec", dont_inherit=True)
        compiled[key_of(text)] = marshal.dumps(_without_lines(code))
        exec(code, known, names)  # noqa: S102 - as `dataclasses` does

    vars(dataclasses)["exec"] = run
    for module in sorted(FUNCTIONS.rglob("*.py")):
        name = ".".join(module.relative_to(FUNCTIONS).with_suffix("").parts)
        importlib.import_module(name.removesuffix(".__init__"))
    return compiled


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(pack(compiled_methods()))
