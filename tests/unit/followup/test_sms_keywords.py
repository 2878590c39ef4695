"""Replies by SMS: their keywords, and the answer in one segment with long names."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazo.followup import lifecycle, sms_keywords
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


OPT_OUTS = {
    "es": [
        "No me manden más mensajes", "ya no quiero recibir esto", "Por favor dejen de enviarme mensajes", "Dejen de escribirme", "no quiero recibir más sms",
        "No quiero que me manden más avisos", "sáquenme de la lista", "Borren mi número de su base", "Quiero darme de baja", "no me escriban más",
        "Hola, no deseo seguir recibiendo mensajes. Gracias", "No me interesa recibir sus promociones por mensaje", "basta de mensajes", "déjenme en paz",
        "paren de mandar mensajes", "No autorizo que me manden mensajes", "Elimínenme de sus contactos por favor", "no más mensajes por favor", "no me envíen nada más",
        "Quiero cancelar la suscripción", "Ya no me manden nada",
    ],
    "en": [
        "please stop texting me", "Stop sending me messages", "don't text me again", "Do not contact me", "No more texts please", "I don't want these messages",
        "Take me off your list", "Remove my number", "unsubscribe me please", "opt me out", "I no longer wish to receive texts", "Please leave me alone",
        "stop messaging this number", "I don't want to receive this anymore", "quit texting", "Please don't message me", "I revoke my consent", "cancel these texts",
        "delete my number from your database", "get me off this list", "Never text me again",
    ],
    "pt": [
        "não quero mais receber", "Parem de me mandar mensagem", "não me mandem mais mensagens", "Por favor, não enviem mais SMS", "Me tirem da lista",
        "tira meu número do cadastro", "quero me descadastrar", "Não quero mais mensagens", "não desejo receber mais avisos", "chega de mensagens", "Me deixem em paz",
        "Pare de me escrever", "não me escrevam mais", "Não autorizo mensagens no meu número", "apaguem meu contato", "cancelem essas mensagens", "não me mande mais nada",
        "Quero sair da lista", "parem com isso",
    ],
}  # fmt: skip
NO_OPT_OUTS = {
    "es": [
        "Paren de cobrarme de más", "no quiero volver nunca más", "No me manden la boleta equivocada otra vez", "dejen de mandar productos vencidos", "el mensaje era confuso",
        "no me llegó el mensaje", "Cancelen mi pedido", "no quiero esta comida", "basta de excusas", "no me atendieron", "Saquen la basura", "no más demoras por favor",
        "quiero que me devuelvan la plata", "eliminen la cebolla", "para mañana por favor", "no recibí nada", "alto ahí", "no me gustó el aviso de la puerta", "no quiero perderme sus mensajes",
    ],
    "en": [
        "stop charging me twice", "I don't want to come back", "Stop by at noon", "the text was confusing", "I did not get the message", "Cancel my order", "Remove the onions please",
        "don't serve me cold food again", "no more excuses", "end of story, awful", "Take me to the manager", "You never text me back", "nobody contacted me", "stop lying", "I want my money back",
        "please don't send me the wrong order again", "quit being rude", "text me when it is ready",
    ],
    "pt": [
        "parem de me cobrar a mais", "não quero voltar nunca mais", "Não me mandem o pedido errado de novo", "a mensagem estava confusa", "não recebi a mensagem", "Cancelem meu pedido",
        "chega de desculpas", "tirem a cebola", "não quero essa comida", "pare de mentir", "ninguém me respondeu", "quero meu dinheiro de volta", "deixem a porta aberta",
        "parei de comprar aí", "não me atenderam", "sair de casa é difícil", "não mandaram o troco", "para amanhã por favor",
    ],
}  # fmt: skip


@pytest.mark.parametrize("text", [text for language in LANGUAGES for text in OPT_OUTS[language]])
def test_an_opt_out_in_ones_own_words(text: str) -> None:
    """47 CFR 64.1200(a)(10): any reasonable manner that clearly expresses a desire not to receive further texts."""
    assert parse_keyword(text) == "stop"


@pytest.mark.parametrize("text", [text for language in LANGUAGES for text in NO_OPT_OUTS[language]])
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
