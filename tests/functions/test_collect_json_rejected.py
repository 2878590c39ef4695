"""Answers posted as JSON: ids, bodies, types and codes that are rejected."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functions.posted_answers import ONE_PRODUCT, ulid, uuid7
from tests.product import Product
from tests.surveys import JSON, Survey, error


@pytest.mark.parametrize("make", [ulid, uuid7])
@pytest.mark.parametrize(
    ("age", "good"),
    [
        (timedelta(hours=-24), True),
        (timedelta(hours=-24, seconds=-1), False),
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, seconds=1), False),
    ],
)
def test_an_id_is_at_most_24_hours_old(survey: Survey, make: Any, age: timedelta, good: bool) -> None:
    reply = survey.post({"score": 3, "answer_id": make(age)})
    if good:
        assert (reply.status, reply.json()) == (202, {"answer_id": make(age)})
    else:
        assert error(reply) == (422, "answer_id_invalid", "answer_id")
        assert survey.answers() == []


@pytest.mark.parametrize(
    "answer_id",
    [
        "x",
        "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "919108f7-52d1-4320-9bac-f847db4148a8",
        "\ud800" * 26,
        "ß" * 26,
        7,
        [ulid()],
    ],
)
def test_other_values_are_no_ids(survey: Survey, answer_id: Any) -> None:
    assert error(survey.post({"score": 3, "answer_id": answer_id})) == (422, "answer_id_invalid", "answer_id")


def test_a_uuid_sorts_among_ulids(survey: Survey) -> None:
    survey.post({"score": 1, "answer_id": ulid(timedelta(seconds=-1))})
    survey.post({"score": 2, "answer_id": uuid7()})
    survey.post({"score": 3, "answer_id": ulid(timedelta(seconds=1))})
    assert [(item["score"], item["answer_id"]) for item in survey.answers()][1] == (2, uuid7())
    assert [item["score"] for item in survey.answers()] == [1, 2, 3]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"null",
        b'"score"',
        b'{"score": 3',
        b'{"score": 3}}',
        b'{"score": NaN}',
        b'{"score": Infinity}',
        b'{"score": 3, "score": 4}',
        b'{"score": 3, "x": {"a": 1, "a": 2}}',
        b'{"score": 3, "comment": "\x00"}',
        b'\xef\xbb\xbf{"score": 3}',
        b"[" * 16000,
        b"score=3",
    ],
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_rejected(survey: Survey, body: bytes) -> None:
    assert error(survey.post(body))[:2] == (400, "bad_json")


def test_a_body_has_at_most_16_kb(survey: Survey) -> None:
    empty = len(json.dumps({"score": 3, "x": ""}))
    assert survey.post({"score": 3, "x": "a" * (16384 - empty)}).status == 202
    assert error(survey.post({"score": 3, "x": "a" * (16385 - empty)})) == (413, "too_large", None)


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""])
def test_other_content_types_are_rejected(survey: Survey, kind: str) -> None:
    reply = survey.product.cloud.request("POST", survey.path, {"content-type": kind}, b'{"score": 3}')
    assert error(reply) == (415, "unsupported_media_type", None)


@pytest.mark.parametrize("kind", ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8"])
def test_json_may_name_its_charset(survey: Survey, kind: str) -> None:
    assert (
        survey.product.cloud.request("POST", survey.path, {"content-type": kind}, b'{"score": 3}').status
        == 202
    )


@pytest.mark.parametrize("code", ["nope", "CAJA3", "%F0%9F%98%80", "a" * 65, "a%20b", ".."])
def test_an_unknown_code_is_not_found(survey: Survey, code: str) -> None:
    reply = survey.product.cloud.request("POST", f"/s/{code}", JSON, b'{"score": 3}')
    assert error(reply) == (404, "unknown_code", None)


def test_a_retired_code_is_gone(product: Product) -> None:
    survey = Survey(product)
    item = next(i for i in product.cloud.items() if i["pk"] == "QR#caja3")
    product.change(item, active=False)
    assert error(survey.post({"score": 3})) == (410, "retired_code", None)


@ONE_PRODUCT
@given(
    body=st.binary(max_size=200)
    | st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(st.characters(exclude_categories=())),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["score", "comment", "reasons", "phone", "email", "answer_id", "lang"]), inner
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_json_body_causes_a_failure(survey: Survey, body: bytes) -> None:
    assert survey.post(body).status in (202, 400, 409, 413, 422)


@pytest.mark.parametrize("score", [b"9" * 5000, b"1e9999999999999999999", b"0e999999999"])
def test_a_number_beyond_all_is_told_with_its_field(survey: Survey, score: bytes) -> None:
    assert error(survey.post(b'{"score": ' + score + b"}"))[:2] == (422, "score_invalid")
    assert survey.answers() == []
