"""Answers posted as JSON. Ids and instants are built by hand after the ULID specification."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import START
from tests.product import AFTER, TIMEOUT, Product
from tests.surveys import JSON, Survey, error, log_of_collect

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ONE_PRODUCT = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


def ulid(at_offset: timedelta = timedelta(0), tail: str = "0123456789ABCDEF") -> str:
    """A ULID of START and `at_offset`, written digit by digit."""
    number = int((START + at_offset).timestamp() * 1000)
    digits = ""
    for _ in range(10):
        number, digit = divmod(number, 32)
        digits = CROCKFORD[digit] + digits
    return digits + tail


def uuid7(at_offset: timedelta = timedelta(0)) -> str:
    text = f"{int((START + at_offset).timestamp() * 1000):012x}"
    return f"{text[:8]}-{text[8:]}-7cc3-98c4-dc0c0c07398f"


@pytest.fixture
def survey(product: Product) -> Survey:
    return Survey(product)


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


def test_consent_to_nothing_is_not_kept(survey: Survey) -> None:
    assert survey.post({"score": 5, "name": "Ana", "consent": True}).status == 202
    assert "consent" not in survey.answer()


def test_an_answer_costs_one_write_and_once_warm_no_read(survey: Survey) -> None:
    survey.post({"score": 3})
    assert survey.product.calls("Collect") == ["GetItem", "GetItem", "PutItem"]
    survey.product.wait(timedelta(seconds=59))
    survey.post({"score": 4, "comment": "x"})
    assert survey.product.calls("Collect")[3:] == ["PutItem"]


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
def test_an_id_is_of_the_last_24_hours(survey: Survey, make: Any, age: timedelta, good: bool) -> None:
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
def test_nothing_else_is_an_id(survey: Survey, answer_id: Any) -> None:
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
        b'{"score": ' + b"9" * 5000 + b"}",
        b"score=3",
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_refused(survey: Survey, body: bytes) -> None:
    assert error(survey.post(body))[:2] == (400, "bad_json")


def test_a_body_has_at_most_16_kb(survey: Survey) -> None:
    empty = len(json.dumps({"score": 3, "x": ""}))
    assert survey.post({"score": 3, "x": "a" * (16384 - empty)}).status == 202
    assert error(survey.post({"score": 3, "x": "a" * (16385 - empty)})) == (413, "too_large", None)


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""])
def test_other_kinds_of_content_are_refused(survey: Survey, kind: str) -> None:
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


def test_a_bot_that_fills_the_trap_is_told_nothing(survey: Survey) -> None:
    reply = survey.post({"score": 1, "website": "https://spam.example"})
    assert (reply.status, reply.json().keys()) == (202, {"answer_id"})
    assert survey.answer()["suspect"] == ["honeypot"]


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"]
)
def test_a_busy_table_asks_to_come_back(survey: Survey, code: str) -> None:
    survey.product.fault(operation="PutItem", code=code, status=400, times=9)
    reply = survey.post({"score": 3})
    assert error(reply) == (503, "unavailable", None)
    assert int(reply.headers["retry-after"]) > 0


def test_an_unreachable_table_asks_to_come_back(survey: Survey) -> None:
    survey.product.fault(operation="GetItem", kind=TIMEOUT, times=9)
    assert error(survey.post({"score": 3})) == (503, "unavailable", None)


def test_keys_out_of_reach_ask_to_come_back(survey: Survey) -> None:
    survey.product.fault(service="secrets-manager", times=9)
    reply = survey.post({"score": 3, "phone": "922345671", "consent": True})
    assert error(reply) == (503, "unavailable", None)
    assert survey.answers() == []


def test_a_failure_of_our_own_is_said_and_logged_once_without_the_customer(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey.post({"score": 11})
    log = log_of_collect(monkeypatch)
    survey.product.fault(operation="PutItem", code="AccessDeniedException", status=400)
    canaries = {
        "comment": "CANARY-comment",
        "name": "CANARY-name",
        "email": "canary-mail@example.com",
        "phone": "922345671",
    }
    assert error(survey.post({"score": 3, "consent": True, **canaries})) == (500, "internal", None)
    line = json.loads(log.getvalue())
    assert (line["level"], line["code"]) == ("ERROR", "AccessDeniedException")
    for canary in ("CANARY", "canary", "22345671", "caja3"):
        assert canary not in log.getvalue()


def test_nothing_is_logged_for_an_accepted_answer(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    survey.post({"score": 11})
    log = log_of_collect(monkeypatch)
    assert survey.post({"score": 3, "comment": "x"}).status == 202
    assert log.getvalue() == ""


@ONE_PRODUCT
@given(comment=st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), max_size=300))
def test_any_comment_survives_the_journey(survey: Survey, comment: str) -> None:
    from unicodedata import normalize

    answer_id = survey.post({"score": 3, "comment": comment}).json()["answer_id"]
    (item,) = [item for item in survey.answers() if item["answer_id"] == answer_id]
    assert item["comment"] == normalize("NFC", comment).strip()


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
def test_no_body_makes_it_fail(survey: Survey, body: bytes) -> None:
    assert survey.post(body).status in (202, 400, 409, 413, 422)
