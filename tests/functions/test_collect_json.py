"""Answers posted as JSON: how they are stored, once each, and what their errors say."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functions.posted_answers import ONE_PRODUCT, ulid
from tests.product import AFTER, TIMEOUT
from tests.surveys import Survey, error


def test_an_answer_is_written_whole(survey: Survey) -> None:
    body = {
        "score": 0,
        "comment": "Espere\u0301 40 minutos\r\ny nada",
        "reasons": ["waiting_time", "service"],
        "name": " Ana  Paz ",
        "phone": "9 2234 5671",
        "email": "Ana@EXAMPLE.com",
        "consent": True,
        "lang": "pt",
        "answer_id": ulid(),
    }
    reply = survey.post(body)
    assert (reply.status, reply.json()) == (202, {"answer_id": ulid()})

    key = survey.product.cloud.client("secretsmanager").get_secret_value(
        SecretId=survey.product.cloud.physical_id("CustomerKey")
    )["SecretString"]
    customer, also = (
        hmac.new(key.encode(), b"customer\x00" + known_as, hashlib.sha256).hexdigest()[:32]
        for known_as in (b"phone:+56922345671", b"email:ana@example.com")
    )
    item = survey.answer()
    assert item.pop("fingerprint")
    assert item.pop("due_pk").startswith("due#")
    assert item.pop("due_at") == "2026-03-10T15:02:00.000Z"
    assert item.pop("list_pk") == "ANSWERS#2026-03"
    assert item.pop("list_at") == f"{ulid()}#norte"
    assert item == {
        "pk": "STORE#norte",
        "sk": f"ANSWER#{ulid()}",
        "answer_id": ulid(),
        "ulid": ulid(),
        "store_id": "norte",
        "code": "caja3",
        "touchpoint": "Caja 3",
        "score": 0,
        "language": "pt",
        "at": "2026-03-10T15:00:00.000Z",
        "comment": "Esperé 40 minutos\ny nada",
        "reasons": ["waiting_time", "service"],
        "name": "Ana Paz",
        "phone": "+56922345671",
        "email": "Ana@example.com",
        "consent": {"version": "2026-11", "language": "pt", "at": "2026-03-10T15:00:00.000Z"},
        "suspect": [],
        "customer_pk": f"CUSTOMER#{customer}",
        "customer_at": "2026-03-10T15:00:00.000Z",
        "customer_also": also,
    }


def test_a_bare_score_is_an_answer(survey: Survey) -> None:
    reply = survey.post({"score": 10})
    item = survey.answer()
    assert reply.json() == {"answer_id": item["answer_id"]}
    assert (item["score"], item["comment"], item["reasons"], item["suspect"]) == (10, "", [], [])
    assert not {"name", "phone", "email", "consent", "customer_pk"} & item.keys()


def test_consent_without_an_address_is_not_stored(survey: Survey) -> None:
    assert survey.post({"score": 5, "name": "Ana", "consent": True}).status == 202
    assert "consent" not in survey.answer()


def test_an_answer_costs_one_write_and_once_warm_no_read(survey: Survey) -> None:
    survey.post({"score": 3})
    assert survey.product.calls("Collect") == ["GetItem", "GetItem", "GetItem", "PutItem"]
    survey.product.wait(timedelta(seconds=59))
    survey.post({"score": 4, "comment": "x"})
    assert survey.product.calls("Collect")[4:] == ["PutItem"]


def test_the_same_answer_again_is_the_same_success(survey: Survey) -> None:
    body = {"score": 3, "comment": "lento", "answer_id": ulid()}
    first = survey.post(body)
    survey.product.wait(timedelta(hours=1))
    assert survey.post(body).json() == first.json() == {"answer_id": ulid()}
    assert survey.answer()["at"] == "2026-03-10T15:00:00.000Z"


@pytest.mark.parametrize(
    "change", [{"score": 4}, {"comment": "rápido"}, {"reasons": ["price"]}, {"name": "Ana"}]
)
def test_another_answer_under_the_same_id_is_a_conflict(survey: Survey, change: dict[str, Any]) -> None:
    body = {"score": 3, "comment": "lento", "answer_id": ulid()}
    survey.post(body)
    assert error(survey.post(body | change)) == (409, "answer_conflict", "answer_id")
    assert (survey.answer()["score"], survey.answer()["comment"]) == (3, "lento")


def test_a_write_whose_reply_was_lost_is_the_same_success(survey: Survey) -> None:
    survey.product.fault(operation="PutItem", kind=TIMEOUT, when=AFTER)
    assert survey.post({"score": 3}).status == 202
    assert survey.product.calls("Collect").count("PutItem") == 2
    assert survey.answer()["score"] == 3


def test_two_of_the_same_at_once_are_one(survey: Survey) -> None:
    body = {"score": 3, "answer_id": ulid()}
    survey.post({"score": 1, "answer_id": ulid(tail="ZZZZZZZZZZZZZZZZ")})
    other = []
    survey.product.just_before("PutItem", lambda: other.append(survey.post(body)), function="Collect")
    assert survey.post(body).status == other[0].status == 202
    assert len(survey.answers()) == 2


SAY_SO = {"es": "Elige un número", "en": "Choose a whole number", "pt": "Escolha um número"}


@pytest.mark.parametrize(
    ("query", "body", "accepted", "spoken"),
    [
        ("", {}, "", "es"),
        ("", {}, "pt-BR,pt;q=0.9,en;q=0.5", "pt"),
        ("", {"lang": "en"}, "pt", "en"),
        ("?lang=pt", {"lang": "en"}, "es", "pt"),
        ("?lang=xx", {"lang": "xx"}, "en", "en"),
        ("", {"lang": 7}, "en", "en"),
        ("", {"lang": "EN-us"}, "pt", "en"),
    ],
)
def test_errors_are_in_the_reader_s_language(
    survey: Survey, query: str, body: dict[str, Any], accepted: str, spoken: str
) -> None:
    reply = survey.post({"score": 11, **body}, query, accept_language=accepted)
    assert reply.json()["error"]["message"].startswith(SAY_SO[spoken])
    assert reply.headers["content-language"] == spoken
    survey.post({"score": 3, **body}, query, accept_language=accepted)
    assert survey.answer()["language"] == spoken


def test_a_bot_that_fills_the_honeypot_learns_nothing(survey: Survey) -> None:
    reply = survey.post({"score": 1, "remark": "https://spam.example"})
    assert (reply.status, reply.json().keys()) == (202, {"answer_id"})
    assert survey.answer()["suspect"] == ["honeypot"]


@ONE_PRODUCT
@given(comment=st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), max_size=300))
def test_any_comment_is_stored_as_it_was_typed(survey: Survey, comment: str) -> None:
    from unicodedata import normalize

    answer_id = survey.post({"score": 3, "comment": comment}).json()["answer_id"]
    (item,) = [item for item in survey.answers() if item["answer_id"] == answer_id]
    assert item["comment"] == normalize("NFC", comment).strip()
