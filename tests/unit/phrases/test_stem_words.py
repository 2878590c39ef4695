"""Each stem was tried against the frequent words of its language."""

import pytest

from lazo.phrases.theme_rules import load_theme_rules
from lazo.phrases.themes import assess_comment
from lazo.translations import LANGUAGES
from tests.unit.phrases.stem_words import hits, lone_stems, read_list

CLASHES = {
    "es": "presión pantalla comandante optimista pulgadas géneros pesimista pelotón encarecidamente hospital dejado",
    "en": "yellow yellowstone sights sighting latter chairman accustomed dustin further stainless moldova",
    "pt": "precoce atrás calcanhar comandante consultório custódia explorar pontuação intimidade otimista",
}
"""Words that a stem of a theme has hit in vain."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_each_stem_hits_was_read(language: str) -> None:
    listed = read_list(language)
    assert listed.keys() == lone_stems(language), (
        "python -m tests.unit.phrases.stem_words, then read what is new"
    )
    assert listed == hits(listed, (word for words in listed.values() for word in words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_clashed_name_no_theme(language: str) -> None:
    book = load_theme_rules(language).phrasebook
    for word in CLASHES[language].split():
        found = [
            hit
            for hit in book.find(book.expand_shorthand([word]))
            if hit.kind in ("trouble", "praise", "about")
        ]
        assert not found, word


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Compré unas cosas y una lámpara"),  # not "uñas", "uña"
        ("es", "Abren las 24 horas, de 8 a 20 horas"),
        ("es", "Les ruego encarecidamente una respuesta a lo que les dejé dicho"),
        ("es", "Hace siglos que conozco la sangría de aquí"),
        ("en", "The walls are yellow, and further on the sights of the town"),
        ("pt", "Fomos explorar o bairro por trás da igreja"),
    ],
)
def test_words_that_only_look_like_a_rule(language: str, text: str) -> None:
    found = assess_comment(text, (), language, band="passive")
    assert (found.themes, found.praised, found.urgency) == ((), (), ())


def test_one_open_till_is_about_waiting() -> None:
    assert set(assess_comment("una sola caja abierta", (), "es", band="detractor").themes) <= {
        "waiting_time",
        "service",
    }


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("el baño sucio", ("cleanliness",)),
        ("EL BANO SUCIO", ("cleanliness",)),
        ("el ban\u0303o sucio", ("cleanliness",)),
    ],
)
def test_enye_typed_in_any_way(text: str, themes: tuple[str, ...]) -> None:
    assert assess_comment(text, (), "es", band="detractor").themes == themes
