"""The watch over calls names what DynamoDB refuses and moto takes (tests/aws_rules.py has the sources of the rules)."""

from typing import Any

import pytest

from tests.aws_rules import _problems

VALUE = {":v": {"S": "x"}}


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        ({"UpdateExpression": "SET a = :v"}, "values used [':v'] but defined []"),
        (
            {"KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": VALUE | {":w": {"N": "1"}}},
            ":w",
        ),
        ({"ConditionExpression": "#a = :v", "ExpressionAttributeValues": VALUE}, "names used ['#a']"),
        ({"ProjectionExpression": "pk", "ExpressionAttributeNames": {}}, "empty ExpressionAttributeNames"),
        ({"ProjectionExpression": "pk, region"}, "reserved word 'region'"),
        ({"Item": {"tags": {"SS": []}}}, "tags is an empty set"),
        ({"Item": {"due_at": {"S": ""}}}, "due_at is a key of an index"),
        (
            {"UpdateExpression": "SET a = :v REMOVE a", "ExpressionAttributeValues": VALUE},
            "two paths overlap: 'a'",
        ),
        (
            {
                "UpdateExpression": "SET #a = :v, a = :v",
                "ExpressionAttributeValues": VALUE,
                "ExpressionAttributeNames": {"#a": "a"},
            },
            "two paths overlap: 'a'",
        ),
        ({"Key": {"pk": {"S": "ñ" * 1025}, "sk": {"S": "FU"}}}, "pk of 2050 bytes, 2048 at most"),
        ({"Item": {"pk": {"S": "a"}, "sk": {"S": "x" * 1025}}}, "sk of 1025 bytes, 1024 at most"),
        ({"Item": {"due_at": {"S": "x" * 1025}}}, "due_at of 1025 bytes"),
        ({"Key": {"pk": {"S": ""}, "sk": {"S": "FU"}}}, "pk is empty"),
        ({"RequestItems": {"t": {"Keys": [{"pk": {"S": "x" * 2049}}]}}}, "pk of 2049 bytes"),
        (
            {
                "KeyConditionExpression": "pk = :v AND begins_with(sk, :w)",
                "ExpressionAttributeValues": {":v": {"S": "x" * 2048}, ":w": {"S": "x" * 1025}},
            },
            "sk of 1025 bytes",
        ),
        (
            {
                "KeyConditionExpression": "pk = :v AND sk BETWEEN :w AND :u",
                "ExpressionAttributeValues": VALUE | {":w": {"S": "a"}, ":u": {"S": "x" * 1025}},
            },
            "sk of 1025 bytes",
        ),
        (
            {"Item": {"a": {"L": [{"S": "x" * 204_800}, {"M": {"b": {"S": "x" * 204_800}}}]}}},
            "an item of 409611 bytes",
        ),
        ({"UpdateExpression": "SET sk = :v", "ExpressionAttributeValues": VALUE}, "sk is of the key"),
    ],
)
def test_a_request_that_dynamodb_refuses_is_named(request_: dict[str, Any], problem: str) -> None:
    assert [problem in found for found in _problems(request_)] == [True]
    assert [problem in found for found in _problems(request_)] == [True], "the second time too"


def test_a_request_that_it_takes_has_no_problem() -> None:
    update = {
        "UpdateExpression": "SET #n = :v ADD c :v",
        "ExpressionAttributeNames": {"#n": "name"},
        "ExpressionAttributeValues": VALUE,
    }
    assert list(_problems(update)) == []
    other_name = update | {"ExpressionAttributeNames": {"#n": "c"}}
    assert [found.partition(" in ")[0] for found in _problems(other_name)] == ["two paths overlap: 'c'"]
