"""Promises within a case: a planned concern, the customer's confirmation, stages and limits."""

from dataclasses import replace
from typing import Any

from lazo.case import promise_actions
from lazo.case.actions import confirm, settle_concern
from lazo.case.concerns import plan_concern, solve_concern
from lazo.case.model import Case
from lazo.followup import lifecycle
from lazo.promise import model as promise_model
from lazo.promise.model import PromiseChange
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


def test_confirmation_by_the_customer_settles_all_promises() -> None:
    case = case_with_concern()
    case = replace(
        case, promises=(promise_with(), replace(promise_with(), promise_id="P2", due=START - HOUR))
    )
    solved = solve_concern(case.concerns[0], "Listo", "ana", START)
    case = case_and_promises_after(case, settle_concern(case, solved, context(5)))
    case = replace(case, followup=lifecycle.resolve(case.followup, make_store(), START, **SOLVED))
    not_yet = confirm(case, context(6), "phone", "", solved=False)
    assert not not_yet.promises
    done = case_and_promises_after(case, confirm(case, context(6), "phone", "", solved=True))
    assert [each.state for each in done.promises] == ["kept", "late"]


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
