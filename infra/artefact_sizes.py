"""How large an artefact is: unpacked, as it is uploaded, and by package.

python -m infra.artefact_sizes .aws-sam/here/Collect-Shared
"""

import argparse
import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePath

_ENTRY = 30 + 46
"""Bytes of a file's two headers in a zip, without its name, which both have (APPNOTE, 4.3.7 and 4.3.12)."""


@dataclass(frozen=True)
class ArtefactSize:
    """The files of an artefact or of a part: how many, and their bytes as unpacked and as uploaded."""

    files: int
    unzipped: int
    zipped: int

    def __str__(self) -> str:
        return f"{self.files} files, {_mb(self.unzipped)} MB unpacked, {_mb(self.zipped)} MB zipped"


def size_of(artefact: Path) -> ArtefactSize:
    """Count the files of an artefact and their bytes, unpacked and zipped."""
    packed = _packed(artefact)
    entries = zipfile.ZipFile(packed).infolist()
    return ArtefactSize(len(entries), sum(each.file_size for each in entries), len(packed.getvalue()))


def sizes_by_package(artefact: Path) -> dict[str, ArtefactSize]:
    """Return what each folder of the artefact weighs, with what pip says of it (`dist-info`) and the heaviest first."""
    parts: defaultdict[str, list[zipfile.ZipInfo]] = defaultdict(list)
    for entry in zipfile.ZipFile(_packed(artefact)).infolist():
        first = PurePath(entry.filename).parts[0]
        parts[first.partition("-")[0].removesuffix(".pyc")].append(entry)
    sizes = {
        name: ArtefactSize(
            len(entries),
            sum(each.file_size for each in entries),
            sum(each.compress_size + _ENTRY + 2 * len(each.filename) for each in entries),
        )
        for name, entries in parts.items()
    }
    return dict(sorted(sizes.items(), key=lambda each: -each[1].zipped))


def _packed(artefact: Path) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(each for each in artefact.rglob("*") if each.is_file()):
            archive.write(file, file.relative_to(artefact))
    return packed


def _mb(size: int) -> str:
    return f"{size / 1024 / 1024:.2f}"


def _main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m infra.artefact_sizes", description=__doc__.split("\n")[0]
    )
    parser.add_argument("artefact", type=Path, help="the folder that all functions share")
    artefact = parser.parse_args().artefact
    for name, size in {"in all": size_of(artefact), **sizes_by_package(artefact)}.items():
        print(f"{name:24} {size}")


if __name__ == "__main__":
    _main()
