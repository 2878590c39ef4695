"""When the customer and the store were last in contact, and whether they were told of a promise's date."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lazo.case.customer_updates import last_contact_time
from lazo.case.first_contact import was_told
from lazo.followup import lifecycle
from lazo.followup.model import CUSTOMER
from lazo.promise.model import Move
from tests.builders import START, make_store
from tests.case_views import entry, message, promise
from tests.unit.case.cases import open_case

HOUR = timedelta(hours=1)
TAKEN_ON = lifecycle.take_on(open_case().followup, "ana", make_store(), START + HOUR)
MOVED_ON_THE_PHONE = Move(START, "Ana", START, START + HOUR, "Falta una pieza", None)
MOVED_BY_SMS = replace(MOVED_ON_THE_PHONE, told="sms")


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_message_that_did_not_go_out_is_no_contact(state: Any) -> None:
    unsent = message(state=state, at=START + 3 * HOUR)
    assert last_contact_time((), (unsent,), TAKEN_ON) == START + HOUR
    sent = message(state="sent", sent_at=START + 2 * HOUR)
    assert last_contact_time((), (unsent, sent), TAKEN_ON) == START + 2 * HOUR


def test_being_taken_on_is_contact_only_for_who_answered_the_survey() -> None:
    """They read on their page that somebody has it; who never wrote to us reads nothing."""
    assert last_contact_time((), (), TAKEN_ON) == START + HOUR
    assert last_contact_time((), (), replace(TAKEN_ON, origin="signals")) is None
    assert last_contact_time((), (), open_case().followup) is None


def test_a_call_that_reached_them_is_contact_and_one_that_did_not_is_none() -> None:
    spoken = entry("contacted", START + 4 * HOUR, reached="yes")
    missed = entry("contacted", START + 5 * HOUR, reached="no")
    assert last_contact_time((spoken, missed), (), TAKEN_ON) == START + 4 * HOUR


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, False),
        ({"moved": (MOVED_BY_SMS,)}, False),
        ({"moved": (MOVED_ON_THE_PHONE,)}, True),
        ({"made_by": CUSTOMER}, True),
    ],
)
def test_who_was_told_of_a_promise_without_a_message(changes: dict[str, Any], told: bool) -> None:
    assert was_told(promise("p1", **changes), ()) is told


@pytest.mark.parametrize(
    ("state", "told"),
    [("sent", True), ("sending", True), ("pending", False), ("failed", False), ("cancelled", False)],
)
def test_a_date_is_told_by_a_message_that_went_out_or_may_have(state: Any, told: bool) -> None:
    about = message(promise_id="p1", until=START + 48 * HOUR, state=state)
    assert was_told(promise("p1"), (about,)) is told
    assert was_told(promise("p2"), (about,)) is False, "it told of another promise"
    assert was_told(promise("p1"), (message(promise_id="p1", state=state),)) is False, "it named no date"
