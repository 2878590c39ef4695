"""What is owed stands in the transaction of the change that owes it: no crash lies between the two.

All scripts are lived through, so that each kind of the sweep, each action at the desk, on the customer's page and by
SMS happens, and each write is looked at. Whoever writes a message in a request of its own fails here.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, get_args

import pytest

from lazo.followup.staff_deliveries import Purpose
from tests.aws_rules import AwsCall, Watch
from tests.faults.flows import SCRIPTS
from tests.faults.life import new_life

pytestmark = (
    pytest.mark.long
)  # all of it, or another module comes between, and the scripts are lived through twice

OUTBOX = ("DELIVERY", "MESSAGE", "ACKNOWLEDGEMENT")
OWES = ("FU", "PROMISE", "CONCERN", "TOLD")
"""What owes a message: a case, a promise, a concern, that a customer is told of an improvement."""

ALONE = {
    ("Notify", "DELIVERY"): "another channel once one failed for good: the event, not a change, asks for it",
    ("CustomerPage", "ACKNOWLEDGEMENT"): "before the stop that it confirms, and sent only if that holds",
    ("SmsReplies", "ACKNOWLEDGEMENT"): "after a stop that the provider delivers again until all is done",
}
"""Who writes a message of their own accord, and why nothing is lost by that."""

Write = tuple[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def requests() -> list[tuple[str, list[Write]]]:
    """Each request of a function that wrote, with its function and its writes."""
    found: list[tuple[str, list[Write]]] = []
    watch = _installed_watch()
    for script in SCRIPTS.values():
        watch.clear()
        with new_life() as life:
            for step in script:
                step.do(life)
        found += _requests_of(watch.calls)
    return found


def _installed_watch() -> Watch:
    from tests import fixtures

    return fixtures._WATCH


def _requests_of(calls: list[AwsCall]) -> Iterator[tuple[str, list[Write]]]:
    for _, each in groupby(calls, key=lambda call: call.request):
        together = list(each)
        writes = [
            (call.action.removeprefix("dynamodb:"), call.params)
            for call in together
            if call.action in ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
        ]
        if together[0].function and writes:
            yield together[0].function, writes


def _kind(write: Write) -> str:
    key = write[1].get("Item") or write[1]["Key"]
    return str(key["sk"]["S"]).partition("#")[0]


def _owes(write: Write) -> bool:
    """Whether the write changes what owes a message, or takes a date out of the index or on to the next."""
    is_date = "due_at = :seen" in write[1].get("ConditionExpression", "")
    return is_date or (_kind(write) in OWES and write[0] == "PutItem")


def test_a_message_is_written_with_what_owes_it(requests: list[tuple[str, list[Write]]]) -> None:
    alone = [
        (function, write[1]["Item"]["sk"]["S"])
        for function, writes in requests
        for write in writes
        if write[0] == "PutItem" and _kind(write) in OUTBOX and not any(map(_owes, writes))
    ]
    assert [each for each in alone if (each[0], each[1].partition("#")[0]) not in ALONE] == []


def test_every_message_that_there_is_was_written(requests: list[tuple[str, list[Write]]]) -> None:
    """Else the test before would say nothing about it."""
    seen = defaultdict[str, set[str]](set)
    for _, writes in requests:
        for name, params in writes:
            if name == "PutItem" and _kind((name, params)) in OUTBOX:
                item = params["Item"]
                what = item.get("purpose") or item.get("template") or item.get("kind")
                seen[_kind((name, params))].add(what["S"] if what else "")
    assert seen["DELIVERY"] == set(get_args(Purpose))
    assert seen["MESSAGE"] >= {"", "received", "solved", "kept", "delay", "improved", "ask_again"}
    assert seen["ACKNOWLEDGEMENT"], seen
