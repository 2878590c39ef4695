"""A cancelled transaction tells by which of its conditions: DynamoDB names a reason for each write, in their order."""

from types import SimpleNamespace
from typing import Any

import pytest

from lazo.table.dynamodb.table import ConditionFailed, Table, TransactionConflict, TransactionRefused
from lazo.table.dynamodb.writes import Delete, Key, Put, Update


class Full(Exception):
    """What one condition means."""


class Gone(Exception):
    """What another one means."""


class TransactionCanceledException(Exception):
    """As boto3 makes it, with what DynamoDB gave as reasons."""

    def __init__(self, *codes: str) -> None:
        self.response = {"CancellationReasons": [{"Code": code} for code in codes]}


class ConditionalCheckFailedException(Exception):
    """As boto3 makes it, with the item that stands there."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.response = {"Item": item}


class Refusing:
    """A client whose every write ends with `error`."""

    exceptions = SimpleNamespace(
        TransactionCanceledException=TransactionCanceledException,
        ConditionalCheckFailedException=ConditionalCheckFailedException,
    )

    def __init__(self, error: Exception) -> None:
        self.error = error

    def transact_write_items(self, **_request: Any) -> None:
        raise self.error

    put_item = update_item = transact_write_items


PLAIN = Put({"pk": "A", "sk": "A"}, condition="attribute_not_exists(pk)")
REMOVED = Delete(Key("A", "B"))
FULL = Update(Key("A", "C"), "ADD n :one", {":one": 1}, condition="n < :one", error=Full("full"))
GONE = Put({"pk": "A", "sk": "D"}, condition="attribute_exists(pk)", error=Gone("gone"))
FAILED, HELD = "ConditionalCheckFailed", "None"


def cancelled(*codes: str) -> None:
    table = Table(Refusing(TransactionCanceledException(*codes)), "t")
    table.transact([PLAIN, REMOVED, FULL, GONE])


@pytest.mark.parametrize(
    ("codes", "meant"),
    [
        ((HELD, HELD, FAILED, HELD), Full),
        ((HELD, HELD, HELD, FAILED), Gone),
        ((HELD, HELD, FAILED, FAILED), Full),  # the first of them
        ((FAILED, HELD, HELD, FAILED), Gone),  # the first that carries an error
        ((FAILED, HELD, HELD, HELD), TransactionRefused),
        ((HELD, HELD, "TransactionConflict", FAILED), Gone),  # trying again at once would not help
        ((HELD, HELD, "TransactionConflict", HELD), TransactionConflict),
        ((HELD, HELD, "ThrottlingError", HELD), TransactionCanceledException),
    ],
)
def test_the_error_of_the_condition_that_failed(codes: tuple[str, ...], meant: type[Exception]) -> None:
    with pytest.raises(meant) as raised:
        cancelled(*codes)
    assert type(raised.value) is meant


def test_a_single_write_raises_the_same() -> None:
    table = Table(Refusing(ConditionalCheckFailedException({"n": {"N": "7"}})), "t")
    with pytest.raises(Full):
        table.update(FULL)
    with pytest.raises(Gone):
        table.put(GONE)
    with pytest.raises(ConditionFailed) as raised:
        table.put(PLAIN)
    assert raised.value.item == {"n": 7}
