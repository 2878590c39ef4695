"""Which language a reader gets. Headers and their meaning: RFC 9110, 12.4.2 and 12.5.4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.translations import LANGUAGES
from lazo.web.language import choose_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "es"),
        ("da, en-gb;q=0.8, en;q=0.7", "en"),  # the example of 12.5.4
        ("en", "en"),
        ("EN-US", "en"),
        ("pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7", "pt"),
        ("es-419,es;q=0.9", "es"),
        ("zh-Hant-TW, pt;q=0.1", "pt"),
        ("en;q=0.5, pt;q=0.8", "pt"),
        ("en;q=0.8, pt;q=0.8", "en"),
        ("pt;q=0.8, en;q=0.8", "pt"),
        ("en;q=0.001, pt;q=0.002", "pt"),
        ("en; q=0.5 ,\tpt ; Q=0.6", "pt"),
        ("en;q=1.000, pt;q=1", "en"),
        ("en-US;q=0.2, en-GB;q=0.9, pt;q=0.5", "en"),
        ("en;q=0", "es"),
        ("en;q=0, *", "es"),
        ("es;q=0, *", "en"),
        ("es;q=0, en;q=0, *;q=0.1", "pt"),
        ("*", "es"),
        ("*;q=0", "es"),
        ("es;q=0, en;q=0, pt;q=0", "es"),
        ("de, *;q=0.5", "es"),
        ("en;q=0.5, *;q=0.9", "es"),
        (",, en ,", "en"),
        ("en;q=2, pt;q=0.1", "pt"),  # no weight: left out
        ("en;q=0.1234, pt;q=0.1", "pt"),
        ("en;q=, pt;q=0.1", "pt"),
        ("en;level=1, pt;q=0.1", "pt"),
        ("english, pt;q=0.1", "pt"),
        ("e n, pt;q=0.1", "pt"),
        ("pt_BR", "pt"),  # the name of a locale, against the grammar
        ("de_DE, en_GB;q=0.9, pt;q=0.8", "en"),
        ("_en, pt;q=0.1", "pt"),
        ("\u0435n, pt;q=0.1", "pt"),  # a Cyrillic letter
    ],
)
def test_an_accept_language_header(header: str, language: str) -> None:
    assert choose_language([], header, "es") == language


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (["en", "pt"], "en"),
        ([None, "pt"], "pt"),
        (["", "PT-br"], "pt"),
        (["es_CL"], "es"),
        (["fr", "en"], "en"),
        (["fr", None], "es"),
        (["en\n"], "es"),
    ],
)
def test_the_lang_parameter_comes_before_the_header(wishes: list[str | None], language: str) -> None:
    assert choose_language(wishes, "es", "pt") == language


def test_an_accept_language_header_with_the_name_of_a_locale() -> None:
    assert choose_language([], "es_CL", "en") == "es"


@given(st.text() | st.text("enptes;q=01.,* -"), st.sampled_from(LANGUAGES))
def test_any_header_gives_a_language(header: str, default: str) -> None:
    assert choose_language([header], header, default) in LANGUAGES
