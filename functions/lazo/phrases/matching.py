"""Find phrases in texts.

A text is split into words without case, accents and letters repeated three times or more; marks that end a clause
become BREAK. A phrase is a sequence of slots, one word each; a slot with a gap may match up to GAP words further on,
never beyond a BREAK.

Time is linear in the length of the text: phrases are looked up by their first word, and with at most MAX_GAPS gaps a
phrase tries no more than (GAP + 1) ** MAX_GAPS ways from there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lazo.text.cleaning import fold

BREAK = ""
GAP = 3
MAX_GAPS = 2
MIN_STEM = 3

NUMBER = "#"
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼ"))
_REPEATED_LETTER = re.compile(r"([^\W\d_])\1{2,}")
# Without possessive quantifiers: Python 3.11.2 reads "0," as one token with them.
TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_][^\W_]*\+?|\n|[^\w\s]")
_CLAUSE_ENDS = frozenset(".,;!?¡¿()\n")


def tokens(text: str) -> list[str]:
    """Return the folded words, numbers and single marks of a text, in order; "\\n" and marks that end a clause become
    BREAK."""
    plain = _REPEATED_LETTER.sub(r"\1", fold(text.translate(_APOSTROPHES)))
    return [BREAK if token in _CLAUSE_ENDS else token for token in TOKEN.findall(plain)]


@dataclass(frozen=True, slots=True)
class Slot:
    """One word of a phrase: any of `words`, any word that starts with one of `stems`, or any number."""

    words: frozenset[str]
    stems: tuple[str, ...]
    number: bool
    gap: bool

    def matches(self, word: str) -> bool:
        """Return whether the slot accepts a folded word."""
        return (
            word in self.words
            or (bool(self.stems) and word.startswith(self.stems))
            or (self.number and word[:1].isdecimal())
        )


Phrase = tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was found; `positions` has the index of each of its words, in order.

    `subject` is the theme or urgency id, or the number of the guard's group; "" if there is none.
    """

    kind: str
    subject: str
    positions: tuple[int, ...]

    @property
    def start(self) -> int:
        """The index of the first word."""
        return self.positions[0]

    @property
    def end(self) -> int:
        """The index after the last word."""
        return self.positions[-1] + 1


@dataclass(slots=True)
class Phrasebook:
    """Phrases by kind and subject, indexed by their first word. `rewrites` replaces a word by others, or by BREAK."""

    rewrites: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _by_word: dict[str, list[tuple[str, str, Phrase]]] = field(default_factory=dict)
    _by_stem: dict[str, list[tuple[str, str, Phrase]]] = field(default_factory=dict)

    def add(self, kind: str, subject: str, phrases: Iterable[Phrase]) -> None:
        """Add phrases that `find` reports with this kind and subject."""
        for phrase in phrases:
            first, entry = phrase[0], (kind, subject, phrase)
            for word in first.words:
                self._by_word.setdefault(word, []).append(entry)
            for start in {stem[:MIN_STEM] for stem in first.stems}:
                self._by_stem.setdefault(start, []).append(entry)
            if first.number:
                self._by_word.setdefault(NUMBER, []).append(entry)

    def expand_shorthand(self, found: Iterable[str]) -> list[str]:
        """Return tokens as the phrases expect them: shorthand written out, marks other than BREAK left out."""
        words: list[str] = []
        for token in found:
            if token in self.rewrites:
                words.extend(self.rewrites[token])
            elif token == BREAK or token[0].isalnum():
                words.append(token)
        return words

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Return all hits, by their first word; hits may overlap."""
        return [
            Hit(kind, subject, positions)
            for start, word in enumerate(words)
            for kind, subject, phrase in self._starting_with(word)
            if (positions := _positions(phrase, words, start))
        ]

    def _starting_with(self, word: str) -> Iterator[tuple[str, str, Phrase]]:
        yield from self._by_word.get(word, ())
        if word[:1].isdecimal():
            yield from self._by_word.get(NUMBER, ())
        yield from self._by_stem.get(word[:MIN_STEM], ())


def without_excused(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits except those that share a word with an "unless" phrase of the same subject."""
    excused = {(hit.subject, at) for hit in hits if hit.kind == "unless" for at in hit.positions}
    return [
        hit
        for hit in hits
        if hit.kind == "unless" or not any((hit.subject, at) in excused for at in hit.positions)
    ]


def _positions(phrase: Phrase, words: Sequence[str], start: int) -> tuple[int, ...]:
    """Return the indices of the words of the phrase, the first at `start` or, if its slot has a gap, up to GAP later;
    () if it does not match."""
    slot, rest = phrase[0], phrase[1:]
    for at in range(start, min(start + 1 + GAP * slot.gap, len(words))):
        word = words[at]
        if word == BREAK:
            break
        if slot.matches(word):
            if not rest:
                return (at,)
            others = _positions(rest, words, at + 1)
            if others:
                return (at, *others)
    return ()
