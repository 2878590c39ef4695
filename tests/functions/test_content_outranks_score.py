"""What an answer says outranks its score: danger, and the wish to be contacted, reach somebody at any score."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from tests.builders import ANA, minutes
from tests.desk import Desk, form_to
from tests.product import Product
from tests.surveys import Survey

ASKS = {
    "es": {"score": 9, "comment": "Todo excelente. ¿Tienen menú sin gluten?"},
    "en": {"score": 9, "comment": "Everything was excellent. Do you have a gluten-free menu?"},
    "pt": {"score": 9, "comment": "Tudo excelente. Vocês têm cardápio sem glúten?"},
}
CONTACT = {"phone": "+56987650302", "consent": True}
SORRY = {
    "es": r"siento|lament|disculp|perd[oó]n|molest|salió mal|sali[oó] bien",
    "en": r"sorry|apolog|unhappy|bothered|went wrong|put it right",
    "pt": r"sinto muito|lament|desculp|incomod|insatisfeit|deu errado",
}


def posted(survey: Survey, **said: Any) -> Product:
    assert survey.post(said).status == 202
    survey.product.drain()
    return survey.product


def seen(page: str) -> str:
    """The words of a page, without markup, styles and the values of its fields."""
    return unescape(re.sub(r"<(style|script|datalist).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL))


def test_danger_told_with_a_ten_is_urgent(survey: Survey) -> None:
    comment = "Me encanta el local, pero mi hija se intoxicó con el pescado y terminó en urgencias"
    product = posted(survey, score=10, comment=comment)
    assert product.followup()["priority"] == "urgent"
    assert product.outbox() == [("sms", ANA["phone"]), ("email", ANA["email"])]
    assert product.cloud.outbox()[0]["text"].startswith(
        "URGENTE, posible intoxicacion. Aurora Norte, Caja 3: 10/10"
    )


def test_a_happy_customer_who_was_charged_twice_and_asks_to_be_called_is_followed_up(survey: Survey) -> None:
    product = posted(survey, score=9, comment="Me cobraron dos veces, llámenme", **CONTACT)
    assert product.followup()["priority"] == "normal"
    assert ("sms", ANA["phone"]) in product.outbox()
    assert "quiere que lo contacten" in product.cloud.outbox()[-1]["text"]


@pytest.mark.parametrize(
    ("language", "comment", "line"),
    [
        ("es", "Todo muy bien. Llámenme por favor", "Pide que lo contacten, pero no dejó"),
        ("en", "All good. Please call me", "They ask to be contacted, but left no"),
        ("pt", "Tudo ótimo. Me liguem, por favor", "Pede que entrem em contato, mas não deixou"),
    ],
)
def test_words_that_ask_to_be_called_are_enough(
    survey: Survey, language: str, comment: str, line: str
) -> None:
    survey.product.open_store(language=language, contacts=[{**ANA, "language": language}])
    product = posted(survey, score=10, comment=comment, lang=language)
    assert product.followup()["priority"] == "light"
    (mail,) = product.cloud.outbox()
    assert line in mail["text"]
    page = Desk(product).open(next(word for word in mail["text"].split() if "/f/" in word)).text
    assert line in seen(page)


@pytest.mark.parametrize("language", ASKS)
def test_nothing_that_a_happy_customers_case_shows_says_sorry(survey: Survey, language: str) -> None:
    product = survey.product
    product.open_store(language=language, contacts=[{**ANA, "language": language}])
    posted(survey, **ASKS[language], **CONTACT, lang=language, reasons=["service"])
    assert product.followup()["priority"] == "light"
    (mail,) = product.cloud.outbox()
    assert not re.search(SORRY[language], mail["subject"] + mail["text"], re.IGNORECASE)
    desk = Desk(product)
    page = desk.open(next(word for word in mail["text"].split() if "/f/" in word)).text
    stages = [page]
    page = desk.do(page, "/take-on").text
    product.pass_undo()
    stages.append(page)
    page = desk.do(page, "/contacted", channel="phone", reached="yes").text
    stages.append(page)
    # Nothing was wrong, so there need not be a concern.
    page = desk.do(
        page, "/resolve", root_cause_theme="availability", root_cause="Menú", done="Le conté que sí"
    ).text
    stages.append(page)
    assert product.followup()["stage"] == "resolved"
    for shown in stages:
        assert not re.search(SORRY[language], seen(shown), re.IGNORECASE), re.findall(
            f".{{40}}(?:{SORRY[language]}).{{40}}", seen(shown), re.IGNORECASE | re.DOTALL
        )
    product.pass_undo()
    written = [m["text"] for m in product.cloud.outbox() if m["to"] == CONTACT["phone"]]
    assert len(written) == 2
    assert not any(re.search(SORRY[language] + "|resuelto|resolvi|solved", text) for text in written)
    desk.do(page, "/confirm", outcome="solved", channel="phone")
    assert product.followup()["stage"] == "confirmed"
    # "Has it got better?" makes no sense where nothing was wrong.
    assert [i for i in product.items("DATE#") if "resurvey" in i["sk"]] == []


def test_the_texts_of_an_unhappy_customers_case_stay(survey: Survey) -> None:
    product = posted(survey, score=2, comment="Pésimo", **CONTACT)
    desk = Desk(product)
    mail = next(m for m in product.cloud.outbox() if m["channel"] == "email")
    page = desk.open(next(word for word in mail["text"].split() if "/f/" in word)).text
    assert re.search(SORRY["es"], seen(page), re.IGNORECASE)
    page = desk.do(page, "/take-on").text
    page = desk.do(page, "/contacted", channel="phone", reached="yes").text
    assert "/resolve" not in page, "what would be refused is not offered"
    concern = form_to(page, "/concern")
    early = replace(concern, action=concern.action.replace("/concern", "/resolve"))
    assert desk.send(early, root_cause_theme="service", root_cause="Turno", done="Nada").status == 422


def test_a_doubtful_answer_with_contact_reaches_the_manager(survey: Survey) -> None:
    product = posted(survey, score=2, comment="Nadie me atendió", remark="x", **CONTACT)
    product.advance(minutes(6))
    assert product.outbox() == [("email", ANA["email"])]
    text = product.cloud.outbox()[0]["text"]
    assert "Quizá no es un cliente: llenó un campo que las personas no ven." in text
