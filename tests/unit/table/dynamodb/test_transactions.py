"""A cancelled transaction tells by which of its conditions: DynamoDB names a reason for each write, in their order."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from lazo.table.dynamodb.conflicts import TransactionConflict
from lazo.table.dynamodb.table import ConditionFailed, Table, TransactionRefused
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


class TransactionConflictException(Exception):
    """As boto3 makes it for a single write."""


class Refusing:
    """A client whose first writes end with `errors`, one each; the others succeed."""

    exceptions = SimpleNamespace(
        TransactionCanceledException=TransactionCanceledException,
        TransactionConflictException=TransactionConflictException,
        ConditionalCheckFailedException=ConditionalCheckFailedException,
    )

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    def transact_write_items(self, **_request: Any) -> dict[str, Any]:
        if self.errors:
            raise self.errors.pop(0)
        return {"Attributes": {}}

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
        ((HELD, HELD, "TransactionConflict", "ThrottlingError"), TransactionCanceledException),
        ((HELD, HELD, "ThrottlingError", HELD), TransactionCanceledException),
    ],
)
def test_the_error_of_the_condition_that_failed(codes: tuple[str, ...], meant: type[Exception]) -> None:
    with pytest.raises(meant) as raised:
        cancelled(*codes)
    assert type(raised.value) is meant


def test_a_single_write_raises_the_same() -> None:
    client = Refusing(*[ConditionalCheckFailedException({"n": {"N": "7"}})] * 3)
    table = Table(client, "t")
    with pytest.raises(Full):
        table.update(FULL)
    with pytest.raises(Gone):
        table.put(GONE)
    with pytest.raises(ConditionFailed) as raised:
        table.put(PLAIN)
    assert raised.value.item == {"n": 7}


MET = TransactionCanceledException(HELD, "TransactionConflict", HELD, "TransactionConflict")
WRITES: list[tuple[Exception, Callable[[Table], object]]] = [
    (TransactionConflictException(), lambda table: table.put(PLAIN)),
    (TransactionConflictException(), lambda table: table.update(FULL)),
    (MET, lambda table: table.transact([PLAIN, REMOVED, FULL, GONE])),
]


@pytest.mark.parametrize(("conflict", "write"), WRITES)
def test_a_write_that_met_a_transaction_is_repeated(
    conflict: Exception, write: Callable[[Table], object]
) -> None:
    """At most 0.05, 0.1, 0.2 and 0.4 seconds later, and by chance sooner; then somebody else must decide."""
    pauses: list[float] = []
    write(Table(Refusing(*[conflict] * 4), "t", pause=pauses.append, chance=lambda: 0.5))
    assert pauses == [0.025, 0.05, 0.1, 0.2]
    client = Refusing(*[conflict] * 6)
    with pytest.raises(TransactionConflict) as raised:
        write(Table(client, "t", pause=pauses.append, chance=lambda: 0.0))
    assert raised.value.__cause__ is conflict
    assert len(client.errors) == 1
    assert pauses[4:] == [0, 0, 0, 0]
