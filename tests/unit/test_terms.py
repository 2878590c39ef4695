"""What the team reads has the words of docs/terms.md, and Portuguese no article before a store's name."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from lazo.translations import LANGUAGES, translations

ROOT: Final = Path(__file__).parents[2]
DATA: Final = ROOT / "functions" / "lazo" / "data"
HEADINGS: Final = {"es": "Español", "en": "English", "pt": "Português"}
FOR_THE_TEAM: Final = (
    "alerts",
    "answers_feed",
    "board",
    "case",
    "desk_frame",
    "digest",
    "first_steps",
    "improvements_page",
    "insight",
    "insights_frame",
    "insights_overview",
    "insights_stores",
    "insights_team",
    "insights_themes",
    "insights_touchpoints",
    "labels",
    "lists",
    "promises",
    "sign_in",
    "sms_replies",
    "wall",
)
PORTUGUESE: Final = sorted(
    path.parent.name
    for path in DATA.glob("*/pt.toml")
    if path.parent.name not in ("guard", "masking", "themes")
)
ARTICLE: Final = re.compile(r"\b(?:[dn]?[ao]|[àa]o?|pel[ao])\s+\{\{?\s*(?:shop|brand)\b", re.IGNORECASE)


def lines_of(texts: Any) -> Iterator[str]:
    if isinstance(texts, str):
        yield texts
    elif isinstance(texts, dict):
        for key, below in texts.items():
            if key != "understood":  # what people may write to us
                yield from lines_of(below)
    elif isinstance(texts, list):
        for each in texts:
            yield from lines_of(each)


def refused(language: str) -> re.Pattern[str]:
    """Match the words of the last column of this language's table."""
    terms = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")
    part = terms.split(f"## {HEADINGS[language]}\n")[1].split("\n## ")[0]
    rows = [row.strip("|").split("|") for row in part.splitlines() if row.startswith("| ")][1:]
    words = [word.strip() for row in rows for word in row[2].split(",") if word.strip()]
    assert len(words) >= 15
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def without_placeholders(text: str) -> str:
    """Leave out names of values ("{{ stores }}"), which nobody reads, but not what is said for them ("'shops'")."""
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", lambda found: " ".join(re.findall(r"'([^']*)'", found[0])), text)
    return re.sub(r"\{\w+\}", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("catalog", FOR_THE_TEAM)
def test_the_team_reads_one_word_for_one_thing(catalog: str, language: str) -> None:
    never = refused(language)
    said = [without_placeholders(text) for text in lines_of(translations(catalog, language))]
    assert said
    assert [text for text in said if never.search(text)] == []


@pytest.mark.parametrize(
    "text", ["da {shop}", "na {{ shop }}", "A {shop} não", "à {shop}", "pela {brand}", "o {shop}"]
)
def test_an_article_before_a_name_is_found(text: str) -> None:
    assert ARTICLE.search(text)


@pytest.mark.parametrize("catalog", PORTUGUESE)
def test_portuguese_gives_no_store_a_gender(catalog: str) -> None:
    assert [text for text in lines_of(translations(catalog, "pt")) if ARTICLE.search(text)] == []
