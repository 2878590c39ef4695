"""In which group of the recovery figures a follow-up is: one, from the first time that it is resolved."""

from dataclasses import replace
from typing import Any

import pytest

from lazo.followup.model import FollowUp, Resurvey
from lazo.followup.recovery import RecoveryFigures, counted_as, is_won_back
from tests.builders import START
from tests.unit.case.cases import case_contacted, case_resolved

RESOLVED = case_resolved().followup
ASKED = Resurvey(START)


def answered(score: int, improved: Any = None) -> Resurvey:
    return Resurvey(START, START, score, improved)


def at(stage: Any, again: Resurvey | None = None, score: int | None = 2) -> FollowUp:
    return replace(RESOLVED, stage=stage, again=again, score=score)


@pytest.mark.parametrize(
    ("followup", "groups"),
    [
        (case_contacted().followup, []),
        (RESOLVED, ["waiting"]),
        (at("contacted"), ["reopened"]),
        (at("unconfirmed"), ["unconfirmed"]),
        (at("confirmed"), ["not_asked"]),
        (at("confirmed", ASKED), ["silent"]),
        (at("confirmed", answered(6)), ["unchanged"]),
        (at("confirmed", answered(7, "yes")), ["recovered", "yes"]),
        (at("confirmed", answered(2, "no")), ["no", "unchanged"]),
        (at("confirmed", answered(8), score=7), ["unchanged"]),
        (at("confirmed", answered(9), score=7), ["recovered"]),
        (at("confirmed", answered(10), score=None), ["unchanged"]),
        (replace(at("confirmed", score=9), priority="light"), ["nothing_wrong"]),
        (replace(at("resolved", score=7), priority="light"), ["nothing_wrong"]),
        (replace(at("confirmed", score=2), priority="light"), ["not_asked"]),
        (replace(at("confirmed", score=9), priority="urgent"), ["not_asked"]),
    ],
)
def test_each_resolved_case_is_in_one_group_or_had_nothing_wrong(
    followup: FollowUp, groups: list[str]
) -> None:
    assert sorted(counted_as(followup).elements()) == groups


def test_the_rate_is_of_everybody_whose_case_was_resolved() -> None:
    figures = RecoveryFigures(
        recovered=1,
        unchanged=1,
        silent=1,
        not_asked=1,
        unconfirmed=1,
        waiting=1,
        reopened=1,
        yes=2,
        nothing_wrong=5,
    )
    assert (figures.resolved, figures.rate, figures.closed) == (7, 14, 12)
    assert RecoveryFigures().rate is None


@pytest.mark.parametrize(
    ("followup", "won"),
    [
        (at("confirmed"), False),
        (at("confirmed", ASKED), False),
        (at("confirmed", answered(6)), False),
        (at("confirmed", answered(7)), True),
        (at("confirmed", answered(9), score=8), True),
        (at("confirmed", answered(7), score=8), False),
        (at("confirmed", answered(10), score=None), False),
    ],
)
def test_won_back_is_who_answers_in_a_better_band(followup: FollowUp, won: bool) -> None:
    assert is_won_back(followup) is won
