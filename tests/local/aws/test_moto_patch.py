"""The mends of moto: as moto itself is right, so must the mended one be. The unmended moto is the oracle."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import Item

from infra.local.aws import moto_patch
from infra.local.aws.moto_patch import MotoChanged, Patches

REGION = "us-east-1"
SESSION = boto3.Session("local", "local", region_name=REGION)
AT = datetime(2026, 3, 2, 10, 0, 0, tzinfo=UTC)


@contextmanager
def table(*, mended: bool) -> Iterator[Any]:
    with mock_aws():
        patches = (
            Patches(
                lambda: AT,
                lambda moto, *args, **kwargs: moto(*args, **kwargs),
                lambda moto, *args, **kwargs: moto(*args, **kwargs),
            )
            if mended
            else None
        )
        try:
            client = SESSION.client("dynamodb")
            client.create_table(
                TableName="T",
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[
                    {"AttributeName": name, "AttributeType": kind}
                    for name, kind in (("pk", "S"), ("sk", "S"), ("shelf", "S"), ("place", "N"))
                ],
                KeySchema=[
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                GlobalSecondaryIndexes=[
                    {
                        "IndexName": "due",
                        "KeySchema": [
                            {"AttributeName": "shelf", "KeyType": "HASH"},
                            {"AttributeName": "place", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                    }
                ],
                StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            )
            yield client
        finally:
            if patches:
                patches.revert()


def stream() -> list[dict[str, Any]]:
    shard = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables["T"].stream_shard
    assert shard is not None
    return [record.record for record in shard.items]


def key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


scalars = st.one_of(
    st.text(max_size=3).map(lambda text: {"S": text}),
    st.integers().map(lambda number: {"N": str(number)}),
    st.booleans().map(lambda truth: {"BOOL": truth}),
    st.just({"NULL": True}),
    st.binary(min_size=1, max_size=3).map(lambda content: {"B": content}),
    st.sets(st.text("abc", min_size=1), min_size=1, max_size=3).map(lambda texts: {"SS": sorted(texts)}),
    st.sets(st.binary(min_size=1, max_size=2), min_size=1, max_size=2).map(lambda each: {"BS": sorted(each)}),
)


def containers(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(children, max_size=3).map(lambda members: {"L": members}),
        st.dictionaries(st.text("abc", min_size=1), children, max_size=3).map(lambda entries: {"M": entries}),
    )


keys = st.builds(key, st.sampled_from("AB"), st.sampled_from("123"))
item_bodies = st.fixed_dictionaries(
    {"n": st.integers(0, 3).map(lambda n: {"N": str(n)})},
    optional={
        "shelf": st.sampled_from([{"S": "due#0"}, {"S": "due#1"}]),
        "place": st.integers(0, 12).map(lambda n: {"N": str(n)}),
        "notes": st.recursive(scalars, containers, max_leaves=4),
    },
)
conditions = st.sampled_from([None, "attribute_not_exists(pk)", "attribute_exists(pk)", "n = :zero"])


def _conditioned(operation: dict[str, Any], condition: str | None) -> dict[str, Any]:
    if condition is None:
        return operation
    values = operation.get("ExpressionAttributeValues", {})
    if ":zero" in condition:
        values = values | {":zero": {"N": "0"}}
    extra = {"ExpressionAttributeValues": values} if values else {}
    return operation | {"ConditionExpression": condition} | extra


puts = st.builds(
    lambda k, body, condition: {"Put": _conditioned({"TableName": "T", "Item": k | body}, condition)},
    keys,
    item_bodies,
    conditions,
)
updates = st.builds(
    lambda k, n, condition: {
        "Update": _conditioned(
            {
                "TableName": "T",
                "Key": k,
                "UpdateExpression": "SET place = :n ADD n :n",
                "ExpressionAttributeValues": {":n": {"N": str(n)}},
            },
            condition,
        )
    },
    keys,
    st.integers(0, 12),
    conditions,
)
deletes = st.builds(
    lambda k, condition: {"Delete": _conditioned({"TableName": "T", "Key": k}, condition)}, keys, conditions
)
checks = st.builds(
    lambda k: {"ConditionCheck": {"TableName": "T", "Key": k, "ConditionExpression": "attribute_exists(pk)"}},
    keys,
)
operations = st.one_of(puts, updates, deletes)


def named_key(operation: dict[str, Any]) -> str:
    (each,) = operation.values()
    named = each.get("Key") or each["Item"]
    return str((named["pk"], named["sk"]))


transactions = st.lists(st.one_of(operations, checks), min_size=1, max_size=4, unique_by=named_key)
steps = st.one_of(operations, transactions)


def run(client: Any, step: Any) -> str:
    """How the step ended: the error's code with its reasons, or done."""
    try:
        if isinstance(step, list):
            client.transact_write_items(TransactItems=step)
        else:
            ((name, operation),) = step.items()
            getattr(client, {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}[name])(
                **operation
            )
    except ClientError as error:
        reasons = [reason["Code"] for reason in error.response.get("CancellationReasons", [])]
        return f"{error.response['Error']['Code']} {reasons}"
    return "done"


def state(client: Any) -> dict[str, Any]:
    found = client.scan(TableName="T")["Items"]
    pages = []
    for query in QUERIES:
        more: dict[str, Any] = {}
        while more is not None:
            page = client.query(TableName="T", **query, **more)
            pages.append((page["Items"], page["Count"], page.get("LastEvaluatedKey")))
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if "LastEvaluatedKey" in page else None
    return {"items": sorted(found, key=str), "pages": pages}


QUERIES: list[dict[str, Any]] = [
    {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "A"}}},
    {
        "KeyConditionExpression": "pk = :p AND begins_with(sk, :s)",
        "ExpressionAttributeValues": {":p": {"S": "B"}, ":s": {"S": "2"}},
    },
    {
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "A"}},
        "ScanIndexForward": False,
        "Limit": 2,
    },
    {
        "IndexName": "due",
        "KeyConditionExpression": "shelf = :p AND place <= :t",
        "ExpressionAttributeValues": {":p": {"S": "due#0"}, ":t": {"N": "9.0"}},
        "Limit": 1,
    },
    {
        "IndexName": "due",
        "KeyConditionExpression": "shelf = :p",
        "ExpressionAttributeValues": {":p": {"S": "due#1"}},
        "ScanIndexForward": False,
    },
]


@settings(max_examples=15, deadline=None)
@given(st.lists(steps, max_size=8))
def test_tables_and_answers_are_those_of_moto_itself(history: list[Any]) -> None:
    outcomes = []
    for mended in (False, True):
        with table(mended=mended) as client:
            ended = [run(client, copy.deepcopy(step)) for step in history]
            outcomes.append((ended, state(client)))
    assert outcomes[0] == outcomes[1]


def test_a_cancelled_transaction_leaves_no_trace() -> None:
    with table(mended=True) as client:
        client.put_item(TableName="T", Item=key("A", "1") | {"n": {"N": "1"}, "shelf": {"S": "due#0"}})
        before, records = state(client), len(stream())
        ended = run(
            client,
            [
                {"Put": {"TableName": "T", "Item": key("A", "2")}},
                {
                    "Update": {
                        "TableName": "T",
                        "Key": key("A", "1"),
                        "UpdateExpression": "SET n = :n REMOVE shelf",
                        "ExpressionAttributeValues": {":n": {"N": "9"}},
                    }
                },
                {
                    "ConditionCheck": {
                        "TableName": "T",
                        "Key": key("B", "1"),
                        "ConditionExpression": "attribute_exists(pk)",
                    }
                },
            ],
        )
        assert ended == "TransactionCanceledException ['None', 'None', 'ConditionalCheckFailed']"
        assert state(client) == before
        assert len(stream()) == records


def test_a_transaction_copies_what_it_names_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    copies = 0
    original = Item.__deepcopy__

    def counted(self: Item, memo: dict[int, Any]) -> Item:
        nonlocal copies
        copies += 1
        return original(self, memo)

    with table(mended=True) as client:
        for number in range(300):
            client.put_item(TableName="T", Item=key("A", f"{number:03}"))
        monkeypatch.setattr(Item, "__deepcopy__", counted)
        client.transact_write_items(TransactItems=[{"Put": {"TableName": "T", "Item": key("A", "007")}}])
        assert 0 < copies < 20  # one item, a few times over
        monkeypatch.undo()


def test_an_upsert_is_one_record_and_an_idle_write_none() -> None:
    upsert = {
        "TableName": "T",
        "Key": key("A", "1"),
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }
    with table(mended=True) as client:
        client.update_item(**upsert)
        client.update_item(**upsert)
        client.put_item(TableName="T", Item=key("A", "1") | {"n": {"N": "1"}})
        client.transact_write_items(TransactItems=[{"Update": upsert | {"Key": key("A", "2")}}])
        records = stream()
    assert [(record["eventName"], record["dynamodb"]["NewImage"]) for record in records] == [
        ("INSERT", key("A", "1") | {"n": {"N": "1"}}),
        ("INSERT", key("A", "2") | {"n": {"N": "1"}}),
    ]
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
    assert numbers == sorted(set(numbers))


def test_moto_goes_by_the_given_clock() -> None:
    with table(mended=True) as client:
        client.put_item(TableName="T", Item=key("A", "1"))
        (record,) = stream()
        assert record["dynamodb"]["ApproximateCreationDateTime"].replace(tzinfo=UTC) == AT
        sqs = SESSION.client("sqs")
        url = sqs.create_queue(QueueName="Q")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="x")
        (message,) = sqs.receive_message(QueueUrl=url, AttributeNames=["SentTimestamp"])["Messages"]
        assert int(message["Attributes"]["SentTimestamp"]) == AT.timestamp() * 1000


def test_a_changed_moto_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DynamoDBBackend, "transact_write_items", lambda self, items: None)
    with pytest.raises(MotoChanged, match="transact_write_items"):
        moto_patch.check_fingerprints()


def test_revert_puts_moto_back() -> None:
    with table(mended=True):
        pass
    moto_patch.check_fingerprints()
