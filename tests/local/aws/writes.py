"""Random writes to the test table, their outcome, and the state of the table."""

from typing import Any

from botocore.exceptions import ClientError
from hypothesis import strategies as st

from tests.local.aws.tables import key

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
EXPRESSIONS = (
    "SET place = :n ADD n :n",
    "SET notes = :t, place = :n REMOVE shelf",
    "REMOVE notes, shelf",
    "ADD tags :t, n :n",
    "ADD notes :t",
    "ADD tags :n",
    "SET shelf = :n",
    "SET n = n + :n, tags = if_not_exists(tags, :t)",
    "SET place = if_not_exists(place, :n), tags = if_not_exists(tags, :t) ADD n :n",
    "SET shelf = if_not_exists(shelf, :n), place = if_not_exists(n, :n)",
    "DELETE tags :t",
)
"""Plain ones, those that are not, and some that are refused for the type of a key or of what is there."""


def _update(k: dict[str, Any], expression: str, n: int, t: set[str], condition: str | None) -> dict[str, Any]:
    values = {":n": {"N": str(n)}, ":t": {"SS": sorted(t)}}
    used = {name: value for name, value in values.items() if name in expression}
    request = {"TableName": "T", "Key": k, "UpdateExpression": expression}
    return {
        "Update": _conditioned(request | ({"ExpressionAttributeValues": used} if used else {}), condition)
    }


updates = st.builds(
    _update,
    keys,
    st.sampled_from(EXPRESSIONS),
    st.integers(0, 12),
    st.sets(st.sampled_from("abc"), min_size=1),
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


def key_of(operation: dict[str, Any]) -> str:
    (each,) = operation.values()
    named = each.get("Key") or each["Item"]
    return str((named["pk"], named["sk"]))


transactions = st.lists(st.one_of(operations, checks), min_size=1, max_size=4, unique_by=key_of)
steps = st.one_of(operations, transactions)


def outcome_of(client: Any, step: Any) -> str:
    """Return the error code of the step with its reasons, or `done`."""
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


def table_state(client: Any) -> dict[str, Any]:
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
