"""Update expressions, in the form that DynamoDB's developer guide gives them (Expressions)."""

from datetime import UTC, datetime

import pytest

from lazo.table.dynamodb.writes import Key, Update, add_counts, count_within, set_attributes

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
