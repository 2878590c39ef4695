"""Replies by SMS: their keywords, and the answer in one segment with long names."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.followup import lifecycle, sms_keywords
from lazo.followup.sms_keywords import ReplyKind, parse_keyword
from lazo.text.gsm7 import gsm7_segment_count
from lazo.translations import LANGUAGES
from tests.builders import answer, classified, make_store

LINK = "https://a1b2c3d4e5.execute-api.ap-southeast-1.amazonaws.com/f/AAECAwQFBgcICSTUuQeEp0ETTKCGwiOKui8"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("1", "take_on"),
        (" 1.\n", "take_on"),
        ("“1”", "take_on"),
        ("１", "take_on"),
        ("1️⃣", "take_on"),
        ("Voy!", "take_on"),
        ("1=voy", "take_on"),
        ("I'm on it", "take_on"),
        ("I’m on it", "take_on"),
        ("VOU", "take_on"),
        ("2", "pass_on"),
        ("Paso", "pass_on"),
        ("passo", "pass_on"),
        # "Required opt-out keywords" (AWS End User Messaging User Guide).
        *((word, "stop") for word in ("ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE")),
        *((word, "stop") for word in ("STOP", "TD", "UNSUBSCRIBE", "stop.", "Stop please", "STOP ALL")),
        *(
            (word, "stop")
            for word in ("BAJA", "baja por favor", "Alto", "PARAR", "SAIR", "Pare", "¡Detener!")
        ),
        ("START", "start"),
        ("unstop", "start"),
        ("Alta", "start"),
        ("VOLTAR", "start"),
        ("12", "unknown"),
        ("1 2", "unknown"),
        ("1=voy 2=paso", "unknown"),
        ("1 persona esperando", "unknown"),
        ("no", "unknown"),
        ("alto precio", "unknown"),
        ("stop by at noon tomorrow please", "unknown"),
        ("", "unknown"),
        ("👍", "unknown"),
    ],
)
def test_keywords_of_a_reply(text: str, means: str) -> None:
    assert parse_keyword(text) == means


@given(st.text(max_size=200))
def test_any_text_has_a_meaning(text: str) -> None:
    assert parse_keyword(text) in ("take_on", "pass_on", "stop", "start", "unknown")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", get_args(ReplyKind))
def test_each_reply_is_one_segment_with_long_names(what: ReplyKind, language: str) -> None:
    """60 and 40 characters are what the store file allows."""
    store = make_store(name="Hipermercado Aurora de la Avenida Presidente Kennedy Oriente")
    given = classified(answer(score=2, touchpoint="Mostrador de atención al cliente, piso 2"))
    about = lifecycle.open_for_answer(given, store)
    assert about is not None
    names = {"name": "Maximiliano Fernández de la Reguera", "names": "Ana, Diego, Maximiliano, Marta"}
    text = sms_keywords.reply_text_about(what, language, about, store, LINK, **names)
    assert gsm7_segment_count(text) == 1
    assert text.endswith(f" {LINK}")
    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["nothing_open", "stopped", "stopped_all", "started", "help"])
def test_replies_without_a_followup_are_complete(what: ReplyKind, language: str) -> None:
    text = sms_keywords.reply_text(what, language)
    assert gsm7_segment_count(text) == 1
    assert not text.endswith("...")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_names_store_touchpoint_and_score(language: str) -> None:
    store = make_store()
    about = lifecycle.open_for_answer(classified(answer(score=2)), store)
    assert about is not None
    text = sms_keywords.reply_text_about("taken_on", language, about, store, "https://lazo.example/f/x")
    assert text.endswith("Aurora Norte, Caja 3: 2/10. https://lazo.example/f/x")


@pytest.mark.parametrize("language", LANGUAGES)
def test_offered_keywords_are_recognised(language: str) -> None:
    first, second = sms_keywords.reply_hint(language).split(" 2=")
    assert (parse_keyword(first), parse_keyword(f"2={second}")) == ("take_on", "pass_on")
    assert (parse_keyword(first.removeprefix("1=")), parse_keyword(second)) == ("take_on", "pass_on")
