"""Differences between moto and AWS. Each test first shows that plain moto still differs, then the correction.

A message "moto now ..." is good news: remove the function that it names, and its test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.local.aws import moto_corrections, moto_hooks
from infra.local.aws.faults import Faults
from infra.local.aws.patches import Patches
from infra.local.aws.topic_deliveries import TopicDeliveries
from infra.local.cloudformation.stack_scope import ACCOUNT
from tests.local.aws.tables import REGION, SESSION, create_table, key, stream

AT = datetime(2026, 3, 2, 10, 0, 0, tzinfo=UTC)
ADD_ONE = {
    "TableName": "T",
    "Key": key("A", "1"),
    "UpdateExpression": "ADD n :one",
    "ExpressionAttributeValues": {":one": {"N": "1"}},
}


@contextmanager
def moto(*, corrected: bool) -> Iterator[Any]:
    """Yield a DynamoDB client with a table; `corrected` installs the corrections of the local cloud."""
    patches = Patches()
    if corrected:
        moto_corrections.install(patches)
        moto_hooks.install(
            patches,
            lambda: AT,
            lambda call, *args, **rest: call(*args, **rest),
            TopicDeliveries(Faults()).deliver,
        )
    try:
        with mock_aws():
            yield create_table()
    finally:
        patches.revert()


def moto_now(does: str, remove: str) -> str:
    return f"moto now {does}: remove {remove}"


def test_an_update_that_creates_its_item_adds_one_record() -> None:
    with moto(corrected=False) as client:
        client.update_item(**ADD_ONE)
        assert len(stream()) == 2, moto_now("writes one record itself", "moto_corrections.record_upsert_once")
    with moto(corrected=True) as client:
        client.update_item(**ADD_ONE)
        client.transact_write_items(TransactItems=[{"Update": ADD_ONE | {"Key": key("A", "2")}}])
        records = stream()
    assert [(record["eventName"], record["dynamodb"]["NewImage"]) for record in records] == [
        ("INSERT", key("A", "1") | {"n": {"N": "1"}}),
        ("INSERT", key("A", "2") | {"n": {"N": "1"}}),
    ]
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
    assert numbers == sorted(set(numbers))


def test_a_write_without_a_change_adds_no_record() -> None:
    same = {"TableName": "T", "Item": key("A", "1") | {"n": {"N": "1"}}}
    with moto(corrected=False) as client:
        client.put_item(**same)
        client.put_item(**same)
        assert len(stream()) == 2, moto_now("knows idle writes", "moto_corrections.record_changes_only")
    with moto(corrected=True) as client:
        client.put_item(**same)
        client.put_item(**same)
        client.update_item(**ADD_ONE | {"UpdateExpression": "SET n = :one"})
        assert [record["eventName"] for record in stream()] == ["INSERT"]


def test_a_transaction_happens_once_for_each_token() -> None:
    def count(client: Any, *tokens: str) -> str:
        for token in tokens:
            client.transact_write_items(TransactItems=[{"Update": ADD_ONE}], ClientRequestToken=token)
        found: str = client.get_item(TableName="T", Key=ADD_ONE["Key"])["Item"]["n"]["N"]
        return found

    with moto(corrected=False) as client:
        assert count(client, "a", "a") == "2", moto_now("knows tokens", "moto_corrections.transact_once")
    with moto(corrected=True) as client:
        assert count(client, "a", "a", "b", "a") == "2"


def test_a_cancelled_transaction_may_be_tried_again_under_its_token() -> None:
    impossible = ADD_ONE | {"ConditionExpression": "attribute_exists(pk)"}
    with moto(corrected=True) as client:
        for _ in range(2):
            with pytest.raises(ClientError, match="TransactionCanceled"):
                client.transact_write_items(TransactItems=[{"Update": impossible}], ClientRequestToken="a")
        client.put_item(TableName="T", Item=key("A", "1"))
        client.transact_write_items(TransactItems=[{"Update": impossible}], ClientRequestToken="a")


def publish_to_a_missing_queue() -> list[str]:
    """Publish, and return the messages of the subscription's dead-letter queue."""
    sns, sqs = SESSION.client("sns"), SESSION.client("sqs")
    topic = sns.create_topic(Name="topic")["TopicArn"]
    dead_letters = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
    place = f"arn:aws:sqs:{REGION}:{ACCOUNT}"
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=f"{place}:missing",
        Attributes={
            "RawMessageDelivery": "true",
            "RedrivePolicy": f'{{"deadLetterTargetArn": "{place}:dead-letters"}}',
        },
    )
    sns.publish(TopicArn=topic, Message="x")
    return [message["Body"] for message in sqs.receive_message(QueueUrl=dead_letters).get("Messages", [])]


def test_a_failing_subscriber_does_not_fail_the_publisher() -> None:
    with moto(corrected=False):
        try:
            received = publish_to_a_missing_queue()
        except ClientError:
            received = []
        assert received != ["x"], moto_now("has dead letters of subscriptions", "topic_deliveries.py")
    with moto(corrected=True):
        assert publish_to_a_missing_queue() == ["x"]


def test_moto_uses_the_given_clock() -> None:
    with moto(corrected=True) as client:
        client.put_item(TableName="T", Item=key("A", "1"))
        (record,) = stream()
        assert record["dynamodb"]["ApproximateCreationDateTime"].replace(tzinfo=UTC) == AT
        sqs = SESSION.client("sqs")
        url = sqs.create_queue(QueueName="Q")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="x")
        (message,) = sqs.receive_message(QueueUrl=url, AttributeNames=["SentTimestamp"])["Messages"]
        assert int(message["Attributes"]["SentTimestamp"]) == AT.timestamp() * 1000


def test_a_stream_is_described_only_without_the_account_in_the_host_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Why the functions' environment has AWS_ACCOUNT_ID_ENDPOINT_MODE (lambda_runtime.runtime_environment)."""

    def describe() -> str:
        with mock_aws():
            table = create_table().describe_table(TableName="T")["Table"]
            client = boto3.Session("local", "local", region_name=REGION).client("dynamodbstreams")
            stream = client.describe_stream(StreamArn=table["LatestStreamArn"])
            status: str = stream["StreamDescription"]["StreamStatus"]
            return status

    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    assert describe() == "ENABLED"
    monkeypatch.delenv("AWS_ACCOUNT_ID_ENDPOINT_MODE")
    try:
        described = describe()
    except ClientError:
        described = ""
    assert not described, moto_now(
        "knows the account's host", "AWS_ACCOUNT_ID_ENDPOINT_MODE from lambda_runtime"
    )


def test_reverting_puts_moto_back() -> None:
    with moto(corrected=True):
        pass
    with moto(corrected=False) as client:
        client.update_item(**ADD_ONE)
        assert len(stream()) == 2
