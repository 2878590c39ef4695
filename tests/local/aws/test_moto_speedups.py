"""Each speed-up gives what moto gives: moto as it comes is the oracle."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.dynamodb.models.dynamo_type import DynamoType, Item

from infra.local.aws import moto_hooks
from infra.local.aws.moto_speedups import items
from infra.local.aws.moto_speedups.speedups import SPEEDUPS
from infra.local.aws.patches import Patches
from tests.local.aws.tables import create_table, key, stream

AT = datetime(2026, 3, 2, 10, 0, 0, tzinfo=UTC)


def straight_on(moto: Callable[..., Any], *args: Any, **rest: Any) -> Any:
    return moto(*args, **rest)


@contextmanager
def table(*names: str) -> Iterator[Any]:
    """A client of DynamoDB with a table, with these speed-ups in force."""
    patches = Patches()
    moto_hooks.install(patches, lambda: AT, straight_on, straight_on)
    for name in names:
        SPEEDUPS[name](patches)
    try:
        with mock_aws():
            yield create_table()
    finally:
        patches.revert()


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


def lived_through(history: list[Any], *names: str) -> tuple[list[str], dict[str, Any], list[dict[str, Any]]]:
    """How each step ended, what stands in the table, and the records of the stream."""
    with table(*names) as client:
        ended = [run(client, copy.deepcopy(step)) for step in history]
        records = [{**record, "eventID": ""} for record in stream()]
        return ended, state(client), json.loads(json.dumps(records, default=str))


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
def as_moto_does() -> Any:
    ended = lived_through(HISTORY)
    assert [each.partition(" ")[0] for each in ended[0]] == [
        "done", "done", "done", "ConditionalCheckFailedException", "TransactionCanceledException", "done",
        "ValidationException",
    ]  # fmt: skip
    return ended


@pytest.mark.parametrize("name", SPEEDUPS)
def test_answers_table_and_stream_are_those_of_moto(name: str, as_moto_does: Any) -> None:
    assert lived_through(HISTORY, name) == as_moto_does


@settings(max_examples=15, deadline=None)
@given(st.lists(steps, max_size=8))
def test_so_are_they_with_all_together(history: list[Any]) -> None:
    assert lived_through(history) == lived_through(history, *SPEEDUPS)


VALUES = st.recursive(scalars, containers, max_leaves=8)


@given(st.dictionaries(st.text("abcé", min_size=1), VALUES, max_size=4))
def test_items_are_made_and_measured_as_by_moto(attributes: dict[str, Any]) -> None:
    held, filled = Item(DynamoType({"S": "A"}), None, attributes), Item.__new__(Item)
    items.fill(filled, DynamoType({"S": "A"}), None, attributes)
    assert filled.to_json() == held.to_json()
    assert items.item_size(held) == held.size()
    assert [items.size(value) for value in held.attrs.values()] == [
        value.size() for value in held.attrs.values()
    ]


def test_a_cancelled_transaction_leaves_no_trace() -> None:
    with table(*SPEEDUPS) as client:
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

    with table(*SPEEDUPS) as client:
        for number in range(300):
            client.put_item(TableName="T", Item=key("A", f"{number:03}"))
        monkeypatch.setattr(Item, "__deepcopy__", counted)
        client.transact_write_items(TransactItems=[{"Put": {"TableName": "T", "Item": key("A", "007")}}])
        assert 0 < copies < 20  # one item, a few times over
        monkeypatch.undo()
