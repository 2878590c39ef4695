"""Makes the text of a cell or of a file of stores plain: one line, NFC, without what only the file format needs."""

import re
from dataclasses import dataclass
from typing import Final

from lazo.text.cleaning import one_line

_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
"""A character in the file format of workbooks (ECMA-376, part 1, 22.9.2.19, ST_Xstring); some programs show it."""
_INVISIBLE: Final = dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF])
"""Soft hyphen, zero-width space, word joiner, byte order mark: they come along when text is copied."""
_ERROR_VALUE: Final = re.compile(
    r"#[¡¿]?(?:N/[AD]|(?:REF|VALUE|VALOR|DIV/0|NULL|NULO|N[UÚ]M|SPILL|DESBORDAMIENTO|DESPEJAR|CALC|FIELD|BLOCKED|CONNECT"
    r"|BUSY|UNKNOWN|ERROR)!|(?:NAME|NOMBRE|NOME)\?|GETTING_DATA)",
    re.IGNORECASE,
)
"""What spreadsheets in English, Spanish and Portuguese show where a formula failed."""


@dataclass(frozen=True, slots=True)
class UnreadableCell:
    """A cell that cannot be read. `reason` begins with its address, where the file has one."""

    reason: str


def plain_text(text: str) -> str:
    """Return the text on one line in NFC. ValueError when it is an error value of a spreadsheet, like `#N/A`."""
    written = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    if written.isascii() and written.isprintable():
        plain = " ".join(written.split())
    else:
        plain = one_line(written.translate(_INVISIBLE))
    if _ERROR_VALUE.fullmatch(plain):
        raise ValueError(f"is {plain}, the error of a formula: correct it in the spreadsheet")
    return plain
