"""Text as it is read rather than typed: what hides a word is undone, and each character knows where it stood.

Undone in every reading: case, accents, styled and full-width letters, letters of other alphabets that look Latin,
characters without width, letters written three times or more. Undone in readings of their own, since ordinary text
has the same marks: digits for letters ("detract0r"), letters set apart ("N.P.S.", "N P S"), words cut by a mark
("detrac-tor").
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lazo.text.cleaning import fold

_GONE = dict.fromkeys("'’‘`´ʼ")
_LOOKS_LIKE = {
    **dict(zip("авекмнорстухіјѕԁһӏԛԝ", "abekmhopctyxijsdhlqw", strict=True)),
    **dict(zip("αβεικνορτυχηω", "abeiknoptuxnw", strict=True)),
    **dict(zip("ɑɡıłøđħɛ", "agilodhe", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
    # Letters in boxes and circles that have no plain form in Unicode: 🅐, 🅰.
    **{chr(first + at): chr(ord("a") + at) for first in (0x1F150, 0x1F170) for at in range(26)},
}
_STANDS_FOR = dict(zip("034578@$€", "oeastbase", strict=True))
"""Digits and marks that are written for a letter; 1 and ! may stand for i or l."""
_VOWELS = frozenset("aeiouy")
_CHUNK = re.compile(r"\S+")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_SHORTEST_SPELLING = 3
"""So many letters in a row that stand alone are a word spelled out."""


_Pair = tuple[str, int]


@dataclass(frozen=True, slots=True)
class DeobfuscatedText:
    """`text`, and for each of its characters the index in the original text."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stood in the original."""
        return self.places[start], self.places[end - 1] + 1


def variants(text: str) -> list[DeobfuscatedText]:
    """The ways to read `text`, the plain one first; the others only where they say something else."""
    plain = _folded(text)
    found = {plain.text: plain}
    for one in "il":
        for apart in (False, True):
            other = _uncovered(plain, one, apart)
            found.setdefault(other.text, other)
    return list(found.values())


def _folded(text: str) -> DeobfuscatedText:
    # Case after the marks are gone: the iota below, alone (U+037A), is no letter here.
    spelled = [
        (_LOOKS_LIKE.get(each, each), place)
        for place, character in enumerate(text)
        if character not in _GONE
        for each in fold(character, styled=False).casefold()
    ]
    plain = "".join(each for each, _ in spelled)
    doubled = {at for found in _REPEATED.finditer(plain) for at in range(found.start() + 1, found.end())}
    return _reading([pair for at, pair in enumerate(spelled) if at not in doubled])


def _uncovered(plain: DeobfuscatedText, one: str, apart: bool) -> DeobfuscatedText:
    """`plain` with its disguises undone: digits inside words read as letters (1 as `one`), marks inside words left out,
    letters that stand alone drawn together; if `apart`, without the vowels at either end, which may be words."""
    chunks = [_word(plain, found.start(), found.end(), one) for found in _CHUNK.finditer(plain.text)]
    pairs: list[_Pair] = []
    for run in _runs(chunks):
        drawn_together = len(run) >= _SHORTEST_SPELLING
        letters = [pair for chunk in run for pair in chunk if not drawn_together or pair[0].isalpha()]
        first, last = _edges(letters) if drawn_together and apart else (0, len(letters))
        parts = [*([each] for each in letters[:first]), letters[first:last], *([e] for e in letters[last:])]
        for part in filter(None, parts if drawn_together else run):
            pairs += [*part, (" ", part[-1][1])]
    return _reading(pairs)


def _word(plain: DeobfuscatedText, start: int, end: int, one: str) -> list[_Pair]:
    """A chunk of text without blanks; left alone when it has no letter, like "3/10"."""
    pairs = list(zip(plain.text[start:end], plain.places[start:end], strict=True))
    if not any(letter.isalpha() for letter, _ in pairs):
        return pairs
    stands_for = _STANDS_FOR | dict.fromkeys("1!|", one)
    before_letter = [letter.isalnum() for letter, _ in pairs[1:]] + [False]
    read = [
        (stands_for.get(letter, letter) if letter.isalnum() or inside else letter, place)
        for (letter, place), inside in zip(pairs, before_letter, strict=True)
    ]
    alphanumeric = [at for at, (letter, _) in enumerate(read) if letter.isalnum()]
    first, last = alphanumeric[0], alphanumeric[-1]
    return [pair for at, pair in enumerate(read) if not first < at < last or pair[0].isalnum()]


def _runs(chunks: list[list[_Pair]]) -> Iterator[list[list[_Pair]]]:
    """The chunks, those in a row that are single letters (or nothing but marks) together."""
    run: list[list[_Pair]] = []
    for chunk in chunks:
        letters = [letter for letter, _ in chunk if letter.isalnum()]
        if len(letters) > 1 or (letters and not letters[0].isalpha()):
            yield from _settled(run)
            run = []
            yield [chunk]
        else:
            run.append(chunk)
    yield from _settled(run)


def _settled(run: list[list[_Pair]]) -> Iterator[list[list[_Pair]]]:
    if sum(any(letter.isalpha() for letter, _ in chunk) for chunk in run) >= _SHORTEST_SPELLING:
        yield run
    else:
        yield from ([chunk] for chunk in run)


def _edges(letters: list[_Pair]) -> tuple[int, int]:
    first, last = 0, len(letters)
    while first < last and letters[first][0] in _VOWELS:
        first += 1
    while last > first and letters[last - 1][0] in _VOWELS:
        last -= 1
    return first, last


def _reading(pairs: Iterable[_Pair]) -> DeobfuscatedText:
    pairs = list(pairs)
    return DeobfuscatedText("".join(letter for letter, _ in pairs), tuple(place for _, place in pairs))
