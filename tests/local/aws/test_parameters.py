"""Without the values that are right, botocore finds in parameters what it finds in all of them."""

from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from infra.local.aws.moto_speedups import parameters
from infra.local.aws.moto_speedups.parameters import without_right_values
from tests.local.aws.writes import containers, scalars

MODEL = botocore.session.get_session().get_service_model("dynamodb")
WRONG: list[Any] = [
    {"S": 1},
    {"N": 1},
    {"BOOL": "x"},
    {"NULL": None},
    {"SS": "x"},
    {"NS": [1]},
    {"X": "x"},
    {},
    "x",
]
VALUES = st.recursive(scalars | st.sampled_from([*WRONG, {"S": "a", "N": "1"}]), containers, max_leaves=5)
MAPS = st.dictionaries(st.text("ab", min_size=1), VALUES, max_size=3) | st.sampled_from(
    [None, [], {1: {"S": "x"}}]
)
PUTS = st.fixed_dictionaries({"TableName": st.sampled_from(["Table", 1])}, optional={"Item": MAPS})
CHECKS = st.fixed_dictionaries({"TableName": st.just("Table"), "ConditionExpression": st.just("a = :a")}, optional={
    "Key": MAPS, "ExpressionAttributeValues": MAPS,
})  # fmt: skip


def mistakes(operation: str, params: dict[str, Any]) -> bool:
    return bool(ParamValidator().validate(params, MODEL.operation_model(operation).input_shape).has_errors())


@given(
    PUTS, st.lists(st.fixed_dictionaries({"Put": PUTS}) | st.fixed_dictionaries({"ConditionCheck": CHECKS}))
)
def test_the_same_parameters_are_refused(put: dict[str, Any], operations: list[Any]) -> None:
    transaction = {"TransactItems": operations}
    for operation, params in (("PutItem", put), ("TransactWriteItems", transaction)):
        assert mistakes(operation, without_right_values(params)) == mistakes(operation, params)


@given(PUTS)
def test_the_same_is_said_of_them_each_time(put: dict[str, Any]) -> None:
    shape = MODEL.operation_model("PutItem").input_shape
    said = ParamValidator().validate(put, shape).generate_report()
    assert [parameters.mistakes(put, shape) for _ in range(2)] == [said, said]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_value_stays_for_botocore(wrong: Any) -> None:
    params = {"TableName": "T", "Item": {"a": {"L": [{"M": {"b": wrong}}]}}}
    assert without_right_values(params) == params
    assert without_right_values({"TransactItems": [{"Put": params}]}) == {"TransactItems": [{"Put": params}]}


def test_right_values_are_left_out() -> None:
    item = {"a": {"S": "x"}, "b": {"M": {"c": {"L": [{"N": "1"}, {"SS": ["x"]}]}, "d": {"NULL": True}}}}
    assert without_right_values({"TableName": "T", "Item": item}) == {"TableName": "T", "Item": {}}
