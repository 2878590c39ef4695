"""Texts for people have the apostrophe of print (U+2019); those of SMS get the typewriter's from the GSM alphabet."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from lazo.text.gsm7 import to_gsm7
from lazo.translations import DATA

RULES = ("guard", "masking", "signal_words", "themes")
"""Catalogs of phrases to look for, not of texts to read."""
CATALOGS = sorted(each.name for each in DATA.iterdir() if each.is_dir() and each.name not in RULES)


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", value, flags=re.S)
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)


@pytest.mark.parametrize("catalog", CATALOGS)
def test_no_text_mixes_apostrophes(catalog: str) -> None:
    files = sorted((DATA / catalog).glob("*.toml"))
    assert files
    for file in files:
        with file.open("rb") as opened:
            found = [text for text in texts_in(tomllib.load(opened)) if "'" in text]
        assert found == [], file.name


def test_an_sms_has_the_typewriters() -> None:
    assert to_gsm7("It’s yours now") == "It's yours now"
