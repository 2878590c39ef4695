"""Text for SMS: convert to the GSM 7-bit alphabet, count segments, fit an alert into one segment.

One character outside the alphabet turns a message into UCS-2, with 70 instead of 160 characters a segment, so texts
lose accents that would cost a segment. Sources: 3GPP TS 23.038, clause 6.2.1 (alphabet and extension table), and
3GPP TS 23.040, clause 9.2.3.24.1 (concatenated messages).

Choices that the standard leaves open:
- Code 0x09 is capital Ç, as TS 23.038 draws it; small ç becomes c.
- Of the extension table (two septets each, and a phone that does not know it shows "e" for € and "<" for "[")
  only € is written; brackets, tilde, bar and backslash become "(", ")", "-" and "/", and ^ is dropped.
- Letters of other scripts are dropped, except the ten Greek capitals of the alphabet.
"""

from __future__ import annotations

import re
import unicodedata

SEGMENT = 160
CONCATENATED_SEGMENT = 153
UCS2_SEGMENT = 70
UCS2_CONCATENATED_SEGMENT = 67
SHORTEST_EXCERPT = 8

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")

_WRITTEN = BASIC | {"€"}

# Replacements that Unicode decomposition does not give.
_REPLACEMENTS = {
    **dict.fromkeys("‘’‚‛′ʹʻʼ`´‹›", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("−⁃~|·•‧", "-"),
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
    **dict.fromkeys("\\⁄∕¦÷", "/"),
    **{"×": "x", "±": "+/-", "°": "o", "µ": "u", "¢": "c"},
    **{"©": "(c)", "®": "(R)", "→": "->", "←": "<-", "≠": "<>", "≤": "<=", "≥": ">="},
    **{"Œ": "OE", "œ": "oe", "ẞ": "SS", "Þ": "Th", "þ": "th", "ŋ": "ng", "Ŋ": "NG", "ı": "i", "ſ": "s"},
    **dict(zip("ŁłĐđÐðĦħŦŧƒəƏɓɗƙɛɔ", "LlDdDdHhTtfeEbdkeo", strict=True)),
}

# What phones turn into links: a scheme ("https://", with any number of slashes), a dot before a letter (no top-level
# domain begins with a digit), a colon after a word ("tel:"), an IP address.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/+")
_LINKING = re.compile(r"\.(?=[^\W\d_])|(?<=[^\W\d_]):(?=[\w+/])")
_ADDRESS = re.compile(r"(?<!\d)\d+(?:\.\d+){3,}")

_WORD_END = re.compile("[ ,;:.-]*(?: |$)")


def to_gsm7(text: str) -> str:
    """Return `text` in the GSM 7-bit alphabet, on one line.

    Characters of the basic set and € stay; other Latin letters lose their accents; quotes, dashes, fractions, styled
    letters and the like take their plain form; runs of white space become one space, trimmed at the ends; the rest
    (emoji, control and bidi characters, other scripts) is dropped. Idempotent.
    """
    return " ".join("".join(map(_gsm7_spelling, unicodedata.normalize("NFC", text))).split())


def septet_count(text: str) -> int:
    """Return the length of `text` in septets: one a character, two for those of the extension table.

    Raises ValueError, naming the character, for text outside the alphabet.
    """
    return sum(map(_septets, text))


def gsm7_segment_count(text: str) -> int:
    """Return how many segments are billed for `text`: one up to 160 septets, else one for every 153. Raises ValueError
    like `septet_count`."""
    return _count_segments(list(map(_septets, text)), SEGMENT, CONCATENATED_SEGMENT)


def spell_for_sms(text: str) -> str:
    """Return `text` on one line as it is sent: with its accents if they cost no segment, else in GSM 7-bit.

    What a person wrote loses nothing but accents: with an emoji or a name in Greek letters it stays as it is, at the
    price of UCS-2.
    """
    composed = unicodedata.normalize("NFC", text)
    if any(not _gsm7_spelling(character) for character in composed if not _is_invisible(character)):
        return " ".join(composed.split())
    accented, plain = _with_accents(composed), to_gsm7(composed)
    return accented if segment_count(accented) <= segment_count(plain) else plain


def segment_count(text: str) -> int:
    """Return how many segments are billed for `text` in the alphabet that it needs. In UCS-2: one up to 70 UTF-16
    units, else one for every 67 (134 octets next to the header of TS 23.040)."""
    if _in_gsm7(text):
        return gsm7_segment_count(text)
    return _count_segments(list(map(_utf16_units, text)), UCS2_SEGMENT, UCS2_CONCATENATED_SEGMENT)


def max_characters(text: str, segments_at_most: int) -> int:
    """Return about how many characters fit into `segments_at_most` segments, in the alphabet that `text` needs."""
    if segments_at_most == 1:
        return SEGMENT if _in_gsm7(text) else UCS2_SEGMENT
    return segments_at_most * (CONCATENATED_SEGMENT if _in_gsm7(text) else UCS2_CONCATENATED_SEGMENT)


def excerpt(text: str, room: int) -> str:
    """Return the beginning of a customer's comment, to quote in an alert: GSM 7-bit, at most `room` septets.

    A longer text is cut after a word, with "..." (inside a word only if the first one is too long). Empty if `room` is
    less than 8 septets or the text has no character in the alphabet.

    Phones find no link in it, so that a comment cannot lure a manager to a page: schemes are removed, and a dot before
    a letter or in an IP address, or a colon after a word, gets a space after it. Double quotes become single ones, so
    that the text cannot end its own quotation. Phone numbers stay: customers leave theirs.
    """
    return _cut(_quotable(to_gsm7(text)), room) if room >= SHORTEST_EXCERPT else ""


def fit_one_segment(head: str, comment: str, tail: str) -> str:
    """Return `head "excerpt of comment" tail`, at most 160 septets, or with accents where the whole has no more than 70
    characters.

    `tail`, the link, is never cut: the excerpt shrinks first, then `head`. Only `comment` is guarded against links;
    `head` is our own text. Raises ValueError if `tail` alone has more than 160 septets or is outside GSM 7-bit.
    """
    room = SEGMENT - septet_count(tail)
    if room < 0:
        raise ValueError(f"tail: {SEGMENT - room} septets do not fit into one segment")
    plain = to_gsm7(head)
    quotation = excerpt(comment, room - len(' "" ') - septet_count(plain))
    accented = _join(_with_accents(head), _quotable(_with_accents(comment)), tail)
    if len(accented) <= UCS2_SEGMENT:
        return accented
    return _join(_cut(plain, room - len(" ")), quotation, tail)


def _join(head: str, quotation: str, tail: str) -> str:
    parts = (head, f'"{quotation}"' if quotation else "", tail)
    return " ".join(part for part in parts if part)


def _quotable(text: str) -> str:
    """Return a customer's words without links and double quotes, as `excerpt` says."""
    text = _SCHEME.sub(" ", text.replace('"', "'"))
    text = _ADDRESS.sub(lambda found: found[0].replace(".", ". "), text)
    return " ".join(_LINKING.sub(lambda found: found[0] + " ", text).split())


def _with_accents(text: str) -> str:
    """Return what `to_gsm7` does, but Latin letters keep their accents."""
    return " ".join("".join(map(_accented_spelling, unicodedata.normalize("NFC", text))).split())


def _accented_spelling(character: str) -> str:
    plain = _gsm7_spelling(character)
    accented = character.isalpha() and unicodedata.normalize("NFD", character)[0] == plain
    return character if accented else plain


def _gsm7_spelling(character: str) -> str:
    if character in _WRITTEN:
        return character
    if character in _REPLACEMENTS:
        return _REPLACEMENTS[character]
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Pd":
        return "-"
    letters = unicodedata.normalize("NFKD", character)
    if letters == character:
        return ""
    if "⁄" in letters:  # "2½" is not "21/2"
        letters = f" {letters}"
    return "".join(map(_gsm7_spelling, letters))


def _count_segments(costs: list[int], single: int, concatenated: int) -> int:
    """Return how many segments characters of these costs take. No character is split: neither an escape and its
    character nor a surrogate pair, so a segment may end early."""
    if sum(costs) <= single:
        return 1
    count, used = 1, 0
    for cost in costs:
        if used + cost > concatenated:
            count, used = count + 1, 0
        used += cost
    return count


def _is_invisible(character: str) -> bool:
    """Return whether it is a control, a direction mark or has no width."""
    return unicodedata.category(character) in ("Cc", "Cf")


def _in_gsm7(text: str) -> bool:
    return all(character in BASIC or character in EXTENSION for character in text)


def _utf16_units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _septets(character: str) -> int:
    if character in BASIC:
        return 1
    if character in EXTENSION:
        return 2
    raise ValueError(f"U+{ord(character):04X} is outside GSM 7-bit")


def _cut(text: str, room: int) -> str:
    """Return `text` (GSM 7-bit, single spaces) within `room` septets, cut as `excerpt` says."""
    if septet_count(text) <= room:
        return text
    if room < SHORTEST_EXCERPT:
        return ""
    fits, left = 0, room - len("...")
    while (left := left - _septets(text[fits])) >= 0:
        fits += 1
    ends = (found.start() for found in _WORD_END.finditer(text))
    return text[: max((end for end in ends if 0 < end <= fits), default=fits)] + "..."
