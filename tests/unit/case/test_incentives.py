"""Limits of what a store gives to a customer."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from lazo.case import actions as case_actions
from lazo.case import concerns, incentives
from lazo.case.incentives import Incentive
from lazo.errors import Rejected
from lazo.phrases.wish_rules import check_wish_rules
from tests.builders import START, make_store
from tests.unit.case.cases import (
    case_after,
    case_resolved,
    concern,
    context,
    open_case,
    rejection_codes,
)

POLICY = {"currency": "CLP", "incentive_most": {"high": 10_000}, "incentive_month": 25_000}


def gift(value: str, concern_id: str = "C1") -> Incentive:
    return Incentive(
        "I", "gift_card", Decimal(value), "CLP", "Por la espera", concern_id, "ana", "Ana", START
    )


@pytest.mark.parametrize(
    ("value", "given", "month", "found"),
    [
        ("10000", (), "0", None),
        ("10000.01", (), "0", ("over_cap", Decimal(10_000))),
        ("4000", ("7000",), "0", ("over_cap", Decimal(3_000))),
        ("3000", ("7000",), "22000", None),
        ("3000", ("7000",), "22000.5", ("over_month", Decimal("2999.5"))),
        ("1", (), "30000", ("over_month", Decimal(0))),
    ],
)
def test_incentives_are_limited_by_followup_and_month(
    value: str, given: tuple[str, ...], month: str, found: tuple[str, Decimal] | None
) -> None:
    """The follow-up is of high priority (score 2): 10,000 for it, 25,000 for the store's month."""
    policy = make_store(policy=POLICY).policy
    about = open_case().followup
    assert about.priority == "high"
    solved = concerns.solve_concern(concern(), "Se disculpó", "ana", START)

    def grant() -> Incentive:
        before = [gift(each) for each in given]
        return incentives.check_incentive(gift(value), about, [solved], before, policy, Decimal(month))

    if found is None:
        assert grant().value == Decimal(value)
        return
    with pytest.raises(Rejected) as refused:
        grant()
    (problem,) = refused.value.problems
    assert (problem.code, problem.facts["left"]) == found


def test_an_incentive_needs_an_action_on_a_concern_and_a_policy() -> None:
    policy, about = make_store(policy=POLICY).policy, open_case().followup
    assert rejection_codes(
        lambda: incentives.check_incentive(gift("1"), about, [concern()], [], policy, Decimal(0))
    ) == [("no_action", "concern_id")]
    assert rejection_codes(
        lambda: incentives.check_incentive(gift("1"), about, [], [], policy, Decimal(0))
    ) == [("unknown_concern", "concern_id")]
    no_policy = make_store().policy
    done = concerns.solve_concern(concern(), "Listo", "ana", START)
    assert rejection_codes(
        lambda: incentives.check_incentive(gift("1"), about, [done], [], no_policy, Decimal(0))
    ) == [("over_cap", "value")]


def test_no_incentive_after_the_customer_confirmed() -> None:
    case = case_resolved()
    done = case_after(case, case_actions.confirm(case, context(6), "phone", "", solved=True))
    assert rejection_codes(lambda: case_actions.record_incentive(done, gift("1"), context(7))) == [
        ("wrong_stage", None)
    ]


def reasons() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "incentive_reasons.txt").read_text(encoding="utf-8").splitlines()
    return [(line.partition(" ")[2], line.partition(" ")[0]) for line in lines if line[0] != "#"]


@pytest.mark.parametrize(("reason", "allowed"), reasons())
def test_a_reason_is_about_what_happened_and_never_about_what_is_said(reason: str, allowed: str) -> None:
    policy, about = make_store(policy=POLICY).policy, open_case().followup
    done = concerns.solve_concern(concern(), "Listo", "ana", START)

    def grant() -> Incentive:
        return incentives.check_incentive(
            replace(gift("1"), reason=reason), about, [done], [], policy, Decimal(0)
        )

    if allowed == "yes":
        assert grant().reason == reason
    else:
        assert rejection_codes(grant) == [("tied_reason", "reason")]


def test_the_rules_of_reasons_are_valid() -> None:
    assert check_wish_rules(incentives.TIED_REASONS) == []


def test_all_that_is_wrong_with_an_incentive_is_said_at_once() -> None:
    policy, about = make_store(policy=POLICY).policy, open_case().followup
    asked = replace(gift("20000"), reason="Para que borre la reseña")
    assert rejection_codes(
        lambda: incentives.check_incentive(asked, about, [concern()], [], policy, Decimal(24_000))
    ) == [("no_action", "concern_id"), ("over_month", "value"), ("tied_reason", "reason")]
