"""Update expressions, in the form that DynamoDB's developer guide gives them (Expressions)."""

from lazo.table.dynamodb.writes import Key, Update, add_counts, set_attributes

KEY = Key("FU#1", "FU")


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
