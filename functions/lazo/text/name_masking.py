"""Mask people's names in customers' comments on shared pages: a complaint is about what happened, not about a person.
(The manager who works on it reads the full comment on the follow-up page.)

Names of the store's staff list and contacts are found, also by surname or short form, and those that
`lazo.text.person_names` knows or guesses by the words around them. Misspelt and rare ones are not.
"""

import re
from functools import lru_cache
from itertools import pairwise

from lazo.store.model import Store
from lazo.text.cleaning import STYLED_LETTERS, fold
from lazo.text.name_cues import load_cues, short_forms
from lazo.text.person_names import Listed, find_people
from lazo.text.words_around import Word
from lazo.translations import translations

_JOINED = r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]"
"""Combining accents and characters without width, which belong to the word around them."""
_LETTER = r"(?:[^\W\d_]|[\u249c-\u24e9\U0001f110-\U0001f189\U0001f1e6-\U0001f1ff])"
"""A letter, those in brackets, circles and squares and those that make flags included: to Unicode they are signs."""
_LETTERS = rf"{_LETTER}(?:{_LETTER}|{_JOINED})*"
_WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*")
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_WITHIN_A_NAME = re.compile(r"[\s.\-]{1,3}")
_BETWEEN_NAMES = re.compile(r"[ \u00a0-]")
_BEFORE_A_WORD = " \t\u00a0\"'“”‘’«»([{*•–—-"
_SENTENCE_ENDS = ".!?…\n¿¡"
_PLAIN = STYLED_LETTERS | dict.fromkeys(map(ord, "()'’"), "")

Phrase = tuple[str, ...]
"""A name, as folded words."""
Names = dict[str, dict[int, dict[Phrase, bool]]]
"""Names by their first word and their number of words, longer ones first: however many share a first name, a word of a
text is compared once for each length. True: surely a name; False: a surname, which may be a word as well."""
_SHORTEST_SURNAME = 3


def mask_names(text: str, store: Store, written_in: str, reader: str) -> str:
    """Return `text` with people's names replaced by a word in the language `reader`, one for a name of several words.

    Names of the store's list count always, whatever their case; one that is also a word of the language `written_in`
    ("Rosa"), and a surname alone, only with a capital inside a sentence or beside what tells of a person.
    """
    people = _people((*store.staff, *(contact.name for contact in store.contacts)))
    words = _read(text, written_in)
    cues = load_cues(written_in)
    listed, phrases = _listed(people, text, words, cues.also_words)
    found = find_people(words, listed, cues)
    replacement: str = translations("masking", reader)["name"]
    parts, end = [], 0
    for at, word in enumerate(words):
        if not found[at]:
            continue
        goes_on = (
            at
            and found[at - 1]
            and (at in phrases or _BETWEEN_NAMES.fullmatch(text, words[at - 1].end, word.start))
        )
        parts += [] if goes_on else [text[end : word.start], replacement]
        end = word.end
    return "".join((*parts, text[end:]))


def _fold(text: str) -> str:
    """Return a word as it is compared; ⒜ is (a) in Unicode, whose brackets are no part of a name."""
    return fold(text).translate(_PLAIN)


def _read(text: str, language: str) -> list[Word]:
    spans = [(m.start(), m.start() + len(_POSSESSIVE.sub("", m[0]))) for m in _WORD.finditer(text)]
    ends = [end for _, end in spans]
    starts = [start for start, _ in spans]
    plain = [_fold(text[start:end]) for start, end in spans]
    words = []
    for at, (start, end) in enumerate(spans):
        before = text[ends[at - 1] if at else 0 : start]
        after = text[end : starts[at + 1] if at + 1 < len(spans) else len(text)]
        opens = not _inside_sentence(before, plain[at - 1] if at else "", language)
        capital = _is_capitalized(text, spans, at)
        acronym = capital and end - start > 1 and text[start:end].isupper()
        words.append(Word(start, end, plain[at], before, after, capital, acronym, opens))
    return words


def _listed(
    people: Names, text: str, words: list[Word], also_words: frozenset[str]
) -> tuple[list[Listed], set[int]]:
    """Return what the store's list says of each word, and the words that go on a listed name of several."""
    listed: list[Listed] = [""] * len(words)
    inner: set[int] = set()
    for at, word in enumerate(words):
        for length, phrases in people.get(word.plain, {}).items():
            candidate = words[at : at + length]
            phrase = tuple(each.plain for each in candidate)
            if phrase not in phrases or not _side_by_side(text, candidate) or at in inner:
                continue
            sure = phrases[phrase] and (length > 1 or word.plain not in also_words)
            listed[at : at + length] = ["name" if sure else "word"] * length
            inner.update(range(at + 1, at + length))
            break
    return listed, inner


def _side_by_side(text: str, words: list[Word]) -> bool:
    return all(_WITHIN_A_NAME.fullmatch(text, left.end, right.start) for left, right in pairwise(words))


def _is_capitalized(text: str, spans: list[tuple[int, int]], at: int) -> bool:
    """Return whether the word has a capital and is not part of a text written in capitals."""
    start, end = spans[at]
    if not text[start].isupper():
        return False
    neighbours = spans[max(0, at - 1) : at] + spans[at + 1 : at + 2]
    return not text[start:end].isupper() or not any(
        other_end - other > 1 and text[other:other_end].isupper() for other, other_end in neighbours
    )


def _inside_sentence(before: str, previous: str, language: str) -> bool:
    """Return whether a word stands inside a sentence, given what is between it and the `previous` one."""
    bare = before.rstrip(_BEFORE_A_WORD)
    if bare.endswith(".") and previous in _titles(language):  # "Sra. Luz"
        return True
    return bool(bare or previous) and bare[-1:] not in (*_SENTENCE_ENDS,)


@lru_cache(maxsize=256)
def _people(names: tuple[str, ...]) -> Names:
    """Return the full names, the first names with their short forms, and the other words of each name. Those are not
    sure to be a name where they stand alone."""
    sure: dict[Phrase, bool] = {}
    for name in names:
        whole = tuple(_fold(_POSSESSIVE.sub("", match[0])) for match in _WORD.finditer(name))
        for last in whole[1:]:
            if len(last) >= _SHORTEST_SURNAME:
                sure.setdefault((last,), False)
        for phrase in (
            (whole, *((short,) for short in (*whole[:1], *short_forms().get(whole[0], ())))) if whole else ()
        ):
            sure[phrase] = True
    found: Names = {}
    for phrase in sorted(sure, key=len, reverse=True):
        found.setdefault(phrase[0], {}).setdefault(len(phrase), {})[phrase] = sure[phrase]
    return found


@lru_cache
def _titles(language: str) -> frozenset[str]:
    return frozenset(map(_fold, translations("masking", language)["titles"]))
