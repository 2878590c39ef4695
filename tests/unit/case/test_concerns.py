"""Concerns of a case: their dates, plans and solutions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lazo.case import actions as case_actions
from lazo.case import concerns
from lazo.case.model import CaseChange
from lazo.errors import Rejected
from tests.builders import START, make_store
from tests.unit.case.cases import (
    SOLVED,
    TODAY,
    case_after,
    case_contacted,
    case_with_concern,
    concern,
    context,
    rejection_codes,
)


def test_resolving_asks_for_every_concern() -> None:
    assert rejection_codes(lambda: case_actions.resolve(case_contacted(), context(), **SOLVED)) == [
        ("no_concern", None)
    ]
    case = case_with_concern()
    case = case_after(
        case,
        case_actions.add_concern(case, concern(concern_id="C2", text="Caja fría"), context(4)),
    )
    with pytest.raises(Rejected) as refused:
        case_actions.resolve(case, context(5), **SOLVED)
    (problem,) = refused.value.problems
    assert problem.code == "open_concerns"
    assert problem.facts["concerns"] == ["Esperó 40 minutos", "Caja fría"]


def test_a_plan_is_enough_to_resolve_and_not_to_confirm() -> None:
    case = case_with_concern()
    planned = concerns.plan_concern(
        case.concerns[0], "Instalar segunda caja", TODAY + timedelta(days=2), "sms", "ana", START, TODAY
    )
    case = case_after(case, case_actions.settle_concern(case, planned, context(4)))
    case = case_after(case, case_actions.resolve(case, context(5), **SOLVED))
    assert rejection_codes(lambda: case_actions.confirm(case, context(6), "phone", "", solved=True)) == [
        ("still_planned", None)
    ]
    done = case_after(
        case,
        case_actions.settle_concern(
            case, concerns.solve_concern(case.concerns[0], "Ya está", "ana", START), context(7)
        ),
    )
    assert case_actions.confirm(done, context(8), "phone", "", solved=True).after.stage == "confirmed"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"deadline": TODAY - timedelta(days=1)}, ("in_the_past", "deadline")),
        ({"deadline": TODAY + timedelta(days=31)}, ("too_far", "deadline")),
        ({"deadline": TODAY.replace(year=2096)}, ("too_far", "deadline")),
        ({"checkpoints": (TODAY - timedelta(days=1),)}, ("outside", "checkpoint")),
        ({"checkpoints": (TODAY + timedelta(days=4),)}, ("outside", "checkpoint")),
        (
            {
                "checkpoints": tuple(TODAY + timedelta(days=n) for n in range(6)),
                "deadline": date(2026, 4, 1),
            },
            ("too_many", "checkpoint"),
        ),
        ({"owner": "nobody"}, ("unknown_owner", "owner")),
    ],
)
def test_invalid_concerns_are_rejected(changes: dict[str, Any], found: tuple[str, str]) -> None:
    assert rejection_codes(
        lambda: case_actions.add_concern(case_contacted(), concern(**changes), context())
    ) == [found]


def test_a_solved_concern_cannot_be_settled_again() -> None:
    done = concerns.solve_concern(concern(), "Listo", "ana", START)
    assert rejection_codes(lambda: concerns.solve_concern(done, "Otra vez", "ana", START)) == [
        ("settled_already", "concern_id")
    ]
    assert rejection_codes(lambda: concerns.plan_concern(done, "x", TODAY, "sms", "ana", START, TODAY)) == [
        ("settled_already", "concern_id")
    ]
    assert rejection_codes(
        lambda: concerns.plan_concern(concern(), "x", TODAY - timedelta(days=1), "sms", "ana", START, TODAY)
    ) == [("in_the_past", "date")]


def test_an_open_concern_moves_to_another_date_and_owner_and_is_late_no_more() -> None:
    case = case_with_concern(deadline=TODAY, checkpoints=(TODAY,))
    late = replace(case, followup=replace(case.followup, late_concerns=("C1",)))
    tomorrow = TODAY + timedelta(days=1)

    def move(deadline: date, owner: str = "diego") -> CaseChange:
        return case_actions.move_concern(
            late, "C1", deadline, owner, "Turno", context(4, now=START + timedelta(days=1))
        )

    change = move(tomorrow)
    (moved,) = change.concerns
    assert (moved.deadline, moved.owner, moved.state, moved.checkpoints) == (tomorrow, "diego", "open", ())
    assert change.after.late_concerns == ()
    assert change.entry.detail["until"] == "2026-03-12T02:59:00+00:00", "the last minute in Santiago"
    assert rejection_codes(lambda: move(TODAY)) == [("in_the_past", "deadline")]
    assert rejection_codes(lambda: move(TODAY + timedelta(days=40))) == [("too_far", "deadline")]
    assert rejection_codes(lambda: move(tomorrow, "nobody")) == [("unknown_owner", "owner")]
    assert rejection_codes(lambda: move(TODAY, "ana")) == [("same_date", "deadline")]


def test_dates_of_a_concern_are_days_of_the_store() -> None:
    """At 02:00 UTC on the 11th it is still the 10th in Santiago: a deadline on the 10th is not past."""
    night = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)
    step = case_actions.add_concern(case_contacted(), concern(deadline=TODAY), context(now=night))
    assert step.concerns[0].deadline == TODAY


def test_a_plan_may_be_for_today_and_not_for_yesterday() -> None:
    planned = concerns.plan_concern(concern(), "Otra caja", TODAY, "sms", "ana", START, TODAY)
    assert (planned.state, planned.action, planned.planned_for) == ("planned", "Otra caja", TODAY)
    assert (planned.hears_by, planned.settled_by, planned.settled_at) == ("sms", "ana", START)
    yesterday = TODAY - timedelta(days=1)
    assert rejection_codes(
        lambda: concerns.plan_concern(concern(), "Otra caja", yesterday, "sms", "ana", START, TODAY)
    ) == [("in_the_past", "date")]


def test_what_is_still_wrong_after_all_is_of_high_priority() -> None:
    followup = case_contacted().followup
    found = concerns.reopening_concern("C9", "Sigue igual", followup, make_store(), "customer", START)
    # Three days to resolve it, by the wall clock: until the 13th.
    assert (found.priority, found.owner, found.deadline) == ("high", "ana", date(2026, 3, 13))
