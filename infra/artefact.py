"""Finishes what `sam build` has built: takes out what does not belong, compiles, weighs.

    python -m infra.artefact .aws-sam/build

/var/task cannot be written to, so what is not compiled before it ships is compiled at every cold start. The bytecode
is `unchecked-hash` (PEP 552): it is used without a look at the source, whatever date the zip gives it.
"""

import argparse
import compileall
import io
import py_compile
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TASK_ROOT = "/var/task"
"""Where Lambda unpacks it: what tracebacks name."""

UNZIPPED_LIMIT = 250 * 1024 * 1024
"""Bytes (Lambda quotas)."""

STRAY = (
    "bin",
    "requirements.in",
    "requirements.txt",
    ".lock",
    "**/__pycache__",
    "**/tests",
    "**/py.typed",
    "**/*.pyi",
    "**/.DS_Store",
    "*.dist-info/RECORD",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
    # Half of all that would ship: names of places, carriers and time zones of phone numbers, which nobody asks for.
    "phonenumbers/geodata",
    "phonenumbers/carrierdata",
    "phonenumbers/tzdata",
    "phonenumbers/geocoder.py",
    "phonenumbers/carrier.py",
    "phonenumbers/timezone.py",
)
"""What does not ship, as globs below the artefact."""


class BuildError(RuntimeError):
    """What was built cannot ship; the message says why."""


@dataclass(frozen=True)
class Weight:
    """Of an artefact: its files, and its bytes as Lambda unpacks them and as they are uploaded."""

    files: int
    unzipped: int
    zipped: int

    def __str__(self) -> str:
        return f"{self.files} files, {_mb(self.unzipped)} MB unpacked, {_mb(self.zipped)} MB zipped"


def finish(build: Path) -> Weight:
    """Make the one artefact of a build folder ready. BuildError when there is not exactly one, when it was built for
    another Python than this one, or when it is too large."""
    artefact = only(build)
    _right_python(build / "template.yaml")
    clean(artefact)
    compile_all(artefact)
    weight = weigh(artefact)
    if weight.unzipped > UNZIPPED_LIMIT:
        raise BuildError(f"{artefact} is larger than Lambda takes: {weight}")
    return weight


def only(build: Path) -> Path:
    """The folder that all functions of a build share; a stack below has a folder with a template and nothing else."""
    folders = [each for each in build.iterdir() if each.is_dir()] if build.is_dir() else []
    folders = [each for each in folders if not (each / "template.yaml").exists()]
    if len(folders) != 1:
        names = ", ".join(sorted(each.name for each in folders)) or "none"
        raise BuildError(f"{build} should hold one artefact for all functions, and holds: {names}")
    return folders[0]


def clean(artefact: Path) -> None:
    """Take out what does not ship."""
    for pattern in STRAY:
        for found in list(artefact.glob(pattern)):
            if found.is_dir():
                shutil.rmtree(found)
            else:
                found.unlink()


def compile_all(artefact: Path) -> None:
    """Put bytecode beside each module; BuildError when one does not compile."""
    done = compileall.compile_dir(
        artefact,
        quiet=1,
        force=True,
        stripdir=str(artefact),
        prependdir=TASK_ROOT,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not done:
        raise BuildError(f"{artefact} holds a module that does not compile")


def weigh(artefact: Path) -> Weight:
    """What it weighs."""
    held = io.BytesIO()
    files = unzipped = 0
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in _files(artefact):
            files, unzipped = files + 1, unzipped + file.stat().st_size
            archive.write(file, file.relative_to(artefact))
    return Weight(files, unzipped, held.tell())


def _files(artefact: Path) -> Iterator[Path]:
    return (each for each in sorted(artefact.rglob("*")) if each.is_file())


def _right_python(template: Path) -> None:
    """Bytecode of another version would lie there unused."""
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for runtime in set(re.findall(r"^\s+Runtime: (\S+)", template.read_text(encoding="utf-8"), re.MULTILINE)):
        if runtime != here:
            raise BuildError(f"the functions run on {runtime}, so they are built by it; this is {here}")


def _mb(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}"


def _main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.artefact", description=__doc__.split("\n")[0])
    parser.add_argument("build", type=Path, help="where sam build has put it")
    try:
        weight = finish(parser.parse_args().build)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Ready to deploy: {weight}")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
