"""What each step writes beside the stage: who reads a case later tells from it what happened, and when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lazo.errors import Rejected
from lazo.followup import deadlines, lifecycle, staff_deliveries
from lazo.followup.model import FollowUp
from tests.builders import ANA, DIEGO, MARTA, START, make_store, minutes
from tests.unit.followup.followups import open_followup

STORE = make_store()
LATER = START + timedelta(hours=1)


def resolved() -> FollowUp:
    taken = lifecycle.take_on(open_followup(), "ana", STORE, START)
    spoken = lifecycle.record_contact(taken, STORE, START, reached=True)
    return lifecycle.resolve(
        spoken, STORE, START, root_cause_theme="service", root_cause="Un cajero", done="Otra caja"
    )


def test_one_without_a_reply_ends_at_its_time() -> None:
    ended = lifecycle.end_unconfirmed(resolved(), LATER)
    assert (ended.stage, ended.unconfirmed_at, ended.deadline) == ("unconfirmed", LATER, None)


@pytest.mark.parametrize("before", [resolved(), lifecycle.end_unconfirmed(resolved(), START)])
def test_a_customer_confirms_what_is_resolved_or_has_ended(before: FollowUp) -> None:
    after = lifecycle.confirm_by_customer(before, STORE, LATER)
    assert (after.stage, after.confirmed_at, after.unconfirmed_at) == ("confirmed", LATER, None)
    with pytest.raises(Rejected):
        lifecycle.confirm_by_customer(after, STORE, LATER)


def test_a_customer_reopens_what_ended_and_it_has_not_ended_any_more() -> None:
    ended = lifecycle.end_unconfirmed(resolved(), START)
    after = lifecycle.reopen_by_customer(ended, STORE, LATER)
    assert (after.stage, after.owner, after.reopened_at) == ("contacted", "ana", LATER)
    assert (after.resolved_at, after.confirmed_at, after.unconfirmed_at) == (None, None, None)


def test_dismissing_ends_a_doubtful_one_at_its_time() -> None:
    after = lifecycle.dismiss(replace(open_followup(), doubts=("honeypot",)), LATER)
    assert (after.stage, after.unconfirmed_at, after.deadline) == ("unconfirmed", LATER, None)
    with pytest.raises(Rejected) as refused:
        lifecycle.dismiss(open_followup(), LATER)
    assert [problem.code for problem in refused.value.problems] == ["wrong_stage"]


def test_a_restricted_one_has_a_time_and_no_deadline() -> None:
    after = lifecycle.restrict(open_followup(), LATER)
    assert (after.restricted_at, after.deadline, after.stage) == (LATER, None, "open")


def test_an_erased_one_has_ended_and_reaches_nobody() -> None:
    after = lifecycle.erase_customer(replace(open_followup(), reachable=True, customer_key="k"), LATER)
    assert (after.stage, after.unconfirmed_at, after.erased_at) == ("unconfirmed", LATER, LATER)
    assert (after.reachable, after.customer_key, after.deadline) == (False, None, None)
    ended = lifecycle.confirm_by_customer(resolved(), STORE, START)
    assert lifecycle.erase_customer(ended, LATER).stage == "confirmed", "what it reached remains"


def test_a_deadline_that_was_missed_is_told_where_nobody_has_the_case() -> None:
    second = lifecycle.escalate(open_followup(), STORE, START + minutes(10))
    assert deadlines.missed_before(second, START + minutes(11)) == START + minutes(10)
    taken = lifecycle.take_on(second, "diego", STORE, START + minutes(12))
    assert deadlines.missed_before(taken, START + minutes(13)) is None
    assert deadlines.missed_before(replace(taken, missed_at=START + minutes(10)), START + minutes(13)) is None


def test_what_is_late_at_the_top_is_told_to_its_owner_and_to_all_at_the_top() -> None:
    store = make_store(contacts=[ANA, DIEGO, {**MARTA, "contact_id": "eva", "name": "Eva"}, MARTA])
    owned = replace(open_followup(), owner="ana", level=2)
    found = staff_deliveries.late_deliveries(owned, store, START)
    assert list(dict.fromkeys(each.contact_id for each in found)) == ["ana", "eva", "marta"]
    assert {each.purpose for each in found} == {"late"}
