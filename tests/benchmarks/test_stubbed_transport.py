"""The stubbed transport answers what collect asks for on the way to its first page."""

import boto3
import pytest

from benchmarks.stubbed_transport import StubbedTransport

KEY = {"pk": {"S": "STORE#norte"}, "sk": {"S": "STORE"}}
OTHER = {"pk": {"S": "STORE#norte"}, "sk": {"S": "CHANGES"}}


def test_an_item_that_is_not_there_is_no_item(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    StubbedTransport([KEY])
    reply = boto3.client("dynamodb").batch_get_item(RequestItems={"table": {"Keys": [KEY, OTHER]}})
    assert "Item" not in boto3.client("dynamodb").get_item(TableName="table", Key=OTHER)
    assert (reply["Responses"], reply["UnprocessedKeys"]) == ({"table": [KEY]}, {})
