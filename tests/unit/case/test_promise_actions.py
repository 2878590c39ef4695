"""Promises within a case: a planned concern, the customer's confirmation, stages and limits."""

from dataclasses import replace
from typing import Any

from lazo.case import promise_actions
from lazo.case.actions import confirm, settle_concern
from lazo.case.concerns import plan_concern, solve_concern
from lazo.case.model import Case
from lazo.promise import model as promise_model
from lazo.promise.model import PromiseChange
from tests.builders import START, make_store
from tests.unit.case.cases import SOLVED, act, after, with_concern
from tests.unit.promise.promises import FRIDAY, HOUR, made, refused


class TestTheCase:
    def test_a_planned_concern_is_a_promise_and_solving_it_keeps_it(self) -> None:
        case = with_concern()
        planned = plan_concern(case.concerns[0], "Otra caja", FRIDAY, "phone", "ana", START, START.date())
        promise = made(what="Otra caja", concern_id="C1")
        case = self.after(case, settle_concern(case, planned, act(5), PromiseChange(None, promise)))
        assert case.plan_for("C1") == promise
        solved = solve_concern(case.concerns[0], "Ya está", "ana", START)
        case = self.after(case, settle_concern(case, solved, act(6)))
        assert [each.state for each in case.promises] == ["kept"]

    def test_keeping_the_promise_solves_the_concern(self) -> None:
        case = with_concern()
        planned = plan_concern(case.concerns[0], "Otra caja", FRIDAY, "phone", "ana", START, START.date())
        case = self.after(
            case, settle_concern(case, planned, act(5), PromiseChange(None, made(concern_id="C1")))
        )
        case = self.after(case, promise_actions.keep_promise(case, "P1", "", act(6)))
        assert [(c.state, c.action) for c in case.concerns] == [("solved", "Una mesa nueva")]
        assert case.history[-1].what == "promise_kept"

    def test_what_the_customer_confirms_is_owed_no_more(self) -> None:
        from lazo.followup import lifecycle

        case = with_concern()
        case = replace(case, promises=(made(), replace(made(), promise_id="P2", due=START - HOUR)))
        solved = solve_concern(case.concerns[0], "Listo", "ana", START)
        case = self.after(case, settle_concern(case, solved, act(5)))
        case = replace(case, followup=lifecycle.resolve(case.followup, make_store(), START, **SOLVED))
        not_yet = confirm(case, act(6), "phone", "", solved=False)
        assert not not_yet.promises
        done = self.after(case, confirm(case, act(6), "phone", "", solved=True))
        assert [each.state for each in done.promises] == ["kept", "late"]

    def test_nobody_promises_before_it_is_taken_on_or_after_it_ended(self) -> None:
        case = with_concern()
        for stage in ("open", "confirmed", "unconfirmed"):
            shut = replace(case, followup=replace(case.followup, stage=stage))
            assert (
                refused(lambda shut=shut: promise_actions.add_promise(shut, made(), act(5))).code
                == "wrong_stage"
            )
        full = replace(case, promises=(made(),) * promise_model.PROMISES_AT_MOST)
        assert refused(lambda: promise_actions.add_promise(full, made(), act(5))).code == "too_many"

    @staticmethod
    def after(case: Case, step: Any) -> Case:
        changed = {change.after.promise_id: change.after for change in step.promises}
        known = {each.promise_id: each for each in case.promises} | changed
        return replace(after(case, step), promises=tuple(known.values()))
