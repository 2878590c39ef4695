"""Answers posted as JSON while AWS fails: the reply, and what is logged."""

import json

import pytest

from tests.product import TIMEOUT
from tests.surveys import Survey, error, log_of_collect


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"]
)
def test_a_busy_table_asks_to_come_back(survey: Survey, code: str) -> None:
    survey.product.fault(operation="PutItem", code=code, status=400, times=9)
    reply = survey.post({"score": 3})
    assert error(reply) == (503, "unavailable", None)
    assert int(reply.headers["retry-after"]) > 0


def test_an_answer_that_meets_a_transaction_is_written_after_it(survey: Survey) -> None:
    met = survey.product.fault(operation="PutItem", code="TransactionConflictException", status=400, times=4)
    assert survey.post({"score": 3}).status == 202
    assert met.struck == 4
    assert survey.answer()["score"] == 3
    survey.product.fault(operation="PutItem", code="TransactionConflictException", status=400, times=5)
    assert error(survey.post({"score": 3})) == (503, "unavailable", None)


def test_an_unreachable_table_asks_to_come_back(survey: Survey) -> None:
    survey.product.fault(operation="GetItem", kind=TIMEOUT, times=9)
    assert error(survey.post({"score": 3})) == (503, "unavailable", None)


def test_unreachable_secrets_ask_to_come_back(survey: Survey) -> None:
    survey.product.fault(service="secrets-manager", times=9)
    reply = survey.post({"score": 3, "phone": "922345671", "consent": True})
    assert error(reply) == (503, "unavailable", None)
    assert survey.answers() == []


def test_an_internal_error_is_logged_once_without_personal_data(
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
