"""Themes, urgency, leaving and competitors: against comments read by a person, and for any comment."""

import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazo.phrases.matching import Phrasebook, tokens
from lazo.phrases.theme_rules import (
    THEMES,
    URGENCY,
)
from lazo.phrases.themes import Findings, assess_comment
from lazo.translations import LANGUAGES
from tests.unit.phrases.theme_examples import (
    COMMENTS,
    SIGNALS,
    TEXTS,
    signals_of,
)


@pytest.mark.parametrize("half", ["seen", "unseen"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_precision_and_recall_of_themes(language: str, half: str) -> None:
    rows = [(themes, text) for lang, part, themes, _, text in COMMENTS if (lang, part) == (language, half)]
    found = [(themes, set(assess_comment(text, (), language).themes), text) for themes, text in rows]
    right = sum(len(wanted & got) for wanted, got, _ in found)
    precision = right / sum(len(got) for _, got, _ in found)
    recall = right / sum(len(wanted) for wanted, _, _ in found)
    sys.stdout.write(
        f"\n{language} {half}: {len(rows)} comments, precision {precision:.3f}, recall {recall:.3f}\n"
    )
    wrong = "\n".join(f"{text}: {wanted} but {got}" for wanted, got, text in found if wanted != got)
    assert len(rows) >= 20
    assert precision >= 0.9, wrong
    assert recall >= 0.95, wrong


@pytest.mark.parametrize(("language", "wanted", "text"), [(row[0], row[3], row[4]) for row in COMMENTS])
def test_urgency_and_leaving_of_comments(language: str, wanted: set[str], text: str) -> None:
    assert signals_of(assess_comment(text, (), language)) == wanted


@pytest.mark.parametrize(("language", "signal", "text"), SIGNALS)
def test_danger_is_distinguished_from_similar_texts(language: str, signal: str, text: str) -> None:
    found = signals_of(assess_comment(text, (), language))
    assert signal in found or (signal == "-" and not found), found


@pytest.mark.parametrize(
    ("language", "text", "themes"),
    [
        ("es", "no fue caro", ()),
        ("es", "nada caro y sin demora", ()),
        ("es", "sin embargo demoraron", ("waiting_time",)),
        ("es", "no puede ser que sea tan caro", ("price",)),
        ("es", "nunca vi un lugar tan sucio", ("cleanliness",)),
        ("es", "no solo caro, también sucio", ("price", "cleanliness")),
        ("es", "nada amables", ("staff_attitude",)),
        ("es", "no estaba limpio", ("cleanliness",)),
        ("es", "podría ser más barato", ("price",)),
        ("es", "no vuelvo mas caro y sucio", ("price", "cleanliness")),
        ("es", "los precios no son altos", ()),
        ("es", "no hay nada de stock", ("availability",)),
        ("es", "buena la comida, pésima la atención", ("service",)),
        ("es", "tomé una coca cola", ()),
        ("es", "esperaba más de ustedes", ()),
        ("es", "muy mala cara del cajero", ("staff_attitude",)),
        ("en", "not rude at all", ()),
        ("en", "no wait at all", ()),
        ("en", "wasn't expensive", ()),
        ("en", "not only slow but dirty", ("waiting_time", "cleanliness")),
        ("en", "I can't believe how rude they are", ("staff_attitude",)),
        ("en", "less than friendly", ("staff_attitude",)),
        ("en", "could be faster", ("waiting_time",)),
        ("en", "the food was good but the bathroom was not clean", ("cleanliness",)),
        ("en", "best wait staff ever", ()),
        ("pt", "não é caro", ()),
        ("pt", "sem demora e nada caro", ()),
        ("pt", "não só caro, também sujo", ("price", "cleanliness")),
        ("pt", "pouco simpáticos", ("staff_attitude",)),
        ("pt", "o preço não é alto", ()),
        ("pt", "q atendimento ruim, mto caro d+", ("service", "price")),
    ],
)
def test_negation_and_praise(language: str, text: str, themes: tuple[str, ...]) -> None:
    assert assess_comment(text, (), language).themes == themes


@pytest.mark.parametrize(
    ("page", "text", "themes", "wanted"),
    [
        ("es", "The staff was rude and my soup was cold", ("staff_attitude", "product_quality"), set()),
        ("es", "Terrible service", ("service",), set()),
        ("es", "Atendimento péssimo e o banheiro estava sujo", ("service", "cleanliness"), set()),
        ("pt", "La atención pésima y los baños sucios", ("service", "cleanliness"), set()),
        ("en", "me intoxiqué con el ceviche", ("product_quality",), {"food_poisoning"}),
        ("pt", "never coming back", (), {"leaving"}),
        ("pt-BR", "fila enorme", ("waiting_time",), set()),
        ("xx", "fila enorme", ("waiting_time",), set()),
        ("pt", "esperé un rato y la comida es muy barata", ("waiting_time",), set()),
        ("pt", "pasamos un buen rato, la comida barata y rica", (), set()),
        ("en", "No se demoraron nada, rapidísimo", (), set()),
        ("es", "No se demoraron nada, rapidísimo", (), set()),
    ],
)
def test_a_comment_in_another_language_than_the_page(
    page: str, text: str, themes: tuple[str, ...], wanted: set[str]
) -> None:
    findings = assess_comment(text, (), page)
    assert findings.themes == themes
    assert signals_of(findings) == wanted


def test_a_bare_word_names_its_theme() -> None:
    assert assess_comment("los baños, los precios", (), "es").themes == ("price", "cleanliness")
    assert assess_comment("Los baños son tres y quedan al fondo del local", (), "es").themes == ()


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("Prefiero ir al JUMBO o al lider", ["Líder", "Tottus", "Jumbo"], ("Líder", "Jumbo")),
        ("en Santa Isabel es mas barato", ["Santa Isabel"], ("Santa Isabel",)),
        ("en santa isabelita", ["Santa Isabel"], ()),
        ("mcdonalds es mejor", ["McDonald’s"], ("McDonald’s",)),
        ("P.F. Chang's is better", ["P. F. Chang’s"], ("P. F. Chang’s",)),
        ("voy al 7 eleven", ["7-Eleven"], ("7-Eleven",)),
        ("subliderado", ["Líder"], ()),
        ("nada", ["", "!!", "Líder"], ()),
        ("jumbo jumbo", ["Jumbo", "Jumbo"], ("Jumbo",)),
    ],
)
def test_competitors(text: str, names: list[str], found: tuple[str, ...]) -> None:
    assert assess_comment(text, (), "es", names).competitors == found


def test_an_empty_comment_has_only_its_reasons() -> None:
    assert assess_comment("", (), "es") == Findings((), (), False, ())
    assert assess_comment(" \n👍 ", ["comfort", "price", "comfort", "gone"], "en").themes == (
        "price",
        "comfort",
    )


ANY_TEXT = st.one_of(
    st.text(max_size=300), st.lists(st.sampled_from(TEXTS), max_size=4).map(" ".join), st.sampled_from(TEXTS)
)
ANY_LANGUAGE = st.sampled_from([*LANGUAGES, "pt_BR", "", "fr"])
REASONS = st.lists(st.sampled_from(THEMES))


@settings(deadline=None)
@given(ANY_TEXT, ANY_LANGUAGE, REASONS, st.lists(st.text(max_size=20), max_size=3))
def test_any_comment_can_be_assessed(text: str, language: str, reasons: list[str], rivals: list[str]) -> None:
    findings = assess_comment(text, reasons, language, rivals)
    assert set(reasons) <= set(findings.themes)
    assert findings.themes == tuple(theme for theme in THEMES if theme in findings.themes)
    assert findings.urgency == tuple(each for each in URGENCY if each in findings.urgency)
    assert set(findings.competitors) <= set(rivals)
    assert assess_comment(text, findings.themes, language, findings.competitors) == findings


@settings(deadline=None)
@given(st.sampled_from(TEXTS), st.sampled_from(LANGUAGES))
def test_case_accents_and_stretched_letters_do_not_matter(text: str, language: str) -> None:
    findings = assess_comment(text, (), language)
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    for variant in (
        text.upper(),
        text.lower(),
        text.title(),
        bare,
        bare.upper(),
        unicodedata.normalize("NFD", text),
    ):
        assert assess_comment(variant, (), language) == findings, variant


def test_chat_spelling() -> None:
    assert tokens("PÉÉÉÉSIMO, didn’t\nd+ 20min 1.500") == [
        "pesimo", "", "didnt", "", "d+", "20", "min", "1.500",
    ]  # fmt: skip


class Counted(list[str]):
    """A list of words that counts reads."""

    looks = 0

    def __getitem__(self, at: Any) -> Any:
        Counted.looks += 1
        return super().__getitem__(at)


HOSTILE = [
    "no ", "nunca ", "sin ", "no no hay ", "pedí pedí ", "me me ", "never ", "wasnt a ", "charged ", "bad service ",
    "não ", "veio ", "sem sem ", "pésima atención ", "a", "1.", "1,", "d+", "'", "́", "#", "aa ", "caro. ",
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", HOSTILE)
def test_matching_takes_linear_time(piece: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Phrasebook.expand_shorthand
    monkeypatch.setattr(Phrasebook, "expand_shorthand", lambda self, found: Counted(read(self, found)))

    def looks(length: int) -> int:
        Counted.looks = 0
        assess_comment((piece * length)[:length], (), language)
        return Counted.looks

    once, twice = looks(300), looks(600)
    assert twice <= 2.1 * once + 100
