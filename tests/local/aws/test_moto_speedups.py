"""Each speed-up gives the results of plain moto, which is the oracle."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.utilities import dynamo_to_dict

from infra.local.aws import moto_hooks
from infra.local.aws.moto_speedups import items, queries, results, values
from infra.local.aws.moto_speedups.speedups import SPEEDUPS
from infra.local.aws.patches import Patches
from tests.aws_rules import Watch
from tests.local.aws.tables import create_table, held_table, key, stream
from tests.local.aws.writes import (
    containers,
    outcome_of,
    scalars,
    steps,
    table_state,
)
from tests.parts import some

FIFO = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
AT = datetime(2026, 3, 2, 10, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def expects_refusals(watch: Watch) -> Iterator[None]:
    """Some calls are made because AWS refuses them."""
    yield
    watch.problems.clear()


def call_moto(moto: Callable[..., Any], *args: Any, **rest: Any) -> Any:
    return moto(*args, **rest)


@contextmanager
def table(*names: str) -> Iterator[Any]:
    """Yield a DynamoDB client with a table and these speed-ups."""
    patches = Patches()
    moto_hooks.install(patches, lambda: AT, call_moto, call_moto)
    for name in names:
        SPEEDUPS[name](patches)
    try:
        with mock_aws():
            yield create_table()
    finally:
        patches.revert()


def replay(history: list[Any], *names: str) -> tuple[list[str], dict[str, Any], list[dict[str, Any]]]:
    """Return the outcome of each step, the state of the table, and the records of its stream; what is delivered is
    measured by who delivers it."""
    with table(*names) as client:
        ended = [outcome_of(client, copy.deepcopy(step)) for step in history]
        records = [
            {**record, "eventID": "", "dynamodb": {**record["dynamodb"], "SizeBytes": 0}}
            for record in stream()
        ]
        return ended, table_state(client), json.loads(json.dumps(records, default=str))


HISTORY: list[Any] = [
    {
        "Put": {
            "TableName": "T",
            "Item": key("A", "1") | {"n": {"N": "1"}, "shelf": {"S": "due#0"}, "place": {"N": "7"}},
        }
    },
    {
        "Put": {
            "TableName": "T",
            "Item": key("A", "2") | {"b": {"B": b"\x00"}, "m": {"M": {"l": {"L": [{"SS": ["x"]}]}}}},
        }
    },
    {
        "Update": {
            "TableName": "T",
            "Key": key("A", "1"),
            "UpdateExpression": "SET place = :n, n = n + :n REMOVE nothing",
            "ExpressionAttributeValues": {":n": {"N": "5"}},
        }
    },
    {"Put": {"TableName": "T", "Item": key("B", "2"), "ConditionExpression": "attribute_exists(pk)"}},
    [
        {"Put": {"TableName": "T", "Item": key("B", "1") | {"shelf": {"S": "due#0"}, "place": {"N": "1"}}}},
        {"Delete": {"TableName": "T", "Key": key("A", "2")}},
        {
            "ConditionCheck": {
                "TableName": "T",
                "Key": key("C", "1"),
                "ConditionExpression": "attribute_exists(pk)",
            }
        },
    ],
    [
        {"Put": {"TableName": "T", "Item": key("B", "1") | {"shelf": {"S": "due#1"}, "place": {"N": "1"}}}},
        {
            "Update": {
                "TableName": "T",
                "Key": key("A", "1"),
                "UpdateExpression": "ADD n :n DELETE tags :t",
                "ExpressionAttributeValues": {":n": {"N": "1"}, ":t": {"SS": ["x"]}},
            }
        },
    ],
    {"Put": {"TableName": "T", "Item": key("B", "3") | {"long": {"S": "x" * 410_000}}}},
]


@pytest.fixture(scope="module")
def plain_moto() -> Any:
    ended = replay(HISTORY)
    assert [each.partition(" ")[0] for each in ended[0]] == [
        "done", "done", "done", "ConditionalCheckFailedException", "TransactionCanceledException", "done",
        "ValidationException",
    ]  # fmt: skip
    return ended


@pytest.mark.parametrize("name", SPEEDUPS)
def test_each_speedup_keeps_answers_table_and_stream(name: str, plain_moto: Any) -> None:
    assert replay(HISTORY, name) == plain_moto


@settings(max_examples=some(40), deadline=None)
@given(st.lists(steps, max_size=8))
def test_all_speedups_together_keep_answers_table_and_stream(history: list[Any]) -> None:
    assert replay(history) == replay(history, *SPEEDUPS)


VALUES = st.recursive(scalars, containers, max_leaves=8)


@given(st.dictionaries(st.text("abcé", min_size=1), VALUES, max_size=4))
def test_items_keep_their_content_and_size(attributes: dict[str, Any]) -> None:
    held, filled = Item(DynamoType({"S": "A"}), None, attributes), Item.__new__(Item)
    items.fill(filled, DynamoType({"S": "A"}), None, attributes)
    assert filled.to_json() == held.to_json()
    assert items.item_size(held) == held.size()
    assert [items.size(value) for value in held.attrs.values()] == [
        value.size() for value in held.attrs.values()
    ]


@given(st.dictionaries(st.sampled_from("abcdé"), VALUES, max_size=5), st.lists(st.sampled_from("abcdexé")))
def test_what_is_read_is_a_copy_of_what_is_picked(attributes: dict[str, Any], names: list[str]) -> None:
    item = Item(DynamoType({"S": "A"}), None, attributes)
    expressions = [[name] for name in names]
    assert results.plain(dynamo_to_dict, item.attrs) == dynamo_to_dict(item.attrs)
    picked, picked_by_moto = results.project(Item.project, item, expressions), item.project(expressions)
    assert list(picked.attrs) == list(picked_by_moto.attrs)
    assert dynamo_to_dict(picked.attrs) == dynamo_to_dict(picked_by_moto.attrs)
    read = results.plain(dynamo_to_dict, item.attrs)
    with pytest.MonkeyPatch.context() as patch:
        original = DynamoType.__deepcopy__
        patch.setattr(
            DynamoType, "__deepcopy__", lambda value, memo: results.copy_value(original, value, memo)
        )
        kept = copy.deepcopy(item)
    for value in item.attrs.values():
        for change in (list.clear, dict.clear):
            if isinstance(value.value, list if change is list.clear else dict):
                change(value.value)
    assert read == dynamo_to_dict(kept.attrs) == results.plain(dynamo_to_dict, kept.attrs)


def test_an_item_is_measured_anew_after_each_way_to_change_it() -> None:
    updates: list[dict[str, Any]] = [
        {"UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"S": "long" * 99}}},
        {"UpdateExpression": "SET m.a = :v", "ExpressionAttributeValues": {":v": {"S": "longer" * 99}}},
        {"AttributeUpdates": {"a": {"Action": "PUT", "Value": {"S": "short"}}}},
        {"UpdateExpression": "REMOVE a, m"},
    ]
    with table(*SPEEDUPS) as client:
        client.put_item(TableName="T", Item=key("A", "1") | {"a": {"S": "x"}, "m": {"M": {}}})
        sizes = []
        for update in updates:
            client.update_item(TableName="T", Key=key("A", "1"), **update)
            (held,) = queries.all_items(held_table())
            sizes.append(held.size())
        # pk and sk with their names are six bytes, a and m with theirs one more.
        assert sizes == [6 + 1 + 396 + 1, 6 + 1 + 396 + 1 + 1 + 594, 6 + 1 + 5 + 1 + 1 + 594, 6]


def test_a_cancelled_transaction_leaves_no_trace() -> None:
    with table(*SPEEDUPS) as client:
        client.put_item(TableName="T", Item=key("A", "1") | {"n": {"N": "1"}, "shelf": {"S": "due#0"}})
        before, records = table_state(client), len(stream())
        ended = outcome_of(
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
        assert table_state(client) == before
        assert len(stream()) == records


def test_a_transaction_copies_what_it_names_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    copies = 0
    original = Item.__deepcopy__

    def counted(self: Item, memo: dict[int, Any]) -> Item:
        nonlocal copies
        copies += 1
        return original(self, memo)

    with table(*SPEEDUPS) as client:
        for number in range(300):
            client.put_item(TableName="T", Item=key("A", f"{number:03}"))
        monkeypatch.setattr(Item, "__deepcopy__", counted)
        client.transact_write_items(TransactItems=[{"Put": {"TableName": "T", "Item": key("A", "007")}}])
        assert 0 < copies < 20  # one item, a few times over
        monkeypatch.undo()


@given(VALUES, VALUES)
def test_values_are_made_cast_and_compared_as_by_moto(one: dict[str, Any], other: dict[str, Any]) -> None:
    pair = [DynamoType(one), DynamoType(other)]
    made = [DynamoType.__new__(DynamoType) for _ in pair]
    for value, typed in zip(made, (one, pair[1]), strict=True):
        values.make(value, typed)
    assert [value.to_json() for value in made] == [value.to_json() for value in pair]
    assert [values.python_value(value) for value in made] == [value.cast_value for value in pair]
    assert values.are_equal(*made) == (pair[0] == pair[1])
    if pair[0].type not in ("L", "M", "SS", "BS"):  # no key
        assert values.hash_of(made[0]) == hash(pair[0])


@pytest.mark.parametrize(("name", "attributes", "kept"), [("Q", {}, 3), ("Q.fifo", FIFO, 2)])
def test_a_queue_takes_and_counts_messages_as_without(
    name: str, attributes: dict[str, str], kept: int
) -> None:
    """A FIFO queue leaves out what it has had within minutes (FIFO queues, SQS Developer Guide)."""

    def put(*names: str) -> tuple[str, list[str], list[str]]:
        with table(*names):
            sqs: Any = boto3.client("sqs", "us-east-1")
            url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
            for body in ("one", "one", "two"):
                group = {"MessageGroupId": "g"} if attributes else {}
                sqs.send_message(QueueUrl=url, MessageBody=body, **group)
            known = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
            return known["ApproximateNumberOfMessages"], sorted(known), [each["Body"] for each in received]

    assert put("messages") == put()
    assert put("messages")[0] == str(kept)
