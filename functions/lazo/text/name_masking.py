"""Names of a shop's staff in customers' words, masked where a page is shared: a complaint is about what happened, not
about a person. (The manager who works on it reads it whole, on the follow-up page.)

Names are those that the shop names. A nickname, a misspelt name and a name that nobody told us of are not found.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lazo.store.model import Store
from lazo.text.cleaning import fold
from lazo.translations import translations

_JOINED = r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]"
"""Accents written apart, and what has no width: parts of the word that they stand in."""
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|{_JOINED})*(?:['’][^\W\d_](?:[^\W\d_]|{_JOINED})*)*")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_WITHIN_A_NAME = re.compile(r"[\s.\-]{1,3}")
_BEFORE_A_WORD = " \t\u00a0\"'“”‘’«»([{*•–—-"
_SENTENCE_ENDS = ".!?…\n¿¡"

Phrase = tuple[str, ...]
"""A name as folded words."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text, a possessive 's left out; `plain` is its folded form."""

    start: int
    end: int
    plain: str


def mask_names(text: str, store: Store, written_in: str, reader: str) -> str:
    """`text` with the names of the shop's staff and contacts replaced by a word in the reader's language.

    Whole words, whatever their case and accents. A first name that is a word of the language `written_in` as well
    is a name only where it has a capital inside a sentence.
    """
    people = _people((*store.staff, *(contact.name for contact in store.contacts)))
    found = [_word(match) for match in _WORD.finditer(text)]
    instead: str = translations("masking", reader)["name"]
    kept, end, at = [], 0, 0
    while at < len(found):
        length = _named(people, text, found, at, written_in)
        if length:
            kept += [text[end : found[at].start], instead]
            end = found[at + length - 1].end
        at += length or 1
    return "".join((*kept, text[end:]))


def _fold(text: str) -> str:
    return fold(text, styled=False)


def _word(match: re.Match[str]) -> _Word:
    bare = _POSSESSIVE.sub("", match[0])
    return _Word(match.start(), match.start() + len(bare), _fold(bare))


def _named(
    people: dict[str, tuple[Phrase, ...]], text: str, found: list[_Word], at: int, written_in: str
) -> int:
    """How many words, from the word `at` on, are a name; 0 for none."""
    for phrase in people.get(found[at].plain, ()):
        here = found[at : at + len(phrase)]
        if tuple(word.plain for word in here) != phrase or not _side_by_side(text, here):
            continue
        if len(phrase) > 1 or phrase[0] not in _also_words(written_in):
            return len(phrase)
        return int(_has_capital(text, found, at) and _inside_sentence(text, found, at, written_in))
    return 0


def _side_by_side(text: str, here: list[_Word]) -> bool:
    return all(_WITHIN_A_NAME.fullmatch(text, left.end, right.start) for left, right in pairwise(here))


def _has_capital(text: str, found: list[_Word], at: int) -> bool:
    """A capital that means something: not one of a text in capitals."""
    word = found[at]
    around = found[max(0, at - 1) : at] + found[at + 1 : at + 2]
    loud = text[word.start : word.end].isupper() and any(
        other.end - other.start > 1 and text[other.start : other.end].isupper() for other in around
    )
    return text[word.start].isupper() and not loud


def _inside_sentence(text: str, found: list[_Word], at: int, written_in: str) -> bool:
    before = text[: found[at].start].rstrip(_BEFORE_A_WORD)
    if before.endswith(".") and at and found[at - 1].plain in _titles(written_in):
        return True
    return bool(before) and before[-1] not in _SENTENCE_ENDS


@lru_cache(maxsize=256)
def _people(names: tuple[str, ...]) -> dict[str, tuple[Phrase, ...]]:
    """Each whole name and each first name, by its first word; longer ones first."""
    phrases = set()
    for name in names:
        whole = tuple(_word(match).plain for match in _WORD.finditer(name))
        phrases |= {whole, whole[:1]} - {()}
    by_first: dict[str, tuple[Phrase, ...]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first[phrase[0]] = (*by_first.get(phrase[0], ()), phrase)
    return by_first


@lru_cache
def _also_words(language: str) -> frozenset[str]:
    return frozenset(map(_fold, translations("masking", language)["also_words"]))


@lru_cache
def _titles(language: str) -> frozenset[str]:
    return frozenset(map(_fold, translations("masking", language)["titles"]))
