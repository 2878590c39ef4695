"""What a log line says of an error: the places in our own code, and the call of AWS that failed, with a real client."""

import json
import linecache
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from jinja2 import Template

from lazo.runtime.error_logging import error_fields
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put
from tests.product import TIMEOUT, Product
from tests.surveys import Survey, log_of_collect

CODE = Path(__file__).parents[2] / "functions"
MISSING = Put({"pk": "A", "sk": "A"}, condition="attribute_exists(pk)", error=LookupError("gone"))


def fields_of(work: Callable[[], object]) -> dict[str, Any]:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, its fields are compared
        work()
    return error_fields(raised.value)


def lines_at(where: str) -> list[str]:
    """The lines of our code that a log names."""
    places = [place.split(":") for place in where.split(" < ")]
    return [linecache.getline(str(CODE / file), int(number)).strip() for file, number in places]


def test_an_error_of_aws_names_its_call_and_our_line(product: Product) -> None:
    gone = Table(product.cloud.client("dynamodb"), "no-such-table")
    found = fields_of(lambda: gone.get(Key("A", "A")))
    assert re.fullmatch(r"[\w-]{20,}", found.pop("aws_request_id"))
    (line,) = lines_at(found.pop("where"))
    assert "self._client.get_item(" in line
    assert found == {
        "error": "ResourceNotFoundException",
        "operation": "dynamodb:GetItem",
        "code": "ResourceNotFoundException",
    }
    # What the table makes of an error of AWS still names the call.
    found = fields_of(lambda: product.table.put(MISSING))
    assert (found["error"], found["operation"]) == ("LookupError", "dynamodb:PutItem")
    assert found["code"] == "ConditionalCheckFailedException"


def test_a_function_logs_the_way_to_a_call_that_timed_out(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey.post({"score": 11})
    log = log_of_collect(monkeypatch)
    survey.product.fault(operation="PutItem", kind=TIMEOUT, times=9)
    assert survey.post({"score": 3}).status == 503
    line = json.loads(log.getvalue())
    assert line["operation"] == "dynamodb:PutItem"
    lines = lines_at(line["where"])
    assert "answers.put_answer(self.table, answer)" in lines
    assert any("deps.recorder().record(" in line for line in lines)


def test_a_cancelled_transaction_names_its_reasons() -> None:
    reasons = [{"Code": "None"}, {"Code": "ThrottlingError", "Message": "of eva@example.org"}]
    response: Any = {
        "Error": {"Code": "TransactionCanceledException"},
        "CancellationReasons": reasons,
        "ResponseMetadata": {"RequestId": "local"},
    }
    assert error_fields(ClientError(response, "TransactWriteItems")) == {
        "error": "ClientError",
        "where": "",
        "operation": "TransactWriteItems",
        "code": "TransactionCanceledException",
        "reasons": "None,ThrottlingError",
        "aws_request_id": "local",
    }


def test_an_error_outside_our_code_names_its_own_place() -> None:
    assert fields_of(lambda: Template("{{ 1 / 0 }}").render()) == {
        "error": "ZeroDivisionError",
        "where": "<template>:1",
    }
