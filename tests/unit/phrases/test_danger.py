"""Dangers by kind in each language, what only sounds like one, and everyday sentences (danger_sentences.txt).

Measured on the rules as they were: "seen" recall 82 of 252, precision 82 of 101; "unseen" 15 of 108. On the mended
rules, before they were mended for the part: "unseen" recall 107 of 108, precision 107 of 109 (its author wrote the
rules and may have had it in mind); "later", in other words on purpose, 36 of 72 and 36 of 39; "last" 28 of 36 and
28 of 28, and it stays out of what they are mended for.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lazo.phrases.themes import assess_comment, language_of_text
from lazo.translations import LANGUAGES

HERE = Path(__file__).parent
URGENCY_OF = {
    "poisoning": {"food_poisoning", "injury"},  # who ends up in hospital is hurt
    "gas": {"gas"},
    "shard": {"foreign_object", "injury"},
    "touch": {"harassment"},
    "weapon": {"weapon", "threat"},
    "trapped": {"trapped", "hazard"},  # also behind a locked emergency exit
    "wire": {"electricity"},
    "fire": {"fire"},
    "child": {"missing_child"},
    "selfharm": {"self_harm"},
    "medicine": {"medicine"},
    "wheelchair": {"discrimination"},
    "none": set(),
}
FROM_THE_FIELD = [
    ("es", "poisoning", "Me encanta el local, pero mi hija se intoxicó con el pescado y terminó en urgencias"),
    ("es", "gas", "huele a gas"),
    ("es", "shard", "había vidrio en la comida y me corté"),
    ("es", "touch", "un trabajador me tocó sin mi consentimiento"),
    ("es", "weapon", "sacó un cuchillo y amenazó a la cajera"),
    ("es", "trapped", "quedé encerrado en el ascensor"),
    ("es", "wire", "cable pelado al lado de los juegos"),
    *(("es", "none", text) for text in ("no me robaron", "nadie me discriminó", "nunca me he intoxicado", "sangría")),
    ("es", "none", "por accidente pagué de más"),
    *(("en", "none", text) for text in ("never got sick", "muito legal", "hospitality", "further", "hospitable")),
    *(("es", "none", text) for text in ("hospitality", "hospitalidad", "further", "never got sick", "muito legal")),
    *(("pt", "none", text) for text in ("hospitality", "further", "sangria", "hospitalidade", "muito legal")),
]  # fmt: skip


def read() -> Iterator[tuple[str, str, str, str]]:
    """Yield language, half, kind and sentence."""
    section = ["", "", ""]
    for line in (HERE / "danger_sentences.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]").split()
        elif line and not line.startswith("#"):
            yield section[0], section[1], section[2], line


def read_everyday() -> list[tuple[str, set[str], str]]:
    lines = (HERE / "everyday_sentences.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line and line[0] != "#"]
    return [(language.strip(), set(themes.split()), text.strip()) for language, themes, text in rows]


def read_rows(name: str) -> list[tuple[str, str, str]]:
    """Return language, kind of urgency ("-" for none) and text of each line of a file."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    rows = [[part.strip() for part in line.split("|")] for line in lines if line and line[0] != "#"]
    return [(language, kind, text) for language, kind, text in rows]


ROWS = list(read())
MENDED_FOR = [row for row in ROWS if row[1] != "last"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_sentences(language: str) -> None:
    count = {kind: sum(row[0] == language and row[2] == kind for row in MENDED_FOR) for kind in URGENCY_OF}
    assert min(count.values()) >= 12, count


@pytest.mark.parametrize(
    ("language", "kind", "text"), [*((row[0], row[2], row[3]) for row in MENDED_FOR), *FROM_THE_FIELD]
)
def test_a_danger_is_known_and_nothing_else_is_one(language: str, kind: str, text: str) -> None:
    found = set(assess_comment(text, (), language).urgency)
    assert found <= URGENCY_OF[kind] if kind == "none" else found & URGENCY_OF[kind], found


@pytest.mark.parametrize(("language", "kind", "text"), read_rows("daily_dangers.txt"))
def test_a_danger_of_an_ordinary_day_is_known_and_what_only_sounds_like_one_is_not(
    language: str, kind: str, text: str
) -> None:
    found = assess_comment(text, (), language).urgency
    assert found == () if kind == "-" else kind in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_danger_told_indirectly_is_known_and_a_figure_of_speech_is_none(language: str) -> None:
    rows = [row for row in read_rows("indirect_dangers.txt") if row[0] == language]
    found = [(kind, bool(assess_comment(text, (), language).urgency), text) for _, kind, text in rows]
    assert [row for row in found if row[0] == "-" and row[1]] == []
    missed = [row for row in found if row[0] != "-" and not row[1]]
    assert len(missed) <= 0.05 * len(found), missed


@pytest.mark.parametrize("page", LANGUAGES)
def test_a_danger_is_known_on_a_page_in_another_language(page: str) -> None:
    """Of the sentences of the other languages, most tell theirs by their words."""
    dangers = [row for row in MENDED_FOR if row[2] != "none" and row[0] != page]
    missed = [row[3] for row in dangers if not assess_comment(row[3], (), page).urgency]
    assert len(missed) <= 0.05 * len(dangers), missed


@pytest.mark.parametrize("page", LANGUAGES)
def test_no_rule_of_another_language_sees_a_danger_in_an_ordinary_sentence(page: str) -> None:
    ordinary = [row for row in ROWS if row[2] == "none"]
    assert [row[3] for row in ordinary if assess_comment(row[3], (), page).urgency] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_sentences_are_known_as_well_as_ever(language: str) -> None:
    rows = [row for row in ROWS if row[:2] == (language, "last")]
    right = [bool(assess_comment(row[3], (), language).urgency) == (row[2] != "none") for row in rows]
    assert sum(right) >= 14, f"{sum(right)} of {len(rows)}"


@pytest.mark.parametrize(("language", "themes", "text"), read_everyday())
def test_everyday_sentences_have_no_wrong_theme(language: str, themes: set[str], text: str) -> None:
    found = assess_comment(text, (), language)
    assert (set(found.themes), found.urgency, found.leaving) == (themes, (), False)


@pytest.mark.parametrize(
    ("page", "text", "language"),
    [
        ("es", "Muito legal", "pt"),
        ("en", "muito legal", "pt"),
        ("en", "Se demoraron", "es"),
        ("pt", "Nos atendieron mal", "es"),
        ("es", "never coming back", "en"),
        ("pt", "further", "pt"),
        ("es", "hospitality", "es"),
        ("es", "Todo ok con el delivery", "es"),
        ("pt-BR", "fila enorme", "pt"),
        ("fr", "la comida y el local", "es"),
        ("en", "Nunca me he intoxicado", "es"),
        ("es", "esperé dos horas", "es"),
    ],
)
def test_the_language_of_a_text(page: str, text: str, language: str) -> None:
    assert language_of_text(text, page) == language


@pytest.mark.parametrize(
    ("text", "dangers"),
    [
        ("Table b was dirty", ()),
        ("b", ()),
        ("Nooooo, not plan B", ()),
        ("I will write to the BBB", ("legal_threat",)),
    ],
)
def test_a_letter_is_not_the_word_that_repeats_it(text: str, dangers: tuple[str, ...]) -> None:
    assert assess_comment(text, (), "en").urgency == dangers


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Se me cerró la puerta automática en el brazo y me quedó un moretón enorme"),
        ("en", "The automatic door shut on my arm and left a huge bruise"),
        ("pt", "A porta automática fechou no meu braço e fiquei com um hematoma enorme"),
    ],
)
def test_who_is_hurt_by_a_door_was_not_attacked(language: str, text: str) -> None:
    """An alert names kinds in the order of URGENCY: with violence among them its reader is told to part people."""
    found = assess_comment(text, (), language, band="detractor")
    assert (found.urgency, "availability" in found.themes) == (("injury",), False)  # nor was the store closed
