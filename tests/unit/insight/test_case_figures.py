"""What a follow-up counts as: by its times, whatever happened to it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from lazo.followup import amendment, lifecycle, unanswered
from lazo.followup.model import FollowUp, LaterAnswer, Resurvey
from lazo.insight.case_counts import NOT_REACHED, case_counts
from lazo.insight.case_figures import CaseFigures, case_figures
from lazo.insight.step_times import StepTimes
from lazo.insight.time_buckets import bucket_of
from tests.builders import START, answer, make_store, minutes
from tests.unit.followup.followups import open_followup

STORE = make_store()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CAUSE = {"root_cause_theme": "price", "root_cause": "x", "done": "y"}


def took(step: str, time: timedelta) -> tuple[str, str, str]:
    return "took", step, str(bucket_of(time))


def taken_on() -> FollowUp:
    return lifecycle.take_on(open_followup(), "ana", STORE, START + minutes(2))


def contacted(after: timedelta = HOUR, *, reached: bool = True) -> FollowUp:
    return lifecycle.record_contact(taken_on(), STORE, START + after, reached=reached)


def resolved(after: timedelta = DAY) -> FollowUp:
    return lifecycle.resolve(contacted(), STORE, START + after, **CAUSE)


def test_each_step_counts_from_the_answer_and_in_time_by_its_own_deadline() -> None:
    """The store's contact has 10 minutes to take it on; 24 hours to call from then on."""
    late = lifecycle.take_on(open_followup(), "ana", STORE, START + minutes(11))
    late = replace(late, alerted_at=START + minutes(1))
    called = lifecycle.record_contact(late, STORE, START + 3 * HOUR, reached=True)
    assert case_counts(called) == Counter(
        [
            took("alerted", minutes(1)),
            took("taken_on", minutes(11)),
            took("contacted", 3 * HOUR),
            ("in_time", "contacted"),
        ]
    )


def test_what_waits_in_time_counts_nothing_and_what_is_late_never_until_it_is_done() -> None:
    waiting = open_followup()
    assert case_counts(waiting) == Counter()
    late = lifecycle.escalate(waiting, STORE, START + minutes(10))
    assert case_counts(late) == Counter([("never", "taken_on")])
    done = lifecycle.take_on(late, "diego", STORE, START + minutes(20))
    assert case_counts(done) == Counter([took("taken_on", minutes(20))])


def test_a_case_that_loses_its_owner_was_taken_on_in_time_all_the_same() -> None:
    lost = lifecycle.escalate(taken_on(), STORE, START + 3 * DAY)
    found = lifecycle.escalate(lost, STORE, START + 6 * DAY)
    assert (lost.owner, found.late_stages) == (None, ("contacted",))
    assert case_counts(found) == Counter(
        [took("taken_on", minutes(2)), ("in_time", "taken_on"), ("never", "contacted")]
    )


def test_who_could_not_be_reached_is_neither_contacted_nor_forgotten() -> None:
    counted = case_counts(contacted(reached=False))
    assert counted == Counter([took("taken_on", minutes(2)), ("in_time", "taken_on"), NOT_REACHED])


def test_a_reopened_case_was_contacted_when_it_first_was_and_is_resolved_when_it_last_is() -> None:
    back = lifecycle.reopen(resolved(), STORE, START + 2 * DAY)
    first = [
        took("taken_on", minutes(2)),
        ("in_time", "taken_on"),
        took("contacted", HOUR),
        ("in_time", "contacted"),
    ]
    assert case_counts(back) == Counter(first)
    again = lifecycle.resolve(back, STORE, START + 3 * DAY, **CAUSE)
    assert case_counts(again) == Counter([*first, took("resolved", 3 * DAY), ("in_time", "resolved")])


def test_a_silent_customer_never_confirms_and_one_who_speaks_later_is_late() -> None:
    silent = lifecycle.end_unconfirmed(resolved(), START + 9 * DAY)
    assert case_counts(silent)["never", "confirmed"] == 1
    late = lifecycle.confirm_by_customer(silent, STORE, START + 20 * DAY)
    assert case_counts(late)[took("confirmed", 20 * DAY)] == 1
    assert {name for name in case_counts(late) if name[1:] == ("confirmed",)} == set()


def test_a_case_that_nobody_took_on_was_never_answered_nor_alerted_of() -> None:
    ended = unanswered.end_unanswered(open_followup(), START + DAY)
    never = [("never", step) for step in ("alerted", "taken_on", "contacted", "resolved", "confirmed")]
    assert case_counts(ended) == Counter(never)
    alerted = replace(ended, alerted_at=START + HOUR)
    assert case_counts(alerted) == Counter([took("alerted", HOUR), *never[1:]])
    assert case_counts(lifecycle.reopen_by_customer(ended, STORE, START + 2 * DAY)) == Counter()


def test_erasing_or_restricting_a_customer_forgets_nobody_and_keeps_what_was_done() -> None:
    steps = Counter([took("taken_on", minutes(2)), ("in_time", "taken_on")])
    assert case_counts(lifecycle.erase_customer(taken_on(), START + DAY)) == steps
    assert case_counts(lifecycle.restrict(taken_on(), START + DAY)) == steps
    ended = unanswered.end_unanswered(open_followup(), START + DAY)
    assert case_counts(lifecycle.erase_customer(ended, START + 2 * DAY)) == case_counts(ended)


def test_what_is_no_customers_case_counts_nothing() -> None:
    doubtful = replace(taken_on(), doubts=("too_fast",))
    assert case_counts(doubtful) == Counter()
    assert case_counts(lifecycle.dismiss(doubtful, START + DAY)) == Counter()
    assert case_counts(lifecycle.trust(doubtful, answer())) == case_counts(taken_on())
    late = lifecycle.escalate(open_followup(), STORE, START + minutes(10))
    assert case_counts(amendment.withdraw(late, answer(score=9), START + HOUR)) == Counter()
    assert case_counts(replace(resolved(), opened_month=None)) == Counter()


@pytest.mark.parametrize(
    ("later", "again", "pair"),
    [
        (2 * DAY, None, ("spoken_to", "detractor", "promoter")),
        (minutes(30), None, ("nobody_reached", "detractor", "promoter")),
        (None, 15 * DAY, ("spoken_to", "detractor", "passive")),
        (20 * DAY, 15 * DAY, ("spoken_to", "detractor", "passive")),
        (None, None, None),
    ],
)
def test_the_first_answer_afterwards_counts(
    later: timedelta | None, again: timedelta | None, pair: tuple[str, str, str] | None
) -> None:
    """Spoken to an hour after the answer; the later answer is a 9, that to the resurvey a 7."""
    followup = replace(
        contacted(),
        later_answer=later and LaterAnswer(START + later, 9),
        again=again and Resurvey(START + 14 * DAY, START + again, 7, "yes"),
    )
    found = [name for name in case_counts(followup) if name[0] in ("spoken_to", "nobody_reached")]
    assert found == ([pair] if pair else [])


def test_who_could_not_be_reached_is_of_those_whom_nobody_reached() -> None:
    followup = replace(contacted(reached=False), later_answer=LaterAnswer(START + DAY, 3))
    assert case_counts(followup)["nobody_reached", "detractor", "detractor"] == 1
    content = replace(followup, score=8)
    assert not any(name[0] == "nobody_reached" for name in case_counts(content))


def test_figures_add_up() -> None:
    one = case_figures(case_counts(contacted()) + Counter([("spoken_to", "detractor", "promoter")]))
    late = lifecycle.escalate(open_followup(), STORE, START + minutes(10))
    total = one + case_figures(case_counts(late)) + CaseFigures()
    assert total.step("taken_on") == StepTimes({bucket_of(minutes(2)): 1}, in_time=1, never=1)
    assert total.step("contacted") == StepTimes({bucket_of(HOUR): 1}, in_time=1)
    assert total.step("resolved") == StepTimes()
    assert (total.spoken_to, total.nobody_reached) == ({("detractor", "promoter"): 1}, {})


def test_figures_of_two_months_add_up() -> None:
    pair = ("detractor", "promoter")
    one = case_figures({NOT_REACHED: 2, ("nobody_reached", *pair): 4, ("spoken_to", *pair): 1})
    other = case_figures({NOT_REACHED: 3, ("nobody_reached", *pair): 1, ("spoken_to", *pair): 6})
    both = one + other
    assert (both.not_reached, both.nobody_reached, both.spoken_to) == (5, {pair: 5}, {pair: 7})
