"""Take the methods of dataclasses from where the build compiled them (infra/dataclass_methods.py).

Python writes the methods of each dataclass as text and compiles it, at every import: four fifths of what a class costs.
The text is the same each time, so it is the key to its bytecode. A text that is not known is compiled as ever.
"""

import dataclasses
import importlib.util
import marshal
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from types import CodeType
from typing import Any, Final

FILE: Final = Path(__file__).with_name("dataclass_methods.bin")

Compiled = dict[bytes, bytes]
"""Marshalled bytecode by the digest of its text."""


def key_of(text: str) -> bytes:
    """Return the key of a text: 16 bytes of BLAKE2b."""
    return blake2b(text.encode(), digest_size=16).digest()


def pack(compiled: Mapping[bytes, bytes]) -> bytes:
    """Return the file's content."""
    return marshal.dumps((importlib.util.MAGIC_NUMBER, dict(compiled)))


def install(file: Path = FILE) -> None:
    """Let `dataclasses` take methods from the file, if it was made by the same version of bytecode."""
    magic, compiled = marshal.loads(file.read_bytes())  # noqa: S302 - nosec B302: the build's own
    if magic != importlib.util.MAGIC_NUMBER:
        return

    def run(text: str, known: dict[str, Any], names: dict[str, Any]) -> None:
        found = compiled.get(key_of(text))
        code: str | CodeType = marshal.loads(found) if found else text  # noqa: S302 - nosec B302
        exec(code, known, names)  # noqa: S102 - nosec B102: as `dataclasses` does

    vars(dataclasses)["exec"] = run
