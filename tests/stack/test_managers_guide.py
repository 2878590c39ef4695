"""The managers' guide: the same in three languages, and in the words that messages and pages have today."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lazo.translations import LANGUAGES, translations

DOCS = Path(__file__).parents[2] / "docs"
CATALOGS = (
    "case",
    "desk_frame",
    "digest",
    "insights_frame",
    "customer_page",
    "labels",
    "lists",
    "sms_replies",
    "wall",
    "lists",
)
BOLD = re.compile(r"\*\*(.+?)\*\*")


def guide(language: str) -> str:
    return (DOCS / f"managers-guide.{language}.md").read_text(encoding="utf-8")


def lines_of(texts: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each line below; of a list each entry has the path of the list."""
    if isinstance(texts, str):
        yield path, texts
    elif isinstance(texts, dict):
        for key, below in texts.items():
            yield from lines_of(below, f"{path}.{key}")
    elif isinstance(texts, list):
        for each in texts:
            yield from lines_of(each, path)


def keys_of(phrase: str, language: str) -> set[str]:
    """Return the lines that say just this (an SMS keyword: in capitals), or that an alert says it in."""
    found = {
        catalog + path
        for catalog in CATALOGS
        for path, text in lines_of(translations(catalog, language))
        if phrase == text or (".understood." in path and phrase == text.upper())
    }
    alerts = lines_of(translations("alerts", language))
    return found | {f"alerts{path}" for path, text in alerts if phrase in text}


def parts(text: str) -> list[str]:
    """Return what the guide is built of, in order: the marks of headings, list entries and rows, "" for a paragraph."""
    blocks = re.split(r"\n\s*\n|\n(?=[-|] |\d\. |\|)", text.strip())
    return [re.sub(r"(?s)^(#+|[-|]|\d\.|    |).*", r"\1", block) for block in blocks]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guides_have_the_same_parts(language: str) -> None:
    found = parts(guide(language))
    assert found == parts(guide("es"))
    assert (found.count("#"), found.count("##")) == (1, 13)


def test_what_they_name_are_the_words_of_messages_and_pages_in_the_same_order() -> None:
    phrases = {
        language: BOLD.findall(guide(language))[1:] for language in LANGUAGES
    }  # the first is "bold" itself
    assert {len(found) for found in phrases.values()} == {38}
    for said in zip(*phrases.values(), strict=True):
        by_language = dict(zip(phrases, said, strict=True))
        keys = {language: keys_of(phrase, language) for language, phrase in by_language.items()}
        stop = all(any(".understood.stop" in key for key in each) for each in keys.values())
        if not stop and "STOP" not in said:
            assert set.intersection(*keys.values()), (by_language, keys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_links_to_the_others(language: str) -> None:
    assert set(re.findall(r"managers-guide\.(\w\w)\.md", guide(language))) == set(LANGUAGES) - {language}
    assert f"managers-guide.{language}.md" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
