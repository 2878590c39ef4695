"""Amending a follow-up by what its customer says next."""

from dataclasses import replace
from typing import Any

import pytest

from lazo.followup import amendment, lifecycle, staff_deliveries
from lazo.followup.deadlines import stage_deadline, take_on_deadline
from lazo.followup.lifecycle import take_on
from lazo.followup.model import FollowUp
from lazo.followup.opening import open_for_answer
from lazo.survey.answer import Answer
from tests.builders import ANA, START, answer, classified, consent, make_store, minutes

STORE = make_store()
LATER = START + minutes(4)


def case_of(given: Answer) -> FollowUp:
    opened = open_for_answer(given, STORE)
    assert opened is not None
    return opened


def amended(before: FollowUp, given: Answer) -> FollowUp:
    return amendment.amend(before, given, open_for_answer(given, STORE), STORE, LATER)


FIRST = classified(answer(score=5, at=START), themes=("price",))
BEFORE = case_of(FIRST)


def said(score: int, **found: Any) -> Answer:
    return classified(replace(FIRST, score=score), **found)


def said_again(score: int, **found: Any) -> Answer:
    return classified(answer(score=score, at=LATER, customer_key="k"), **found)


def test_the_answer_itself_replaces_the_score_and_adds_themes() -> None:
    after = amended(BEFORE, said(6, themes=("service", "price")))
    assert (after.score, after.themes, after.version) == (6, ("price", "service"), 2)
    assert (after.more_answers, after.round, after.deadline) == ((), 0, BEFORE.deadline)


@pytest.mark.parametrize(("second", "kept"), [(2, 2), (6, 5), (10, 5)])
def test_of_another_answer_the_lower_score_counts(second: int, kept: int) -> None:
    given = said_again(second)
    after = amended(BEFORE, given)
    assert (after.score, after.more_answers, after.customer_key) == (kept, (given.ulid,), "k")


@pytest.mark.parametrize(("second", "priority"), [(6, "normal"), (3, "high"), (10, "normal")])
def test_the_priority_never_falls(second: int, priority: str) -> None:
    assert amended(BEFORE, said_again(second)).priority == priority
    high = case_of(classified(answer(score=1, at=START)))
    assert amended(high, said_again(second)).priority == "high"


@pytest.mark.parametrize("score", [0, 6, 10])
def test_a_danger_is_urgent_at_any_score_and_has_a_deadline_of_its_own(score: int) -> None:
    after = amended(BEFORE, said_again(score, urgency=("injury",)))
    assert (after.priority, after.urgency, after.round) == ("urgent", ("injury",), 1)
    assert after.deadline == LATER + minutes(STORE.policy.urgent_take_on_minutes)


def test_an_allergy_without_harm_raises_the_priority_and_wakes_nobody() -> None:
    given = said_again(10, urgency=("allergy",))
    after = amended(BEFORE, given)
    assert (after.priority, after.urgency, after.round) == ("high", ("allergy",), 0)
    assert amendment.dangers_to_tell(BEFORE, given, open_for_answer(given, STORE)) == ()
    told = amendment.add_dangers(BEFORE, ("allergy",), STORE, LATER)
    assert (told.priority, told.urgency, told.round) == ("high", ("allergy",), 0)


def test_a_light_case_that_turns_out_unhappy_calls_again_with_the_shorter_deadline() -> None:
    light = case_of(classified(answer(score=10, at=START, phone="+56987654321", consent=consent())))
    assert light.priority == "light"
    after = amended(light, said_again(1))
    assert amendment.turns_out_unhappy(light, after)
    assert (after.priority, after.round) == ("high", 1)
    assert after.deadline == min(light.deadline or LATER, take_on_deadline(STORE, "high", LATER))
    owned = take_on(light, "ana", STORE, START)
    assert not amendment.turns_out_unhappy(owned, amended(owned, said_again(1)))
    assert not amendment.turns_out_unhappy(BEFORE, amended(BEFORE, said_again(1)))


def test_a_danger_named_again_in_another_answer_gives_the_owner_minutes_again() -> None:
    known = take_on(case_of(said(2, urgency=("injury",))), "ana", STORE, START)
    given = said_again(2, urgency=("injury",))
    assert amendment.dangers_to_tell(known, given, None) == ("injury",)
    after = amended(known, given)
    due = LATER + minutes(STORE.policy.urgent_take_on_minutes)
    assert (after.urgency, after.round, after.deadline, after.danger_due_at) == (("injury",), 1, due, due)
    assert lifecycle.escalate(after, STORE, due).owner is None


def test_words_of_a_known_danger_begin_a_round_each_time() -> None:
    known = take_on(case_of(said(2, urgency=("injury",))), "ana", STORE, START)
    once = amendment.add_dangers(known, ("injury",), STORE, LATER)
    attended = amendment.attended_by(once, "ana", STORE, LATER)
    again = amendment.add_dangers(attended, ("injury",), STORE, LATER)
    assert (once.round, attended.danger_due_at, again.round) == (1, None, 2)
    assert again.danger_due_at == LATER + minutes(STORE.policy.urgent_take_on_minutes)
    assert amendment.add_dangers(known, (), STORE, LATER) == known.changed()


def test_the_answer_of_the_case_completed_with_its_danger_is_no_news() -> None:
    before = case_of(said(2, urgency=("injury",)))
    completed = said(2, urgency=("injury", "fire"))
    assert amendment.dangers_to_tell(before, completed, None) == ("fire",)
    assert amended(before, said(1, urgency=("injury",))).round == 0


def test_whoever_has_the_case_has_a_few_minutes_for_the_danger_and_then_loses_it() -> None:
    taken = take_on(BEFORE, "ana", STORE, START)
    after = amended(taken, said_again(2, urgency=("injury",)))
    due = LATER + minutes(STORE.policy.urgent_take_on_minutes)
    assert (after.owner, after.deadline, after.stage) == ("ana", due, "taken_on")
    missed = lifecycle.escalate(after, STORE, due)
    assert (missed.owner, missed.released_from, missed.level) == (None, "ana", 1)
    told = staff_deliveries.danger_deliveries(after, STORE, LATER, "Sangra")
    level = {c.contact_id for c in STORE.contacts_at_level(after.level)}
    assert {d.contact_id for d in told} == {"ana"} | level


def test_what_the_owner_does_starts_the_deadline_of_the_stage_anew() -> None:
    after = amended(take_on(BEFORE, "ana", STORE, START), said_again(2, urgency=("injury",)))
    assert amendment.attended_by(after, "luis", STORE, LATER) == after
    attended = amendment.attended_by(after, "ana", STORE, LATER)
    assert attended.deadline == stage_deadline("taken_on", STORE, LATER)
    assert amendment.attended_by(attended, "ana", STORE, LATER + minutes(1)) == attended


def test_a_resolved_case_does_not_end_at_the_deadline_of_a_danger() -> None:
    resolved = replace(take_on(BEFORE, "ana", STORE, START), stage="resolved")
    after = amended(resolved, said_again(2, urgency=("injury",)))
    assert (after.priority, after.deadline) == ("urgent", resolved.deadline)


def test_a_danger_at_the_end_of_the_chain_is_repeated_from_a_deadline_of_its_own() -> None:
    store = make_store(contacts=[ANA])
    late = lifecycle.escalate(BEFORE, store, START + minutes(10))
    now = START + minutes(300)
    given = said(5, urgency=("injury",))
    after = amendment.amend(late, given, open_for_answer(given, store), store, now)
    assert (after.due_at, after.unattended_since, after.round) == (now + minutes(5), START, 2)
    reminded = lifecycle.escalate(after, store, now + minutes(5))
    assert reminded.next_reminder_at == now + minutes(20)


def test_a_danger_in_the_late_case_of_an_owner_has_a_deadline_of_its_own() -> None:
    store = make_store(contacts=[ANA])
    taken = take_on(BEFORE, "ana", store, START)
    late = lifecycle.escalate(taken, store, START + minutes(1440))
    given = said(5, urgency=("injury",))
    now = START + minutes(1500)
    after = amendment.amend(late, given, open_for_answer(given, store), store, now)
    due = take_on_deadline(store, "urgent", now)
    assert (after.owner, after.due_at, after.deadline) == ("ana", due, due)


def test_the_danger_of_a_suspect_answer_is_left_out() -> None:
    assert amended(BEFORE, said_again(2, urgency=("injury",), suspect=("honeypot",))).urgency == ()


def test_withdrawn_it_has_ended_and_says_why() -> None:
    after = amendment.withdraw(BEFORE, said(9), LATER)
    assert after.ended
    assert (after.score, after.corrected_at, after.deadline, after.version) == (9, LATER, None, 2)


def test_reopened_it_is_new_in_a_round_of_its_own() -> None:
    ended = amendment.withdraw(BEFORE, said(9), LATER)
    again = case_of(said(2))
    assert amendment.open_again(ended, again) == replace(again, version=3, round=3)


def test_an_answer_that_is_not_classified_is_an_error() -> None:
    with pytest.raises(ValueError, match="not classified"):
        amendment.amend(BEFORE, answer(), None, STORE, LATER)
