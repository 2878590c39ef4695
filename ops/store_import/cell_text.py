"""Makes the text of a cell or of a file of stores plain: one line, NFC, without what only the file format needs."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lazo.text.cleaning import one_line

_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
"""A character in the file format of workbooks (ECMA-376, part 1, 22.9.2.19, ST_Xstring); some programs show it."""
_INVISIBLE: Final = dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF])
"""Soft hyphen, zero-width space, word joiner, byte order mark: they come along when text is copied."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
"""Control characters, but for those that end or part lines and fields."""
_ENCODED_WORD: Final = re.compile(r"=\?[^?\s]+\?[BbQq]\?")
"""How an encoded word begins (RFC 2047, 2); mail programs decode it, also in a name."""
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


LONGEST_CELL: Final = 32_767
"""Characters that a cell of Excel may have."""


@lru_cache(maxsize=2_000)
def plain_text(text: str) -> str:
    """Return the text on one line in NFC. ValueError, with a sentence, when it is longer than a cell may be, an error
    value of a spreadsheet, like `#N/A`, or holds what is not meant to be read: a control character, or text encoded for
    e-mail. Many cells share a text."""
    if len(text) > LONGEST_CELL:
        raise ValueError(f"has more than {LONGEST_CELL} characters")
    if _ENCODED_WORD.search(text):
        raise ValueError("holds text that is encoded for e-mail (=?...?=): type it as it reads")
    written = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
    if written.isascii() and written.isprintable():
        plain = " ".join(written.split())
    else:
        plain = one_line(written.translate(_INVISIBLE))
    if hidden := _CONTROL.search(written):
        raise ValueError(f"holds a character that nobody sees (U+{ord(hidden[0]):04X}): type it again")
    if _ERROR_VALUE.fullmatch(plain):
        raise ValueError(f"is {plain}, the error of a formula: correct it in the spreadsheet")
    return plain
