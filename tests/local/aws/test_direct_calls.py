"""Direct calls to moto give the same answers as signed HTTP calls."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.aws import clients
from infra.local.cloud import LocalCloud
from tests.aws_rules import Watch
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


@pytest.fixture(autouse=True)
def expects_refusals(watch: Watch) -> Iterator[None]:
    """Some calls are made because AWS refuses them."""
    yield
    watch.problems.clear()


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
    monkeypatch.setattr(clients, "HANDLERS", {})
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


def answers_about_messages(cloud: LocalCloud) -> list[Any]:
    """Return the answers to calls of queues, topics, e-mail and secrets, with each id as the length that it has."""
    queue, topic = cloud.physical_id("Jobs"), cloud.client("sns").create_topic(Name="t")["TopicArn"]
    sqs, sns, ses = cloud.client("sqs"), cloud.client("sns"), cloud.client("sesv2")
    secrets = cloud.client("secretsmanager")
    secrets.create_secret(Name="key", SecretString="s3cret")
    kind = {"kind": {"DataType": "String", "StringValue": "a"}}
    said = [sqs.send_message(QueueUrl=queue, MessageBody=body, MessageAttributes=kind) for body in "ab"]
    got = sqs.receive_message(
        QueueUrl=queue,
        MaxNumberOfMessages=2,
        MessageSystemAttributeNames=["ApproximateReceiveCount"],
        MessageAttributeNames=["All"],
    )
    first, second = (message["ReceiptHandle"] for message in got["Messages"])
    said += [
        got,
        sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=first, VisibilityTimeout=0),
        sqs.delete_message_batch(QueueUrl=queue, Entries=[{"Id": "1", "ReceiptHandle": second}]),
        sqs.receive_message(QueueUrl=queue),
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=second),
        sns.publish(TopicArn=topic, Message="m", MessageAttributes=kind),
        sns.publish(PhoneNumber="+56922345671", Message="m"),
        secrets.get_secret_value(SecretId="key"),
        ses.send_email(
            FromEmailAddress="shop@example.com",
            Destination={"ToAddresses": ["ana@example.com"]},
            Content={"Raw": {"Data": b"Subject: x\n\ntext"}},
        ),
    ]
    for refused, request in (
        (sns.publish, {"PhoneNumber": "phone", "Message": "m"}),
        (secrets.get_secret_value, {"SecretId": "none"}),
        (sqs.receive_message, {"QueueUrl": queue, "MaxNumberOfMessages": 11}),
    ):
        with pytest.raises(ClientError) as error:
            refused(**request)
        said.append(error.value.response)
    ids = {"MessageId", "ReceiptHandle", "ARN", "VersionId"}

    def known(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: known(each, key) for key, each in value.items() if key != "ResponseMetadata"}
        if isinstance(value, list):
            return [known(each) for each in value]
        if name == "CreatedDate":
            return type(value).__name__
        return len(value) if name in ids else value

    return [(each["ResponseMetadata"]["HTTPStatusCode"], known(each)) for each in said]


def test_direct_messages_are_answered_as_signed_ones(
    start_cloud: StartCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start_cloud() as cloud:
        straight = answers_about_messages(cloud)
        accepted = [(m["to"], m["subject"]) for m in cloud.outbox()]
    with start_cloud() as cloud:
        monkeypatch.setattr(clients, "HANDLERS", {})
        usual = answers_about_messages(cloud)
        assert [(m["to"], m["subject"]) for m in cloud.outbox()] == accepted
    assert straight == usual
    assert accepted == [("+56922345671", None), ("ana@example.com", "x")]
    assert [body["Body"] for body in straight[2][1]["Messages"]] == ["a", "b"]
    assert straight[9][1]["SecretString"] == "s3cret"


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
