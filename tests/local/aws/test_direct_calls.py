"""Direct calls to moto give the same answers as signed HTTP calls."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.aws import clients
from infra.local.cloud import LocalCloud
from tests.local.small_cloud import StartCloud

KEY = {"pk": {"S": "STORE#1"}, "sk": {"S": "A"}}
ITEM = {
    **KEY,
    "n": {"N": "1.50"},
    "yes": {"BOOL": True},
    "none": {"NULL": True},
    "set": {"SS": ["b"]},
    "deep": {"M": {"B": {"S": "a name, no bytes"}, "list": {"L": [{"N": "1"}, {"M": {}}]}}},
}
RAISE = {"UpdateExpression": "SET n = n + :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}


def answers_to_calls(client: Any, table: str, once: str) -> list[Any]:
    """Return the answers to one call of each kind and to some that fail."""
    said: list[Any] = []

    def ask(call: Callable[..., Any], **request: Any) -> None:
        try:
            answer = call(**request)
        except ClientError as error:
            answer = error.response
        metadata = answer.pop("ResponseMetadata")
        answer.pop("ConsumedCapacity", None)  # nobody asked for it, and it names the table
        said.append((metadata["HTTPStatusCode"], metadata["RetryAttempts"], answer))

    new = {
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    ask(client.get_item, TableName=table, Key=KEY)
    ask(client.put_item, TableName=table, Item=ITEM, **new)
    ask(client.put_item, TableName=table, Item=ITEM, **new)
    ask(client.put_item, TableName=table, Item={**KEY, "sk": {"S": "B"}, "raw": {"B": b"\x00\xff"}})
    ask(client.update_item, TableName=table, Key=KEY, ReturnValues="ALL_NEW", **RAISE)
    ask(client.get_item, TableName=table, Key=KEY, ConsistentRead=True)
    ask(client.batch_get_item, RequestItems={table: {"Keys": [KEY, {**KEY, "sk": {"S": "none"}}]}})
    ask(
        client.query,
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "STORE#1"}},
        Limit=1,
    )
    ask(client.get_item, TableName="no-such-table", Key=KEY)
    writes = [
        {"Update": {"TableName": table, "Key": KEY, **RAISE}},
        {"Put": {"TableName": table, "Item": {**KEY, "sk": {"S": "B"}}, **new}},
    ]
    ask(client.transact_write_items, TransactItems=writes)
    ask(client.transact_write_items, TransactItems=writes[:1], ClientRequestToken=once)
    ask(client.transact_write_items, TransactItems=writes[:1], ClientRequestToken=once)
    ask(client.put_item, TableName=table, Item={**KEY, "sk": {"S": "C"}, "long": {"S": "x" * 410_000}})
    ask(client.delete_item, TableName=table, Key=KEY)
    ask(
        client.query,
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": KEY["pk"]},
    )
    return said


def test_direct_calls_give_the_answers_of_signed_calls(
    start_cloud: StartCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = start_cloud()
    client, table = cloud.client("dynamodb"), cloud.physical_id("Table")
    straight = answers_to_calls(client, table, "first")
    client.delete_item(TableName=table, Key={**KEY, "sk": {"S": "B"}})
    monkeypatch.setattr(clients, "_takers", [])
    usual = answers_to_calls(client, table, "second")

    assert straight == usual
    assert [status for status, _, _ in straight] == [
        200,
        200,
        400,
        200,
        200,
        200,
        200,
        200,
        400,
        400,
        200,
        200,
        400,
        200,
        200,
    ]
    assert straight[4][2]["Attributes"]["n"] == {"N": "2.50"}
    assert straight[-1][2]["Items"] == [{**KEY, "sk": {"S": "B"}, "raw": {"B": b"\x00\xff"}}]


def test_a_fault_counts_each_attempt(start_cloud: StartCloud, put: Callable[..., None]) -> None:
    handler = """
        import boto3
        def lambda_handler(event, context):
            client = boto3.client("dynamodb")
            found = client.get_item(TableName=event, Key={"pk": {"S": "1"}, "sk": {"S": "1"}})
            return found["ResponseMetadata"]["RetryAttempts"]
    """
    cloud: LocalCloud = start_cloud(web_app=handler)
    fault = cloud.faults.add(operation="GetItem", nth=1)
    (web,) = (name for name, function in cloud.functions.items() if function._module_name == "web_app")

    assert cloud.invoke(web, cloud.physical_id("Table")) == 1
    assert (fault.seen, fault.struck) == (2, 1)
    assert [call.operation for call in cloud.faults.calls] == ["GetItem", "GetItem"]
