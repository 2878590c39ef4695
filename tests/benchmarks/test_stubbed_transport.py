"""The stubbed transport answers what collect asks for on the way to its first page."""

import boto3
import pytest

from benchmarks.stubbed_transport import StubbedTransport
from lazo.runtime import aws_json, botocore_clients

KEY = {"pk": {"S": "STORE#norte"}, "sk": {"S": "STORE"}}
OTHER = {"pk": {"S": "STORE#norte"}, "sk": {"S": "CHANGES"}}


def test_an_item_that_is_not_there_is_no_item(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    # What the transport puts in place for the whole process is taken out with the test.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr(botocore_clients, "session", botocore_clients.session)
    monkeypatch.setattr(aws_json.Client, "exchange", aws_json.Client.exchange)
    StubbedTransport([KEY])
    reply = boto3.client("dynamodb").batch_get_item(RequestItems={"table": {"Keys": [KEY, OTHER]}})
    assert "Item" not in boto3.client("dynamodb").get_item(TableName="table", Key=OTHER)
    assert (reply["Responses"], reply["UnprocessedKeys"]) == ({"table": [KEY]}, {})
