"""The rule files of themes, and the mistakes that the check names."""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lazo.phrases.theme_rules import (
    FOLDER,
    THEMES,
    URGENCY,
    check_theme_rules,
    check_typical_words,
    compile_theme_rules,
    compiled_path,
    load_theme_rules,
)
from lazo.phrases.themes import Findings, assess_comment
from lazo.translations import LANGUAGES
from tests.unit.phrases.shortened_rules import shortened


def test_ids_of_themes_and_urgency() -> None:
    assert " ".join(THEMES) == (
        "service waiting_time staff_attitude product_quality price cleanliness comfort order_error "
        "availability payment delivery location"
    )
    assert " ".join(URGENCY) == (
        "self_harm weapon fire gas electricity trapped missing_child allergic_reaction medicine food_poisoning "
        "harassment threat violence injury foreign_object hazard vermin discrimination theft legal_threat press "
        "allergy"
    )


def test_a_shortened_file_has_everything_but_entries() -> None:
    for language in LANGUAGES:
        whole = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        short = tomllib.loads(shortened(language))
        assert list(places_in(short)) == list(places_in(whole))
        assert len(shortened(language)) < len(shortened(language, '"')) / 3


def places_in(section: dict[str, Any], path: str = "") -> Iterator[str]:
    for name, content in section.items():
        yield f"{path}{name}"
        if isinstance(content, dict):
            yield from places_in(content, f"{path}{name}.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rule_files_are_valid(language: str) -> None:
    assert check_theme_rules(language) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "[themes.price]",
            "[themes.prices]",
            'en.toml: themes: "prices" is not known; known are: availability',
        ),
        ("[themes.price]", "[themes.prices]", 'en.toml: themes: "price" is missing'),
        ("[urgency.theft]", "[urgency.robbery]", 'en.toml: urgency: "robbery" is not known'),
        ("[leaving]", "[going]", 'en.toml: file: "leaving" is missing'),
        ('"expensive",', '"exp*",', '"exp*": a stem needs 4 letters or more before the * here'),
        ('"expensive",', '"so ex*",', '"ex*": a stem needs 3 letters or more before the * here'),
        ('"expensive",', '"expensive", "EXPENSIVE",', '"EXPENSIVE": says the same as "expensive"'),
        (
            '"expensive",',
            '"expensive", "expens*",',
            '"expensive": "expensive" is covered by "expens*" already',
        ),
        ('"expensive",', '"so {dear}",', 'there is no list "dear" in [words]'),
        ('"expensive",', '"... dear",', 'a gap "..." or "&" needs a word on both sides'),
        ('"expensive",', '"a ... b ... c ... d",', 'has more than 2 gaps "..."'),
        ('"expensive",', '"a ~ b ~ c",', 'has more than one "~"'),
        ('"expensive",', '"a & b & c & d",', 'has more than two "&"'),
        ('"expensive",', '"& dear",', 'a gap "..." or "&" needs a word on both sides'),
        ('"expensive",', '"too-dear",', '"too-dear" is not one word'),
        ('"expensive",', '"dear but fine",', '"but" is read as the end of a clause ([shorthand] or breaks)'),
        ('"expensive",', '"u overcharge",', '"u" is read as you ([shorthand] or breaks): it never matches'),
        ('"although",', '"even so",', 'breaks: "even so": this list holds single words only'),
        ('"steep",', '"too steep",', "a list for use in {...} holds single words only"),
        ('"expensive",', "7,", "7: an entry is a word or phrase in quotes"),
        (
            'theme = "product_quality"',
            'theme = "food"',
            'urgency.food_poisoning.theme: there is no theme "food"',
        ),
        ('u = "you"', 'u = "U"', "shorthand.u: says nothing: accents and capitals do not matter"),
        ('u = "you"', 'u = ""', "shorthand.u: needs one word on the left and a text on the right"),
        ("negators = [", "negators = 3\nx = [", 'en.toml: negators: must be a list: ["...", "..."]'),
        ("negators = [", "negators = ", "en.toml: file: cannot be read: "),
        ("[shorthand]", "shorthand = 1\n[other]", "en.toml: shorthand: must be a section, [shorthand]"),
    ],
)
def test_a_mistake_in_a_rule_file_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    content = shortened("en", old)
    assert content.count(old) >= 1
    (tmp_path / "en.toml").write_text(content.replace(old, new, 1), encoding="utf-8")
    problems = check_theme_rules("en", tmp_path)
    assert any(problem in found for found in problems), problems


def test_a_missing_rule_file_is_named(tmp_path: Path) -> None:
    (problem,) = check_theme_rules("es", tmp_path)
    assert problem.startswith("es.toml: file: cannot be read: ")


def test_an_entry_with_a_mistake_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pt.toml").write_text(
        shortened("pt") + '\n[urgency.boredom]\nfound = ["que tedio"]\n', encoding="utf-8"
    )
    monkeypatch.setattr("lazo.phrases.theme_rules.FOLDER", tmp_path)
    load_theme_rules.cache_clear()
    try:
        assert check_theme_rules("pt", tmp_path)
        assert load_theme_rules("pt").phrasebook
    finally:
        load_theme_rules.cache_clear()


@pytest.fixture
def rules_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with some of the Portuguese rules, which are read from there."""
    shutil.copy(FOLDER / "typical_words.toml", tmp_path)
    (tmp_path / "pt.toml").write_text(shortened("pt", '"caro"', '"fila', "intoxicad"), encoding="utf-8")
    monkeypatch.setattr("lazo.phrases.theme_rules.FOLDER", tmp_path)
    load_theme_rules.cache_clear()
    yield tmp_path / "pt.toml"
    load_theme_rules.cache_clear()


def themes_of(text: str) -> Findings:
    load_theme_rules.cache_clear()
    return assess_comment(text, ("service",), "pt")


def test_compiled_rules_find_what_the_file_says(rules_in: Path) -> None:
    read = load_theme_rules("pt").phrasebook.phrases()
    assert compile_theme_rules(rules_in) == []
    load_theme_rules.cache_clear()
    compiled = load_theme_rules("pt").phrasebook
    assert [kind for kind, *_ in compiled.phrases()] == [kind for kind, *_ in read]
    assert themes_of("Caro, fila enorme, fui intoxicada pela comida").urgency == ("food_poisoning",)
    assert themes_of("Caro, fila enorme").themes == ("service", "waiting_time", "price")


def test_a_file_that_was_edited_since_it_was_compiled_is_read_anew(rules_in: Path) -> None:
    assert compile_theme_rules(rules_in) == []
    text = rules_in.read_text(encoding="utf-8").replace('"caro", ', '"caro", "salgadinho no preço", ')
    rules_in.write_text(text, encoding="utf-8")
    assert "price" in themes_of("salgadinho no preço").themes


def test_a_file_that_is_not_toml_leaves_the_rules_as_last_compiled(rules_in: Path) -> None:
    assert compile_theme_rules(rules_in) == []
    rules_in.write_text("negators = [", encoding="utf-8")
    found = themes_of("Caro, fila enorme")
    assert found.themes == ("service", "waiting_time", "price")
    assert found.rule_problems[0].startswith("pt.toml: file: cannot be read")


@pytest.mark.parametrize("compiled", [None, "{", "[0, 1, 2, 3]", "[]"])
def test_without_rules_an_answer_has_what_was_ticked(rules_in: Path, compiled: str | None) -> None:
    if compiled is not None:
        compiled_path(rules_in).parent.mkdir()
        compiled_path(rules_in).write_text(compiled)
    rules_in.write_text("negators = [", encoding="utf-8")
    found = themes_of("Caro, fila enorme")
    assert found.themes == ("service",)
    assert found.rule_problems


def test_a_file_with_a_mistake_is_not_compiled(rules_in: Path) -> None:
    rules_in.write_text(rules_in.read_text(encoding="utf-8") + "\n[urgency.boredom]\n", encoding="utf-8")
    assert compile_theme_rules(rules_in)
    assert not compiled_path(rules_in).exists()


def test_typical_words_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    assert check_typical_words() == []
    assert check_typical_words(tmp_path)
    (tmp_path / "typical_words.toml").write_text("[es]\nwords = 1\n")
    assert check_typical_words(tmp_path) == ['typical_words.toml: es.words: must be a list: ["...", "..."]']
