"""The texts of alerts in every language."""

from typing import Any

import pytest

from lazo.phrases import theme_rules
from lazo.translations import LANGUAGES, translations


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_theme_and_danger_has_a_label(language: str) -> None:
    labels = translations("labels", language)
    assert set(labels["themes"]) == set(theme_rules.THEMES)
    assert set(labels["urgency"]) == set(theme_rules.URGENCY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    def shape(value: Any) -> Any:
        return {k: shape(v) for k, v in value.items()} if isinstance(value, dict) else None

    for purpose in ("alerts", "labels"):
        assert shape(translations(purpose, language)) == shape(translations(purpose, "en"))
