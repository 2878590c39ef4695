"""Takes the code of dataclasses' methods from a file of the build. Python writes and compiles it at each import: three
quarters of what a dataclass takes.

The build writes the file and lets `lazo/__init__.py` import this module (infra/dataclass_code.py); a checkout has none.
A text that is not in the file, as of another Python, is compiled as ever.
"""

import dataclasses
import marshal
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_suffix(".bin")


def take_code_from(file: Path) -> None:
    """Let dataclasses that are made from now on run the code in a file, found by the digest of its text."""
    codes: dict[bytes, bytes] = marshal.loads(file.read_bytes())  # noqa: S302 # nosec B302 - the build wrote it

    def execute(text: str, module: dict[str, Any], made: dict[str, Any]) -> None:
        packed = codes.get(sha256(text.encode()).digest())
        exec(marshal.loads(packed) if packed else text, module, made)  # noqa: S102, S302 # nosec - our own

    dataclasses.exec = execute  # type: ignore[attr-defined] # found before the builtin of this name


if FILE.exists():
    take_code_from(FILE)
