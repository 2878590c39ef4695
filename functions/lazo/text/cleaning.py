"""Clean free text before it is stored, and fold it for comparison."""

import unicodedata
from collections.abc import Callable
from typing import Final

_KEPT_AS: Final[dict[int, str | None]] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)]),  # control characters (category Cc)
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)]),  # bidi embeddings, overrides, isolates
    **dict.fromkeys(range(0xD800, 0xE000)),  # halves of a surrogate pair: an emoji cut in two
    **dict.fromkeys([0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029], "\n"),  # line ends
    0x09: " ",
}
"""For `str.translate`: replacements of characters that are not stored as they are; None removes one."""


STYLED_LETTERS: Final[dict[int, str]] = {
    **dict(zip(map(ord, "ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"), "abcdefghijklmnoprstuvwyz", strict=True)),
    # Letters in filled circles (🅐) and squares (🅰), and those that make flags (🇦).
    **{first + at: chr(ord("a") + at) for first in (0x1F150, 0x1F170, 0x1F1E6) for at in range(26)},
}
"""For `str.translate`: letters in a style that have no plain form in Unicode, which `fold` therefore keeps."""


def clean(text: str) -> str:
    """Return free text as it is stored: NFC, lines ended by `\\n`, without control characters, trimmed.

    Bidi embeddings, overrides and isolates are removed too: one that is not closed would reorder the page or SMS
    around the text (Unicode TR 36, 2.5; CVE-2021-42574). The marks that Hebrew and Arabic text needs (U+200E, U+200F,
    U+061C) affect only their neighbours and stay, as do joiners.
    """
    kept = text.replace("\r\n", "\n").translate(_KEPT_AS)
    return unicodedata.normalize("NFC", kept).strip()


def one_line(text: str) -> str:
    """Return `clean(text)` on one line with single spaces."""
    return " ".join(clean(text).split())


def _has_no_width(character: str) -> bool:
    """Return whether it is a combining accent, a variation selector, a joiner, a soft hyphen or the like."""
    return unicodedata.category(character) in ("Mn", "Cf")


def fold(text: str, *, styled: bool = True, drop: Callable[[str], object] = _has_no_width) -> str:
    """Return `text` for comparison: without case, accents, full or half width, and characters for which `drop` is true.

    `drop` is called with each character of the decomposed text. Capitals without a small letter in their style (𝐀, ℡)
    become small letters only if `styled`.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in (plain.casefold() if styled else plain) if not drop(c))
