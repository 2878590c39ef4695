"""Undo spellings that hide a word from the wording guard, and keep the position of each character in the original.

Undone in every variant: case, accents, styled and full-width letters, letters of other alphabets that look Latin,
characters without width, letters written three times or more. Undone in separate variants, since ordinary text has
the same marks: digits for letters ("detract0r"), letters set apart ("N.P.S.", "N P S", also two words of them with a
wider blank between), words cut by a mark ("detrac-tor"), digits set apart and the letter O for a zero ("1 0", "1O"),
and how people spell in a chat in Spanish ("k" for "qu", "q" for "que").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lazo.text.cleaning import STYLED_LETTERS, fold

_REMOVED = frozenset("'’‘`´ʼ")
_LOOKS_LIKE = {
    **dict(zip("авекмнорстухіјѕԁһӏԛԝ", "abekmhopctyxijsdhlqw", strict=True)),
    **dict(zip("αβεικνορτυχηω", "abeiknoptuxnw", strict=True)),
    **dict(zip("ɑɡıłøđħɛ", "agilodhe", strict=True)),
    **{chr(styled): plain for styled, plain in STYLED_LETTERS.items()},
}
_STANDS_FOR = dict(zip("034578@$€", "oeastbase", strict=True))
"""Digits and marks that replace a letter. Not 1, ! and |, which may be an i or an l."""
_TEN = "\N{KEYCAP TEN}"
_VOWELS = frozenset("aeiouy")
_CHUNK = re.compile(r"\S+")
_WIDE_BLANK = re.compile(r"\s\s")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_SPLIT_NUMBER = re.compile(r"(?<![\w.,:])\d(?: \d(?!\w)|o(?!\w))+(?![.,:]\d)")
_CHAT_SPELLINGS = [
    (re.compile(pattern), spelled_out)
    for pattern, spelled_out in (
        (r"\b[qk]\b", "que"),
        (r"\bt\b", "te"),
        (r"\bc\b", "se"),
        (r"\bd\b", "de"),
        (r"(?<!\d )\bx\b(?! \d)", "por"),
        (r"k(?=[ei])", "qu"),
        (r"k", "c"),
        (r"q(?=[aeio])", "qu"),
        (r"q(?=[b-df-hj-np-tv-z])", "que"),
        (r"v(?=[b-df-hj-np-tv-z])", "u"),
    )
]
"""What is replaced one after the other. Not "x" between numbers: "2 x 3 m"."""
_SHORTEST_SPELLING = 3
"""From so many single letters in a row on, they are read as one word."""

_Pair = tuple[str, int]
"""A character and its index in the original text."""


@dataclass(frozen=True, slots=True)
class DeobfuscatedText:
    """The deobfuscated `text`; `indices` has the index in the original text for each of its characters."""

    text: str
    indices: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end of text[start:end] in the original."""
        return self.indices[start], self.indices[end - 1] + 1


def variants(text: str) -> list[DeobfuscatedText]:
    """Return the different ways to read `text`, starting with the one that only folds it."""
    plain = _fold(text)
    numbers = _with_numbers_joined(plain)
    spelled = [_deobfuscate(plain, letter_for_1, apart) for letter_for_1 in "il" for apart in (False, True)]
    words = spelled[0]
    if _WIDE_BLANK.search(plain.text):
        words = _deobfuscate(plain, "i", False, split_at_wide_blanks=True)
    found: dict[str, DeobfuscatedText] = {}
    for each in (plain, numbers, *spelled, words, _without_chat_spelling(words)):
        found.setdefault(each.text, each)
    return list(found.values())


def _fold(text: str) -> DeobfuscatedText:
    # casefold() comes after fold() has dropped the marks: it would turn a lone iota subscript (U+037A) into a letter.
    spelled = [
        (_LOOKS_LIKE.get(each, each), index)
        for index, character in enumerate(text)
        if character not in _REMOVED
        for each in ("10" if character == _TEN else fold(character, styled=False).casefold())
    ]
    plain = "".join(each for each, _ in spelled)
    doubled = {at for found in _REPEATED.finditer(plain) for at in range(found.start() + 1, found.end())}
    return _joined([pair for at, pair in enumerate(spelled) if at not in doubled])


def _with_numbers_joined(plain: DeobfuscatedText) -> DeobfuscatedText:
    """Return `plain` with digits set apart joined, and an O after a digit read as a zero."""
    inside = {at for found in _SPLIT_NUMBER.finditer(plain.text) for at in range(*found.span())}
    return _joined(
        [
            ("0" if letter == "o" and at in inside else letter, index)
            for at, (letter, index) in enumerate(zip(plain.text, plain.indices, strict=True))
            if letter != " " or at not in inside
        ]
    )


def _deobfuscate(
    plain: DeobfuscatedText,
    letter_for_1: str,
    keep_outer_vowels_apart: bool,
    split_at_wide_blanks: bool = False,
) -> DeobfuscatedText:
    """Return `plain` with digits inside words as letters, marks inside words left out, and single letters in a row
    joined, without the vowels at either end if `keep_outer_vowels_apart`: these may be words ("y", "a"). A blank wider
    than others among such letters ends a word if `split_at_wide_blanks`."""
    chunks = [_word(plain, found.start(), found.end(), letter_for_1) for found in _CHUNK.finditer(plain.text)]
    runs = _runs(chunks)
    if split_at_wide_blanks:
        runs = (part for run in runs for part in _split_at_wide_blanks(run))
    pairs: list[_Pair] = []
    for run in runs:
        spelled_out = len(run) > 1
        letters = [(_STANDS_FOR.get(c, c), at) for chunk in run for c, at in chunk]
        letters = [pair for pair in letters if not spelled_out or pair[0].isalpha()]
        first, last = _without_outer_vowels(letters) if keep_outer_vowels_apart else (0, len(letters))
        parts = [*([each] for each in letters[:first]), letters[first:last], *([e] for e in letters[last:])]
        for part in filter(None, parts if spelled_out else run):
            pairs += [*part, (" ", part[-1][1])]
    return _joined(pairs)


def _word(plain: DeobfuscatedText, start: int, end: int, letter_for_1: str) -> list[_Pair]:
    """Return a chunk between blanks as letters; unchanged if it has nothing else, or no letter, like "3/10"."""
    chunk = plain.text[start:end]
    pairs = list(zip(chunk, plain.indices[start:end], strict=True))
    if chunk.isalpha() or not any(map(str.isalpha, chunk)):
        return pairs
    stands_for = _STANDS_FOR | dict.fromkeys("1!|", letter_for_1)
    # A mark is read as a letter only before another one: "!" and "$" often end a word.
    before_letter = [letter.isalnum() for letter, _ in pairs[1:]] + [False]
    read = [
        (stands_for.get(letter, letter) if letter.isalnum() or inside else letter, index)
        for (letter, index), inside in zip(pairs, before_letter, strict=True)
    ]
    alphanumeric = [at for at, (letter, _) in enumerate(read) if letter.isalnum()]
    first, last = alphanumeric[0], alphanumeric[-1]
    return [pair for at, pair in enumerate(read) if not first < at < last or pair[0].isalnum()]


def _runs(chunks: list[list[_Pair]]) -> Iterator[list[list[_Pair]]]:
    """Yield the chunks, grouped where several in a row are single letters (or only marks)."""
    run: list[list[_Pair]] = []
    for chunk in chunks:
        letters = [letter for letter, _ in chunk if letter.isalnum()]
        if len(letters) > 1 or (
            letters and not letters[0].isalpha() and not (run and letters[0] in _STANDS_FOR)
        ):
            yield from _split_if_short(run)
            run = []
            yield [chunk]
        else:
            run.append(chunk)
    yield from _split_if_short(run)


def _split_if_short(run: list[list[_Pair]]) -> Iterator[list[list[_Pair]]]:
    letters = [any(letter.isalpha() for letter, _ in chunk) for chunk in run]
    # A digit behind the last letter is a number: "N P S 3".
    end = max((at + 1 for at, is_letter in enumerate(letters) if is_letter), default=0)
    whole = run[:end] if sum(letters) >= _SHORTEST_SPELLING else []
    if whole:
        yield whole
    yield from ([chunk] for chunk in run[len(whole) :])


def _split_at_wide_blanks(run: list[list[_Pair]]) -> Iterator[list[list[_Pair]]]:
    """Yield the parts of a run between blanks that are wider than its narrowest one."""
    blanks = [after[0][1] - before[-1][1] for before, after in pairwise(run)]
    part = run[:1]
    for blank, chunk in zip(blanks, run[1:], strict=True):
        if blank > min(blanks):
            yield part
            part = []
        part.append(chunk)
    yield part


def _without_chat_spelling(text: DeobfuscatedText) -> DeobfuscatedText:
    for pattern, spelled_out in _CHAT_SPELLINGS:
        pairs: list[_Pair] = []
        end = 0
        for found in pattern.finditer(text.text):
            pairs += zip(text.text[end : found.start()], text.indices[end : found.start()], strict=True)
            pairs += [(letter, text.indices[found.start()]) for letter in spelled_out]
            end = found.end()
        pairs += zip(text.text[end:], text.indices[end:], strict=True)
        text = _joined(pairs)
    return text


def _without_outer_vowels(letters: list[_Pair]) -> tuple[int, int]:
    first, last = 0, len(letters)
    while first < last and letters[first][0] in _VOWELS:
        first += 1
    while last > first and letters[last - 1][0] in _VOWELS:
        last -= 1
    return first, last


def _joined(pairs: list[_Pair]) -> DeobfuscatedText:
    return DeobfuscatedText("".join(letter for letter, _ in pairs), tuple(index for _, index in pairs))
