"""The texts of the survey in every language."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from lazo import translations
from lazo.phrases.theme_rules import THEMES

DATA = Path(translations.__file__).parent / "data" / "survey"
LANGUAGES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in DATA.glob("*.toml")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reasons_to_tick_are_the_themes(language: str) -> None:
    assert set(LANGUAGES[language]["reasons"]) == set(THEMES)


def test_the_languages_have_the_same_texts_in_the_same_order() -> None:
    def shape(words: dict[str, Any]) -> dict[str, list[str]]:
        return {part: list(texts) for part, texts in words.items()}

    assert set(LANGUAGES) == {"es", "en", "pt"}
    assert shape(LANGUAGES["es"]) == shape(LANGUAGES["en"]) == shape(LANGUAGES["pt"])
    assert len({words["consent"]["version"] for words in LANGUAGES.values()}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_filled_in(language: str) -> None:
    known = {"shop": "", "count": ""}
    for part, texts in LANGUAGES[language].items():
        for name, text in texts.items():
            assert text.strip() == text != "", f"{part}.{name}"
            text.format(**known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_have_no_trade_terms(language: str) -> None:
    forbidden = ("nps", "detractor", "detrator", "promotor", "promoter", "pasivo", "passive", "passivo")
    shown = str(LANGUAGES[language]).lower()
    assert [word for word in forbidden if word in shown] == []
