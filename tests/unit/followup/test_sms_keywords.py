"""Replies by SMS: their keywords, and the answer in one segment with long names."""

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.followup import opening, sms_keywords
from lazo.followup.sms_keywords import ReplyKind, parse_keyword
from lazo.phrases.wish_rules import check_wish_rules
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


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("1 gracias", "take_on"),
        ("Sí, voy", "take_on"),
        ("Hola, voy. Muchas gracias!", "take_on"),
        ("1\n\nEnviado desde mi iPhone", "take_on"),
        ("1 Sent from my iPhone", "take_on"),
        ("1\nEnviado do meu Samsung Galaxy", "take_on"),
        ("1\nGet Outlook for Android", "take_on"),
        ("Voy. Saludos, Ana Fuentes", "take_on"),
        ("On it, thanks!\n\nKind regards,\nAna", "take_on"),
        ("Ok vou, obrigado", "take_on"),
        ("Sim, 1. Att, Caio", "take_on"),
        ("2 por favor", "pass_on"),
        ("Pass please, thank you", "pass_on"),
        ("Bom dia, passo. Valeu", "pass_on"),
        ("Baja por favor, gracias", "stop"),
        ("Please STOP. Sent from my iPad", "stop"),
        ("STOP STOP STOP", "stop"),
        ("Alta, gracias", "start"),
        ("gracias", "unknown"),
        ("Sí", "unknown"),
        ("ok thanks", "unknown"),
        ("no voy, gracias", "unknown"),
        ("ya pasó", "unknown"),
        ("1 gracias, pero mañana", "unknown"),
        ("Enviado desde mi iPhone", "unknown"),
        ("Saludos", "unknown"),
        ("1 2 gracias", "unknown"),
    ],
)
def test_courtesy_and_signatures_around_a_keyword(text: str, means: str) -> None:
    assert parse_keyword(text) == means


def sentences() -> list[list[str]]:
    path = Path(__file__).with_name("opt_out_sentences.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[part.strip() for part in line.split("|")] for line in lines if line and line[0] != "#"]


SENTENCES = sentences()


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_sentences_of_either_sort(language: str) -> None:
    count = Counter(meaning for of, meaning, _ in SENTENCES if of == language)
    assert min(count["stop"], count["-"]) >= 15


@pytest.mark.parametrize("text", [text for _, meaning, text in SENTENCES if meaning == "stop"])
def test_an_opt_out_in_ones_own_words(text: str) -> None:
    """47 CFR 64.1200(a)(10): any reasonable manner that clearly expresses a desire not to receive further texts."""
    assert parse_keyword(text) == "stop"


@pytest.mark.parametrize("text", [text for _, meaning, text in SENTENCES if meaning == "-"])
def test_an_ordinary_complaint_is_no_opt_out(text: str) -> None:
    assert parse_keyword(text) == "unknown"


def test_the_opt_out_rules_are_valid() -> None:
    assert check_wish_rules(sms_keywords.OPT_OUTS) == []


@given(st.text(max_size=200))
def test_any_text_has_a_meaning(text: str) -> None:
    assert parse_keyword(text) in ("take_on", "pass_on", "stop", "start", "unknown")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", get_args(ReplyKind))
def test_each_reply_is_one_segment_with_long_names(what: ReplyKind, language: str) -> None:
    """60 and 40 characters are what the store file allows."""
    store = make_store(name="Hipermercado Aurora de la Avenida Presidente Kennedy Oriente")
    given = classified(answer(score=2, touchpoint="Mostrador de atención al cliente, piso 2"))
    about = opening.open_for_answer(given, store)
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
    about = opening.open_for_answer(classified(answer(score=2)), store)
    assert about is not None
    text = sms_keywords.reply_text_about("taken_on", language, about, store, "https://lazo.example/f/x")
    assert text.endswith("Aurora Norte, Caja 3: 2/10. https://lazo.example/f/x")


@pytest.mark.parametrize("language", LANGUAGES)
def test_offered_keywords_are_recognised(language: str) -> None:
    first, second = sms_keywords.reply_hint(language).split(" 2=")
    assert (parse_keyword(first), parse_keyword(f"2={second}")) == ("take_on", "pass_on")
    assert (parse_keyword(first.removeprefix("1=")), parse_keyword(second)) == ("take_on", "pass_on")
