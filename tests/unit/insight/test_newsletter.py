"""The text for a newsletter: complete, in the reader's language, and nothing of it taken for markup."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from lazo.insight.improvements import Improvement, ImprovementText
from lazo.insight.newsletter import newsletter
from lazo.phrases.theme_rules import THEMES
from lazo.translations import LANGUAGES, translations

AT = datetime(2026, 3, 10, tzinfo=UTC)
ONE = Improvement(
    improvement_id="A",
    theme="payment",
    brand="Aurora & Co",
    store_ids=("norte", "lejos"),
    texts=(
        ImprovementText("es", "La fila <es> larga", "1. Otra *caja*\n- y otra_más #1"),
        ImprovementText("en", "The queue is long", "Another till"),
    ),
    owner="Diego",
    in_place_from=date(2026, 3, 1),
    created_at=AT,
    published_at=AT,
)
NAMES = {"norte": "Aurora Norte"}


def test_markdown_shows_marks_as_they_are() -> None:
    """By CommonMark 0.31: 2.4 (backslash escapes) and 6.7 (a backslash at the end of a line is a line break)."""
    assert newsletter("md", [ONE], "es", "Aurora & Co", NAMES).splitlines() == [
        r"# Lo que nos dijeron y lo que hicimos en Aurora \& Co",
        "",
        "Gracias a quienes nos cuentan cómo fue su visita. Esto es lo que cambiamos.",
        "",
        "## Pago",
        "",
        "*En Aurora Norte*",
        "",
        r"**Nos dijeron:** La fila \<es\> larga",
        "",
        r"**Lo que hicimos:** 1\. Otra \*caja\*" + "\\",
        r"\- y otra\_más \#1",
    ]


def test_html_is_escaped_and_says_its_languages() -> None:
    spanish = newsletter("html", [ONE], "es", "Aurora & Co", NAMES)
    assert "La fila &lt;es&gt; larga" in spanish
    assert "<br>- y otra_más" in spanish
    assert "Aurora &amp; Co" in spanish
    portuguese = newsletter("html", [ONE], "pt", "Aurora", {})
    assert '<section lang="pt">' in portuguese
    assert '<span lang="es">La fila' in portuguese
    assert "<em>" not in portuguese


def test_only_what_is_published_and_cleared() -> None:
    blocked = replace(ONE, texts=(ImprovementText("es", "Nada", "Danos un 10 en la encuesta"),))
    text = newsletter("md", [replace(ONE, published_at=None), blocked], "en", "Aurora", NAMES)
    assert text.splitlines() == [
        "# What you said, and what we did at Aurora",
        "",
        "No changes were published for these dates.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_theme_has_a_name_for_customers(language: str) -> None:
    assert set(translations("changes_page", language)["themes"]) == set(THEMES)
    english = translations("changes_page", "en")
    mine = translations("changes_page", language)
    assert mine.keys() == english.keys()
    assert mine["newsletter"].keys() == english["newsletter"].keys()
