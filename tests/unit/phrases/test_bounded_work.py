"""What rules do for one text grows with its length only, whatever is repeated in it. Steps are counted, not timed."""

import sys
from collections import Counter
from dataclasses import replace

import pytest

from lazo.followup.sms_keywords import parse_keyword
from lazo.phrases.contact_wishes import asks_for_contact
from lazo.phrases.deobfuscation import variants
from lazo.phrases.matching import MIN_STEM, Phrasebook
from lazo.phrases.theme_rules import load_theme_rules
from lazo.phrases.themes import assess_comment
from lazo.phrases.wording_guard import find_blocked_words
from lazo.phrases.wording_guard_rules import load_guard_rules
from lazo.text.name_masking import mask_names
from lazo.translations import LANGUAGES
from tests.builders import make_store
from tests.parts import part
from tests.steps import count_steps, count_steps_of_each

LENGTH = 300
"""Characters of a text: enough to tell work that grows with the square of the length (`no no no` needed 3,395 steps a
character at 2,000, the longest comment)."""

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="steps are counted by sys.monitoring (3.12)"
)

# Steps a character, a little more than the worst text needs: 44 and 90. Before phrases were followed through sets of
# places, "no no no" needed 3,395 and 177.
THEMES = 50
GUARD = 110

HOSTILE = [
    "no ", "nunca ", "sin ", "no no hay ", "me me ", "never ", "wasnt a ", "bad service ", "não ", "sem sem ", "a",
    "1.", "1,", "d+", "'", "\u0301", "#", "aa ", "caro. ", "n p s ", "n.p.s.", "www.a nps ", "Ana ", "Ana. ",
    "stop ", "1 ", "gracias ",
]  # fmt: skip


def repeated(piece: str) -> str:
    return (piece * LENGTH)[:LENGTH]


def sentences(book: Phrasebook) -> list[str]:
    """Return each phrase as a text, with one word for each of its slots."""
    return [
        " ".join(next(iter([*sorted(words), *sorted(stems), "7"])) for words, stems, _ in slots)
        for _, _, slots in book.phrases()
    ]


def trigger_words(book: Phrasebook) -> list[str]:
    """Return each word for which phrases are tried, that of the most phrases first."""
    by_word, by_stem = book.index()
    tried = Counter({word: len(numbers) for word, numbers in by_word.items()})
    for stem in {stem for _, _, slots in book.phrases() for _, stems, _ in slots for stem in stems}:
        tried[stem] += len(by_stem.get(stem[:MIN_STEM], ()))
    return [word for word, _ in tried.most_common()]


MANY = 1500
"""Words of three languages for which at least six phrases each are tried; those of fewer cost less."""


def worst(steps: dict[str, int]) -> tuple[float, str]:
    piece = max(steps, key=steps.__getitem__)
    return steps[piece] / LENGTH, piece


@pytest.mark.parametrize("language", LANGUAGES)
def test_themes_of_repeated_words(language: str) -> None:
    book = load_theme_rules(language).phrasebook
    pieces = [
        *(f"{word} " for word in part(trigger_words(book)[:MANY], 4)),
        *(f"{s} " for s in part(sentences(book)[::20], 4)),
        *HOSTILE,
    ]
    for each in LANGUAGES:
        load_theme_rules(each).phrasebook.index()  # made once, not for each text
    assess_comment("no", (), language)
    assess = count_steps_of_each(lambda piece: assess_comment(repeated(piece), (), language), pieces)
    assert worst(assess)[0] <= THEMES, worst(assess)


@pytest.mark.parametrize("language", LANGUAGES)
def test_guard_for_repeated_words(language: str) -> None:
    book = load_guard_rules(language).phrasebook
    pieces = [
        *(f"{word} " for word in part(trigger_words(book)[::60], 4)),
        *(f"{s} " for s in part(sentences(book)[::100], 4)),
        *HOSTILE,
    ]
    steps = count_steps_of_each(lambda p: find_blocked_words(repeated(p), language, ("Ana",)), pieces)
    assert worst(steps)[0] <= GUARD, worst(steps)


READERS = {
    "variants": (90, variants),
    "mask_names": (30, lambda text: mask_names(text, make_store(), "es", "es")),
    "parse_keyword": (60, parse_keyword),
    "asks_for_contact": (20, lambda text: asks_for_contact(text, "es")),
}


@pytest.mark.parametrize("name", READERS)
def test_other_readers_of_repeated_words(name: str) -> None:
    bound, read = READERS[name]
    for piece in HOSTILE:
        read(piece)  # loads the rules that it needs
    steps = count_steps_of_each(lambda piece: read(repeated(piece)), HOSTILE)
    assert worst(steps)[0] <= bound, worst(steps)


def test_names_that_share_a_first_name_cost_no_more() -> None:
    def steps(staff: int) -> int:
        store = replace(make_store(), staff=tuple(f"Ana Apellido{number:03}" for number in range(staff)))
        mask_names("Ana", store, "es", "es")
        return count_steps(lambda: mask_names(repeated("Ana "), store, "es", "es"))

    assert steps(200) <= 1.2 * steps(2)
