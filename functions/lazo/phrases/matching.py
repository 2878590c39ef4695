"""Find phrases in texts.

A text is split into words without case, accents and letters repeated three times or more (but "BBB" stays); marks
that end a clause become BREAK. The ñ stays a letter of its own. A phrase is a sequence of slots, one word each; a slot
with a gap may match up to GAP words further on, never beyond a BREAK, and one with a wide gap up to WIDE_GAP, whatever
marks stand between.

The work is bounded by the length of the text and the number of phrases whose rarest slot has a word of it, whatever is
repeated: what a slot accepts is worked out once a text, as a set of places, and a phrase is followed backwards through
these sets, so that no place is tried in vain.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lazo.phrases import packed_phrasebook
from lazo.phrases.packed_phrasebook import UnpackedAccepted, UnpackedEntries, UnpackedIndex
from lazo.text.cleaning import fold

BREAK = ""
GAP = 3
WIDE_GAP = 12
"""In words and marks that end a clause."""
_WIDE_SHIFTS = (1, 2, 4, 5)
"""Shifts that, one after the other, spread a place over WIDE_GAP places before it."""
MAX_GAPS = 2
MIN_STEM = 3

NUMBER = "#"
_STEM_COST = 50
_NUMBER_COST = 300
"""How often a stem and a number count as being in a text, where a word counts as often as slots accept it."""
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼ"))
# For `fold`, which takes the mark off: a letter that it keeps stands for ñ meanwhile.
_ENYE = "ŋ"
_WITH_ENYE = {"ñ": _ENYE, "Ñ": _ENYE, "n\u0303": _ENYE, "N\u0303": _ENYE}
_REPEATED_LETTER = re.compile(r"([^\W\d_])\1{2,}")
# Without possessive quantifiers: Python 3.11.2 reads "0," as one token with them.
TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_][^\W_]*\+?|\n|[^\w\s]")
_CLAUSE_ENDS = frozenset(".,;!?¡¿()\n")


def tokens(text: str) -> list[str]:
    """Return the folded words, numbers and single marks of a text, in order; "\\n" and marks that end a clause become
    BREAK."""
    spelled = text.translate(_APOSTROPHES)
    if not spelled.isascii():
        for enye, kept in _WITH_ENYE.items():
            spelled = spelled.replace(enye, kept)
    plain = _REPEATED_LETTER.sub(_written_once, fold(spelled).replace(_ENYE, "ñ"))
    return [BREAK if token in _CLAUSE_ENDS else token for token in TOKEN.findall(plain)]


def _written_once(found: re.Match[str]) -> str:
    """Return a repeated letter once; three times where it is the whole word, as in "BBB", which is not the word "b"."""
    around = found.string[found.start() - 1 : found.start()] + found.string[found.end() : found.end() + 1]
    return found[1] if any(map(str.isalnum, around)) else found[1] * 3


def without_enye(word: str) -> str:
    """Return a word as people type it on a keyboard without ñ."""
    return word.replace("ñ", "n")


class Choices(NamedTuple):  # compared and hashed in C: a file has tens of thousands
    """What a slot accepts: any of `words`, any word that starts with one of `stems`, or any number."""

    words: frozenset[str]
    stems: tuple[str, ...]
    number: bool


class Slot(NamedTuple):
    """One word of a phrase, and how many may stand before it: none, GAP, or WIDE_GAP whatever marks are between."""

    choices: Choices
    gap: int


Phrase = tuple[Slot, ...]

_Accepted = tuple[Collection[str], Sequence[str], bool]
"""The fields of Choices."""
_Slots = Sequence[tuple[int, int]]
"""Of each slot, the number of what it accepts and its gap."""


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
    """Phrases by kind and subject. `rewrites` replaces a word by others, or by BREAK."""

    rewrites: dict[str, Sequence[str]] = field(default_factory=dict)
    _entries: list[tuple[str, str, _Slots]] = field(default_factory=list)
    _accepted: list[_Accepted] = field(default_factory=list)
    _numbers: dict[Choices, int] = field(default_factory=dict)
    _index: tuple[Mapping[str, Sequence[int]], Mapping[str, Sequence[int]]] | None = None

    def add(self, kind: str, subject: str, phrases: Iterable[Phrase]) -> None:
        """Add phrases that `find` reports with this kind and subject."""
        for phrase in phrases:
            self._entries.append((kind, subject, tuple((self._number(s.choices), s.gap) for s in phrase)))
        self._index = None

    def index(self) -> tuple[Mapping[str, Sequence[int]], Mapping[str, Sequence[int]]]:
        """Return the numbers of the phrases by the words, NUMBER among them, and by the first MIN_STEM letters of the
        stems of their rarest slot: of 800 phrases that begin with a word of a comment 250 have a rare one of it too."""
        if self._index is None:
            self._index = self._index_by_rarest_slot()
        return self._index

    def _index_by_rarest_slot(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        accepting = Counter(word for words, _, _ in self._accepted for word in words)
        costs = [
            sum(map(accepting.__getitem__, words)) + _STEM_COST * len(stems) + _NUMBER_COST * any_number
            for words, stems, any_number in self._accepted
        ]
        by_word: dict[str, list[int]] = {}
        by_stem: dict[str, list[int]] = {}
        for entry, (_, _, slots) in enumerate(self._entries):
            words, stems, any_number = self._accepted[min((n for n, _ in slots), key=costs.__getitem__)]
            for word in (*words, NUMBER) if any_number else words:
                by_word.setdefault(word, []).append(entry)
            for start in {stem[:MIN_STEM] for stem in stems}:
                by_stem.setdefault(start, []).append(entry)
        return by_word, by_stem

    def _number(self, choices: Choices) -> int:
        number = self._numbers.setdefault(choices, len(self._accepted))
        if number == len(self._accepted):
            self._accepted.append(choices)
        return number

    def phrases(self) -> list[tuple[str, str, list[_Accepted]]]:
        """Return kind, subject and what each slot accepts, of each phrase in the order in which they were added."""
        return [
            (kind, subject, [self._accepted[n] for n, _ in slots]) for kind, subject, slots in self._entries
        ]

    def to_json(self) -> list[Any]:
        """Return the content as JSON has it, for `from_json`."""
        return [
            self.rewrites,
            packed_phrasebook.pack_entries(self._entries),
            packed_phrasebook.pack_accepted(self._accepted),
            *map(packed_phrasebook.pack_index, self.index()),
        ]

    @classmethod
    def from_json(cls, plain: list[Any]) -> "Phrasebook":
        """Return the phrasebook that `to_json` was called on. Nothing can be added to it."""
        rewrites, entries, accepted, by_word, by_stem = plain
        read: tuple[Any, ...] = (
            UnpackedEntries(entries),
            UnpackedAccepted(accepted),
            {},
            (UnpackedIndex(by_word), UnpackedIndex(by_stem)),
        )
        return cls(rewrites, *read)

    def expand_shorthand(self, found: Iterable[str]) -> list[str]:
        """Return tokens as the phrases expect them: shorthand written out, marks other than BREAK left out."""
        words: list[str] = []
        for token in found:
            if token in self.rewrites:
                words.extend(self.rewrites[token])
            elif token == BREAK or token[0].isalnum():
                words.append(token)
        return words

    def ends_clause(self, token: str) -> bool:
        """Return whether a word is replaced by BREAK, as "but" is."""
        return list(self.rewrites.get(token, ())) == [BREAK]

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Return all hits, by their first word; hits may overlap."""
        text = _IndexedText(words, self._accepted)
        accepted = text.accepted
        hits = [
            Hit(kind, subject, positions)
            for kind, subject, slots in map(self._entries.__getitem__, self._candidates(text))
            if accepted[slots[-1][0]]
            for positions in text.positions(slots)
        ]
        return sorted(hits, key=lambda hit: hit.start)

    def _candidates(self, text: "_IndexedText") -> list[int]:
        """Return the phrases whose rarest slot may be in the text, in the order in which they were added."""
        by_word, by_stem = self.index()
        found: set[int] = set()
        for word in text.places:
            found.update(by_word.get(word, ()))
        for start in {word[:MIN_STEM] for word in text.places}:
            found.update(by_stem.get(start, ()))
        if text.numbers:
            found.update(by_word.get(NUMBER, ()))
        return sorted(found)


class _IndexedText:
    """The words of one text, each with the set of its places: an integer whose bit i stands for words[i].

    `beginnings` has the places of what words begin with, from MIN_STEM letters on. `accepted` has the places that a
    slot accepts, by its number; each is worked out once for the text.
    """

    def __init__(self, words: Sequence[str], choices: Sequence[_Accepted]) -> None:
        self.places: dict[str, int] = {}
        for at, word in enumerate(words):
            self.places[word] = self.places.get(word, 0) | 1 << at
        self._inside_clauses = ~self.places.pop(BREAK, 0)
        self.beginnings: dict[str, int] = {}
        self.numbers = 0
        for word, places in self.places.items():
            for end in range(MIN_STEM, len(word) + 1):
                self.beginnings[word[:end]] = self.beginnings.get(word[:end], 0) | places
            if word[0].isdecimal():
                self.numbers |= places
        self.accepted = _AcceptedPlaces(self, choices)

    def positions(self, slots: _Slots) -> Iterator[tuple[int, ...]]:
        """Yield the indices of the words of the phrase for each place where it starts, the earliest ones from there."""
        ends = [self.accepted[slots[-1][0]]]
        for (number, _), (_, gap) in zip(slots[-2::-1], slots[:0:-1], strict=True):
            ahead = ends[-1]
            if not ahead:
                return
            if gap == WIDE_GAP:
                for shift in _WIDE_SHIFTS:
                    ahead |= ahead >> shift
            else:
                for _ in range(gap):
                    ahead = ends[-1] | (ahead >> 1 & self._inside_clauses)
            ends.append(self.accepted[number] & ahead >> 1)
        starts = ends.pop()
        while starts:
            first = starts & -starts
            starts ^= first
            found = [first.bit_length() - 1]
            for places in reversed(ends):
                later = places >> found[-1] + 1
                found.append(found[-1] + (later & -later).bit_length())
            yield tuple(found)


class _AcceptedPlaces(dict[int, int]):
    """The places of a text that each slot accepts, by the number of the slot's choices; worked out when asked for."""

    def __init__(self, text: _IndexedText, choices: Sequence[_Accepted]) -> None:
        self._text = text
        self._words = frozenset(text.places)
        self._beginnings = frozenset(text.beginnings)
        self._choices = choices

    def __missing__(self, number: int) -> int:
        words, stems, any_number = self._choices[number]
        text = self._text
        places = text.numbers if any_number else 0
        if not self._words.isdisjoint(words):  # asked first: most slots have none, and this makes no set
            for word in self._words.intersection(words):
                places |= text.places[word]
        if stems and not self._beginnings.isdisjoint(stems):
            for stem in self._beginnings.intersection(stems):
                places |= text.beginnings[stem]
        self[number] = places
        return places


def without_excused(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits except those that share a word with an "unless" phrase of the same subject."""
    excused = {(hit.subject, at) for hit in hits if hit.kind == "unless" for at in hit.positions}
    return [
        hit
        for hit in hits
        if hit.kind == "unless" or not any((hit.subject, at) in excused for at in hit.positions)
    ]
