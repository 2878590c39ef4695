"""Opens a workbook (.xlsx), which is a ZIP archive of XML parts, within limits of size."""

import posixpath
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from ops.store_import.errors import BadSheet

MAX_FILE_BYTES: Final = 20_000_000
MAX_UNPACKED_BYTES: Final = 150_000_000
"""Of all parts that are read. A sheet of 10,000 stores has about 15 MB."""
MAX_RATIO: Final = 100
"""How many times larger than packed a part may be. A sheet of stores is about 16 times larger."""
_SMALL: Final = 1_000_000
"""Bytes up to which the ratio does not matter."""

ZIP: Final = b"PK\x03\x04"
COMPOUND_FILE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""How the older file format of Office begins; a workbook with a password is packed into one too."""
_CHUNK: Final = 1 << 16
_DAMAGED: Final = "the workbook is damaged: open it, and save it as an Excel workbook (.xlsx) again"
_BROKEN: Final = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
"""What ZipFile raises for archives that are damaged, and for ways of packing that it does not know."""
_OTHER_FORMATS: Final = {
    "xl/workbook.bin": "the file is a binary workbook (.xlsb): save it as an Excel workbook (.xlsx)",
    "index/document.iwa": "the file is a document of Numbers: export it to Excel (.xlsx)",
    "content.xml": "the file is an OpenDocument spreadsheet: save it as an Excel workbook (.xlsx)",
}
"""Archives that are no workbooks, by a part that they have."""

Attributes = dict[str, str]


class WorkbookArchive:
    """The parts of a workbook by name. BadSheet, in a sentence, when it cannot be opened."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(COMPOUND_FILE):
            if "EncryptedPackage".encode("utf-16-le") in data:
                raise BadSheet("the workbook is protected with a password: save it without one")
            raise BadSheet("the file is an old Excel workbook (.xls): save it as an Excel workbook (.xlsx)")
        try:
            self._archive = ZipFile(BytesIO(data))
        except _BROKEN as error:
            raise BadSheet("the file is no Excel workbook (.xlsx)") from error
        # Names of parts differ in nothing but case (OPC, ECMA-376, part 2, 6.2.2.3); some programs write backslashes.
        self._names = {each.filename.replace("\\", "/").lower(): each for each in self._archive.infolist()}
        self._unpacked = 0
        self.main_part = next(
            (to for kind, to in self.relationships("").values() if kind == "officeDocument"),
            "xl/workbook.xml",
        )
        if not self.has(self.main_part) or self.main_part.endswith(".bin"):
            told = next((told for part, told in _OTHER_FORMATS.items() if self.has(part)), None)
            raise BadSheet(told or "the file is no Excel workbook (.xlsx)")

    def has(self, part: str) -> bool:
        return part.lower() in self._names

    def relationships(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to, by id: the kind and the name of each."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if local_name(tag) == "Relationship":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, target.lstrip("/"))

        told = posixpath.join(folder, "_rels", f"{name}.rels")
        if self.has(told):
            for _ in self.parse(told, start):
                pass
        return found

    def parse(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
        """Call back for each tag and text of a part, and yield now and then. Nothing of it is kept."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            for chunk in self._chunks(part):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise BadSheet(_DAMAGED) from error
        yield

    def _chunks(self, part: str) -> Iterator[bytes]:
        told = self._names[part.lower()]
        # ZipFile reads no more than is declared here.
        if told.file_size > max(_SMALL, told.compress_size * MAX_RATIO):
            raise BadSheet(
                f"the workbook gets more than {MAX_RATIO} times as large when unpacked: delete the empty rows and "
                "columns at its end, and save it again"
            )
        if told.flag_bits & 1:
            raise BadSheet("the workbook is protected with a password: save it without one")
        try:
            with self._archive.open(told) as file:
                while chunk := file.read(_CHUNK):
                    self._unpacked += len(chunk)
                    if self._unpacked > MAX_UNPACKED_BYTES:
                        raise BadSheet(
                            f"the workbook has more than {MAX_UNPACKED_BYTES // 1_000_000} MB when unpacked"
                        )
                    yield chunk
        except BadSheet:
            raise
        except _BROKEN as error:
            raise BadSheet(_DAMAGED) from error


def local_name(tag: str) -> str:
    """A tag without its prefix. Namespaces differ between the two forms of the format, Transitional and Strict."""
    return tag.rpartition(":")[2]


def _refuse_doctype(*_: object) -> None:
    raise BadSheet(
        "the workbook has a document type (DTD), which no spreadsheet writes: save it anew as .xlsx"
    )
