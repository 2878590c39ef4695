"""Promises within a case: a planned concern, the customer's confirmation, stages and limits."""

from dataclasses import replace
from typing import Any

import pytest

from lazo.case import promise_actions
from lazo.case.actions import confirm, dismiss, settle_concern
from lazo.case.concerns import plan_concern, solve_concern
from lazo.case.model import Case, CaseChange
from lazo.errors import Rejected
from lazo.followup import lifecycle
from lazo.promise import model as promise_model
from lazo.promise.model import Promise, PromiseChange, PromiseDecision
from tests.builders import START, make_store
from tests.unit.case.cases import SOLVED, case_after, case_with_concern, context
from tests.unit.promise.promises import FRIDAY, HOUR, promise_with, rejection_of


def case_and_promises_after(case: Case, change: Any) -> Case:
    """Return the case once the change and its promises are written."""
    changed = {each.after.promise_id: each.after for each in change.promises}
    known = {each.promise_id: each for each in case.promises} | changed
    return replace(case_after(case, change), promises=tuple(known.values()))


def test_a_planned_concern_is_a_promise_and_solving_it_keeps_it() -> None:
    case = case_with_concern()
    planned = plan_concern(case.concerns[0], "Otra caja", FRIDAY, "phone", "ana", START, START.date())
    promise = promise_with(what="Otra caja", concern_id="C1")
    case = case_and_promises_after(
        case, settle_concern(case, planned, context(5), PromiseChange(None, promise))
    )
    assert case.plan_for("C1") == promise
    solved = solve_concern(case.concerns[0], "Ya está", "ana", START)
    case = case_and_promises_after(case, settle_concern(case, solved, context(6)))
    assert [each.state for each in case.promises] == ["kept"]


def test_keeping_the_promise_solves_the_concern() -> None:
    case = case_with_concern()
    planned = plan_concern(case.concerns[0], "Otra caja", FRIDAY, "phone", "ana", START, START.date())
    case = case_and_promises_after(
        case,
        settle_concern(case, planned, context(5), PromiseChange(None, promise_with(concern_id="C1"))),
    )
    case = case_and_promises_after(case, promise_actions.keep_promise(case, "P1", "", context(6)))
    assert [(c.state, c.action) for c in case.concerns] == [("solved", "Una mesa nueva")]
    assert case.history[-1].what == "promise_kept"


DECIDED = {
    "P1": PromiseDecision("kept"),
    "P2": PromiseDecision("withdrawn", "Ya compró una"),
    "P3": PromiseDecision("open"),
}


def resolved_with(*promises: Promise) -> Case:
    case = case_with_concern()
    solved = solve_concern(case.concerns[0], "Listo", "ana", START)
    case = case_and_promises_after(replace(case, promises=promises), settle_concern(case, solved, context(5)))
    return replace(case, followup=lifecycle.resolve(case.followup, make_store(), START, **SOLVED))


def test_a_solved_case_asks_of_each_open_promise_what_becomes_of_it() -> None:
    promises = (replace(promise_with(), promise_id=f"P{n}") for n in (1, 2, 3))
    case = resolved_with(*promises)
    not_yet = confirm(case, context(6), "phone", "", solved=False)
    assert not not_yet.promises
    with pytest.raises(Rejected) as refused:
        confirm(case, context(6), "phone", "", solved=True, decisions={"P1": PromiseDecision("kept")})
    assert [(p.code, p.field) for p in refused.value.problems] == [
        ("required", "promise-P2"),
        ("required", "promise-P3"),
    ]
    change = confirm(case, context(6), "phone", "", solved=True, decisions=DECIDED)
    done = case_and_promises_after(case, change)
    assert done.followup.stage == "confirmed"
    assert [(p.state, p.reason) for p in done.promises] == [
        ("kept", ""),
        ("withdrawn", "Ya compró una"),
        ("open", ""),
    ]


def test_a_promise_that_missed_its_date_is_not_withdrawn_from_the_figures() -> None:
    missed = (
        replace(promise_with(), promise_id="P1", due=START - HOUR),
        replace(promise_with(), promise_id="P2", missed=START - HOUR),
        replace(promise_with(), promise_id="P3"),
    )
    decisions = {each.promise_id: PromiseDecision("withdrawn", "Ya compró una") for each in missed}
    change = confirm(resolved_with(*missed), context(6), "phone", "", solved=True, decisions=decisions)
    assert [(c.after.state, c.after.missed) for c in change.promises] == [
        ("broken", START - HOUR),
        ("broken", START - HOUR),
        ("withdrawn", None),
    ]


def planned_and_resolved(promise: Promise | None) -> Case:
    case = case_with_concern()
    planned = plan_concern(case.concerns[0], "Otra caja", FRIDAY, "phone", "ana", START, START.date())
    made = PromiseChange(None, promise) if promise else None
    case = case_and_promises_after(case, settle_concern(case, planned, context(5), made))
    return replace(case, followup=lifecycle.resolve(case.followup, make_store(), START, **SOLVED))


@pytest.mark.parametrize(
    ("decision", "concern"),
    [
        (PromiseDecision("kept"), ("solved", "Una mesa nueva")),
        (PromiseDecision("withdrawn", "Ya no viene"), ("solved", "Ya no viene")),
        (PromiseDecision("open"), ("planned", "Otra caja")),
    ],
)
def test_a_planned_concern_ends_with_its_promise(decision: PromiseDecision, concern: tuple[str, str]) -> None:
    case = planned_and_resolved(promise_with(concern_id="C1"))
    change = confirm(case, context(6), "phone", "", solved=True, decisions={"P1": decision})
    done = case_and_promises_after(case, change)
    assert [(c.state, c.action) for c in done.concerns] == [concern]


def test_a_plan_whose_promise_was_broken_is_solved_before_the_case_is_confirmed() -> None:
    broken = replace(promise_with(concern_id="C1"), state="broken")
    problem = rejection_of(
        lambda: confirm(planned_and_resolved(broken), context(6), "phone", "", solved=True, decisions={})
    )
    assert (problem.code, problem.facts["concerns"]) == ("still_planned", ["Esperó 40 minutos"])


def test_a_promise_is_withdrawn_only_once_the_customer_says_that_it_is_solved() -> None:
    case = planned_and_resolved(promise_with(concern_id="C1"))

    def withdraw(case: Case) -> CaseChange:
        return promise_actions.withdraw_promise(case, "P1", "Ya compró una", context(7))

    assert rejection_of(lambda: withdraw(case)).code == "wrong_stage"
    ended = replace(case, followup=replace(case.followup, stage="confirmed", deadline=None))
    done = case_and_promises_after(ended, withdraw(ended))
    assert [(p.state, p.reason, p.settled_by) for p in done.promises] == [
        ("withdrawn", "Ya compró una", "ana")
    ]
    assert [(c.state, c.action) for c in done.concerns] == [("solved", "Ya compró una")]
    assert done.history[-1].what == "promise_withdrawn"


def test_a_dismissed_case_leaves_no_promise_open() -> None:
    case = case_with_concern()
    doubtful = replace(case.followup, doubts=("too_fast",))
    late = replace(promise_with(), promise_id="P2", due=START - HOUR)
    moved = replace(promise_with(), promise_id="P3", missed=START - HOUR)
    unsent = replace(late, promise_id="P4", first_contact=True)
    case = replace(case, followup=doubtful, promises=(promise_with(), late, moved, unsent))
    done = case_and_promises_after(case, dismiss(case, context(5)))
    states = {each.promise_id: each.state for each in done.promises}
    assert done.followup.stage == "unconfirmed"
    # What was told and missed stays missed, as when the customer is erased.
    assert states == {"P1": "withdrawn", "P2": "broken", "P3": "broken", "P4": "withdrawn"}


def test_promises_need_a_case_in_work_and_are_limited() -> None:
    case = case_with_concern()
    for stage in ("open", "confirmed", "unconfirmed"):
        shut = replace(case, followup=replace(case.followup, stage=stage))
        assert (
            rejection_of(lambda shut=shut: promise_actions.add_promise(shut, promise_with(), context(5))).code
            == "wrong_stage"
        )
    full = replace(case, promises=(promise_with(),) * promise_model.PROMISES_AT_MOST)
    assert (
        rejection_of(lambda: promise_actions.add_promise(full, promise_with(), context(5))).code == "too_many"
    )
