"""Mask the names of a store's staff in customers' comments on shared pages: a complaint is about what happened, not
about a person. (The manager who works on it reads the full comment on the follow-up page.)

Only names of the store's staff list and contacts are found; nicknames and misspelt names are not.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lazo.store.model import Store
from lazo.text.cleaning import STYLED_LETTERS, fold
from lazo.translations import translations

_JOINED = r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]"
"""Combining accents and characters without width, which belong to the word around them."""
_LETTER = r"(?:[^\W\d_]|[\u249c-\u24e9\U0001f110-\U0001f189\U0001f1e6-\U0001f1ff])"
"""A letter, those in brackets, circles and squares and those that make flags included: to Unicode they are signs."""
_LETTERS = rf"{_LETTER}(?:{_LETTER}|{_JOINED})*"
_WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_WITHIN_A_NAME = re.compile(r"[\s.\-]{1,3}")
_BEFORE_A_WORD = " \t\u00a0\"'“”‘’«»([{*•–—-"
_SENTENCE_ENDS = ".!?…\n¿¡"
_PLAIN = STYLED_LETTERS | dict.fromkeys(map(ord, "()"), "")

Phrase = tuple[str, ...]
"""A name, as folded words."""
Names = dict[str, dict[int, frozenset[Phrase]]]
"""Names by their first word and their number of words, longer ones first: however many share a first name, a word of a
text is compared once for each length."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text without a possessive 's: text[start:end]. `plain` is its folded form."""

    start: int
    end: int
    plain: str


def mask_names(text: str, store: Store, written_in: str, reader: str) -> str:
    """Return `text` with the names of the store's staff and contacts replaced by a word in the language `reader`.

    Matches whole words, whatever their case and accents. A first name that is also a word of the language `written_in`
    counts as a name only if it is capitalized inside a sentence.
    """
    people = _people((*store.staff, *(contact.name for contact in store.contacts)))
    words = [_word(match) for match in _WORD.finditer(text)]
    replacement: str = translations("masking", reader)["name"]
    parts, end, at = [], 0, 0
    while at < len(words):
        length = _name_length(people, text, words, at, written_in)
        if length:
            parts += [text[end : words[at].start], replacement]
            end = words[at + length - 1].end
        at += length or 1
    return "".join((*parts, text[end:]))


def _fold(text: str) -> str:
    """Return a word as it is compared; ⒜ is (a) in Unicode, whose brackets are no part of a name."""
    return fold(text).translate(_PLAIN)


def _word(match: re.Match[str]) -> _Word:
    bare = _POSSESSIVE.sub("", match[0])
    return _Word(match.start(), match.start() + len(bare), _fold(bare))


def _name_length(people: Names, text: str, words: list[_Word], at: int, written_in: str) -> int:
    """Return how many words, from words[at] on, are a name; 0 if none."""
    for length, phrases in people.get(words[at].plain, {}).items():
        candidate = words[at : at + length]
        phrase = tuple(word.plain for word in candidate)
        if phrase not in phrases or not _side_by_side(text, candidate):
            continue
        if length > 1 or phrase[0] not in _also_words(written_in):
            return length
        return int(_is_capitalized(text, words, at) and _inside_sentence(text, words, at, written_in))
    return 0


def _side_by_side(text: str, words: list[_Word]) -> bool:
    return all(_WITHIN_A_NAME.fullmatch(text, left.end, right.start) for left, right in pairwise(words))


def _is_capitalized(text: str, words: list[_Word], at: int) -> bool:
    """Return whether the word has a capital and is not part of a text written in capitals."""
    word = words[at]
    neighbours = words[max(0, at - 1) : at] + words[at + 1 : at + 2]
    all_caps = text[word.start : word.end].isupper() and any(
        other.end - other.start > 1 and text[other.start : other.end].isupper() for other in neighbours
    )
    return text[word.start].isupper() and not all_caps


def _inside_sentence(text: str, words: list[_Word], at: int, written_in: str) -> bool:
    since = words[at - 1].end if at else 0
    before = text[since : words[at].start].rstrip(_BEFORE_A_WORD)
    if before.endswith(".") and at and words[at - 1].plain in _titles(written_in):  # "Sra. Luz"
        return True
    return bool(before or at) and before[-1:] not in (*_SENTENCE_ENDS,)


@lru_cache(maxsize=256)
def _people(names: tuple[str, ...]) -> Names:
    """Return the full names and first names."""
    phrases = set()
    for name in names:
        whole = tuple(_word(match).plain for match in _WORD.finditer(name))
        phrases |= {whole, whole[:1]} - {()}
    found: Names = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        of_length = found.setdefault(phrase[0], {})
        of_length[len(phrase)] = of_length.get(len(phrase), frozenset()) | {phrase}
    return found


@lru_cache
def _also_words(language: str) -> frozenset[str]:
    return frozenset(map(_fold, translations("masking", language)["also_words"]))


@lru_cache
def _titles(language: str) -> frozenset[str]:
    return frozenset(map(_fold, translations("masking", language)["titles"]))
