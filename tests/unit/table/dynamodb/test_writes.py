"""Update expressions, in the form that DynamoDB's developer guide gives them (Expressions)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from lazo.table.dynamodb.writes import (
    Key,
    Update,
    add_counts,
    count_within,
    from_dynamo,
    set_attributes,
    to_dynamo,
)

KEY = Key("FU#1", "FU")
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
"""1767225600 seconds after 1970 (20,454 days)."""


def test_attributes_are_set_by_name_whatever_words_are_reserved() -> None:
    assert set_attributes(KEY, {"state": "sent", "at": 7}) == Update(
        KEY,
        "SET #state = :state, #at = :at",
        {":state": "sent", ":at": 7},
        names={"#state": "state", "#at": "at"},
    )


def test_an_update_also_removes_under_a_condition_with_values_of_its_own() -> None:
    wanted = Update(
        KEY,
        "SET #state = :state REMOVE due_pk",
        {":state": "sent", ":seen": "sending"},
        condition="#state = :seen",
        names={"#state": "state"},
    )
    more = {"condition": "#state = :seen", "values": {":seen": "sending"}}
    assert set_attributes(KEY, {"state": "sent"}, "REMOVE due_pk", **more) == wanted


def test_counters_of_any_name_are_added_to() -> None:
    assert add_counts(KEY, {"s7": 1, "t#price#detractor": 2}) == Update(
        KEY, "ADD #n0 :n0, #n1 :n1", {":n0": 1, ":n1": 2}, names={"#n0": "s7", "#n1": "t#price#detractor"}
    )


@pytest.mark.parametrize(
    ("most", "room", "condition"),
    [
        (5, 3, "attribute_not_exists(n) OR n <= :room"),
        (2, 0, "attribute_not_exists(n) OR n <= :room"),
        (1, -1, "n <= :room"),
    ],
)
def test_a_counter_has_room_for_what_is_added(most: int, room: int, condition: str) -> None:
    assert count_within(KEY, most, MIDNIGHT, n=2) == Update(
        KEY,
        "SET expires_at = :expires ADD n :n",
        {":n": 2, ":expires": 1767225600, ":room": room},
        condition=condition,
    )


def test_a_counter_without_limit_has_no_condition() -> None:
    written = count_within(KEY, None, MIDNIGHT)
    assert written == Update(KEY, "SET expires_at = :expires ADD n :n", {":n": 1, ":expires": 1767225600})


texts = st.text(max_size=3)
numbers = st.integers(-(10**20), 10**20).map(str) | st.decimals(-1000, 1000, places=2).map(str)
typed = st.recursive(
    st.builds(lambda kind, content: {kind: content}, st.just("S"), texts)
    | numbers.map(lambda number: {"N": number})
    | st.sampled_from([{"BOOL": True}, {"BOOL": False}, {"NULL": True}, {"N": "1E+3"}, {"B": b"x"}])
    | st.sets(texts, min_size=1).map(lambda each: {"SS": sorted(each)}),
    lambda inside: (
        st.lists(inside, max_size=3).map(lambda each: {"L": each})
        | st.dictionaries(texts, inside, max_size=3).map(lambda each: {"M": each})
    ),
    max_leaves=5,
)


@given(st.dictionaries(texts, typed, max_size=4))
def test_an_item_is_read_as_boto3_reads_it(item: dict[str, Any]) -> None:
    assert from_dynamo(item) == {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


plain = st.recursive(
    texts
    | st.booleans()
    | st.integers(-(10**38) + 1, 10**38 - 1)  # others are refused, below
    | st.sampled_from([10**38 - 1, -(10**38) + 1, None, b"x", Decimal("1.5")]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(texts, inside, max_size=3),
    max_leaves=5,
) | st.sets(texts, min_size=1)


@given(st.dictionaries(texts, plain, max_size=4))
def test_an_item_is_written_as_boto3_writes_it(item: dict[str, Any]) -> None:
    serialize = TypeSerializer().serialize
    assert to_dynamo(item) == {name: serialize(value) for name, value in item.items() if value is not None}


@pytest.mark.parametrize("number", [10**38, 1.5])
def test_a_number_that_boto3_refuses_is_not_written(number: float) -> None:
    with pytest.raises((TypeError, ArithmeticError)):
        to_dynamo({"n": {"deep": [number]}})


@pytest.mark.parametrize("written", ["7", "7.0", "-7", "7E0"])
def test_whole_numbers_become_int_at_any_depth(written: str) -> None:
    read = from_dynamo({"n": {"N": written}, "l": {"L": [{"M": {"n": {"N": written}}}]}})
    n = -7 if written.startswith("-") else 7
    assert read == {"n": n, "l": [{"n": n}]}
    assert type(read["n"]) is type(read["l"][0]["n"]) is int
    assert type(from_dynamo({"n": {"N": "7.5"}})["n"]) is Decimal
