"""Texts of the customer's page: the same in three languages, and all pass the wording guard."""

from collections.abc import Iterator
from typing import Any

import pytest

from lazo.phrases import wording_guard
from lazo.translations import LANGUAGES, translations


def lines(said: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        if isinstance(value, dict):
            yield from lines(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def placeholders(line: str) -> list[str]:
    return sorted(part.partition("}")[0] for part in line.split("{")[1:])


@pytest.mark.parametrize("subject", ["acknowledgement", "address_link", "customer_page", "thanks"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_passes_the_wording_guard(language: str, subject: str) -> None:
    for name, line in lines(translations(subject, language)):
        filled = line.format(
            shop="Aurora Norte",
            name="Ana",
            when="el lunes",
            day="el lunes",
            address="e••••@example.org",
            link="https://x.example/m/abc",
            place="Caja 3",
            start="18:00",
            end="20:00",
        )
        assert wording_guard.find_blocked_words(filled, language, ("Aurora Norte", "Ana")) == (), name


@pytest.mark.parametrize("subject", ["acknowledgement", "address_link", "customer_page", "thanks"])
def test_each_language_has_the_same_lines_and_placeholders(subject: str) -> None:
    spanish, *others = (dict(lines(translations(subject, language))) for language in LANGUAGES)
    for other in others:
        assert other.keys() == spanish.keys()
        for name, line in spanish.items():
            assert placeholders(other[name]) == placeholders(line), name
