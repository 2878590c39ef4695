"""Text for SMS: the GSM 7-bit alphabet, what it costs, and an alert that fits into one segment.

One character outside the alphabet turns a message into UCS-2 and 160 characters a segment into 70, so all text is
brought into it first. Sources: 3GPP TS 23.038, clause 6.2.1 (alphabet and extension table), and 3GPP TS 23.040,
clause 9.2.3.24.1 (concatenated messages).

Decisions where the standard leaves a choice:
- Code 0x09 is capital Ç, as TS 23.038 draws it; small ç becomes c.
- Of the extension table (two septets each, and a phone that does not know it shows "e" for € and "<" for "[")
  only € is written; brackets, tilde, bar and backslash become "(", ")", "-" and "/", and ^ is dropped.
- Letters of other scripts are dropped, but for the ten Greek capitals of the alphabet.
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

# What has no better spelling by decomposition.
_SPELLED = {
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

# What makes a phone see a link in plain text: a scheme ("https://", with however many slashes), a dot before a letter
# (no top-level domain begins with a digit), a colon between a word and what follows ("tel:"), an IP address.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/+")
_LINKING = re.compile(r"\.(?=[^\W\d_])|(?<=[^\W\d_]):(?=[\w+/])")
_ADDRESS = re.compile(r"(?<!\d)\d+(?:\.\d+){3,}")

_WORD_END = re.compile("[ ,;:.-]* ")


def to_gsm7(text: str) -> str:
    """`text` in the GSM 7-bit alphabet, on one line.

    Characters of the basic set and € stay; other Latin letters lose their accents; quotes, dashes, fractions, styled
    letters and the like take their plain form; every white space becomes one space, with none at the ends; and what
    has no spelling (emoji, control and bidi characters, other scripts) is dropped. Applying it again changes nothing.
    """
    return " ".join("".join(map(_spell, unicodedata.normalize("NFC", text))).split())


def septet_count(text: str) -> int:
    """What `text` costs: one septet a character, two for those of the extension table.

    Raises ValueError, naming the character, for text outside the alphabet.
    """
    return sum(map(_cost, text))


def gsm7_segment_count(text: str) -> int:
    """How many messages `text` is billed as: one up to 160 septets, else one for every 153.

    An escape and its character are never parted, so a segment may have to end a septet early. Raises ValueError
    like `septets`.
    """
    if septet_count(text) <= SEGMENT:
        return 1
    count, used = 1, 0
    for cost in map(_cost, text):
        if used + cost > CONCATENATED_SEGMENT:
            count, used = count + 1, 0
        used += cost
    return count


def gsm7_if_lossless(text: str) -> str:
    """`text` in the GSM 7-bit alphabet if nothing of it but accents is lost there; else as it is, on one line.

    For what a person wrote: an emoji or a name in Greek letters is worth more than the price of UCS-2.
    """
    composed = unicodedata.normalize("NFC", text)
    lost = any(not _spell(character) for character in composed if not _is_nothing(character))
    return " ".join(composed.split()) if lost else to_gsm7(composed)


def segment_count(text: str) -> int:
    """How many messages `text` is billed as, in the alphabet that it needs.

    In UCS-2: one up to 70 UTF-16 units, else one for every 67 (134 octets beside the header of TS 23.040), and the two
    halves of a pair are never parted.
    """
    if _in_gsm7(text):
        return gsm7_segment_count(text)
    if sum(map(_units, text)) <= UCS2_SEGMENT:
        return 1
    count, used = 1, 0
    for units in map(_units, text):
        if used + units > UCS2_CONCATENATED_SEGMENT:
            count, used = count + 1, 0
        used += units
    return count


def max_characters(text: str, segments_at_most: int) -> int:
    """About how many characters fit into so many segments, written in the alphabet that `text` needs."""
    if segments_at_most == 1:
        return SEGMENT if _in_gsm7(text) else UCS2_SEGMENT
    return segments_at_most * (CONCATENATED_SEGMENT if _in_gsm7(text) else UCS2_CONCATENATED_SEGMENT)


def excerpt(text: str, room: int) -> str:
    """The beginning of a customer's words, for quoting in an alert: GSM 7-bit, at most `room` septets.

    When it has to be cut, then after a word and with "..." (inside a word only if the first alone is too long). Empty
    when `room` is less than 8 septets or nothing is left of the text.

    A phone finds no link in it, so that nobody can send a manager to a page by way of a comment: schemes are taken
    out, and a dot before a letter or in an IP address, or a colon behind a word, gets a space behind it. Double
    quotes become single ones, so that it cannot end its own quotation. Phone numbers stay: customers leave theirs.
    """
    plain = to_gsm7(text).replace('"', "'")
    plain = _SCHEME.sub(" ", plain)
    plain = _ADDRESS.sub(lambda found: found[0].replace(".", ". "), plain)
    plain = _LINKING.sub(lambda found: found[0] + " ", plain)
    return _cut(" ".join(plain.split()), room) if room >= SHORTEST_EXCERPT else ""


def fit_one_segment(head: str, comment: str, tail: str) -> str:
    """`head "gist of the comment" tail`, at most 160 septets.

    `tail`, the link, stays whole and last; for its sake the gist shrinks, then the head is cut. `head` is the sender's
    own text; only `comment` is guarded against links. Raises ValueError when `tail` alone has more than 160
    septets or is outside GSM 7-bit.
    """
    room = SEGMENT - septet_count(tail)
    if room < 0:
        raise ValueError(f"tail: {SEGMENT - room} septets do not fit into one segment")
    head = to_gsm7(head)
    quotation = excerpt(comment, room - len(' "" ') - septet_count(head))
    parts = (_cut(head, room - len(" ")), f'"{quotation}"' if quotation else "", tail)
    return " ".join(part for part in parts if part)


def _spell(character: str) -> str:
    if character in _WRITTEN:
        return character
    if character in _SPELLED:
        return _SPELLED[character]
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Pd":
        return "-"
    letters = unicodedata.normalize("NFKD", character)
    if letters == character:
        return ""
    if "⁄" in letters:  # "2½" is not "21/2"
        letters = f" {letters}"
    return "".join(map(_spell, letters))


def _is_nothing(character: str) -> bool:
    """Nothing that a reader would miss: controls, marks of direction, what has no width."""
    return unicodedata.category(character) in ("Cc", "Cf")


def _in_gsm7(text: str) -> bool:
    return all(character in BASIC or character in EXTENSION for character in text)


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _cost(character: str) -> int:
    if character in BASIC:
        return 1
    if character in EXTENSION:
        return 2
    raise ValueError(f"U+{ord(character):04X} is outside GSM 7-bit")


def _cut(text: str, room: int) -> str:
    """`text` (GSM 7-bit, single spaces) within `room` septets, as `gist` says."""
    if septet_count(text) <= room:
        return text
    if room < SHORTEST_EXCERPT:
        return ""
    fits, left = 0, room - len("...")
    while (left := left - _cost(text[fits])) >= 0:
        fits += 1
    ends = (found.start() for found in _WORD_END.finditer(text))
    return text[: max((end for end in ends if 0 < end <= fits), default=fits)] + "..."
