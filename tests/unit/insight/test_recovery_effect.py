"""Before and after, beside those whom nobody reached."""

import pytest

from lazo.followup.recovery import RecoveryFigures
from lazo.insight.recovery_effect import BandPairs, recovery_effect, resurvey_figures

WON: BandPairs = {("detractor", "promoter"): 17}
"""Seventeen unhappy customers who are delighted now; the interval of their score is worked out in test_score."""


def test_all_in_the_groups_were_asked_or_not() -> None:
    found = resurvey_figures(
        RecoveryFigures(recovered=3, unchanged=2, silent=5, not_asked=4, reopened=1, waiting=6)
    )
    assert (found.asked, found.answered, found.silent, found.never_asked) == (10, 5, 5, 11)
    assert found.share_answered is not None
    assert found.share_answered.share == 0.5
    assert resurvey_figures(RecoveryFigures(nothing_wrong=4)).share_answered is None


def test_the_score_after_has_its_interval() -> None:
    found = recovery_effect(WON, {}).contacted
    assert (found.score, found.n, found.is_enough) == (100, 17, False)
    assert found.interval is not None
    assert found.interval.lower == pytest.approx(65.2782, abs=5e-5)


def test_what_is_left_after_regression_to_the_mean() -> None:
    contacted: BandPairs = {("detractor", "promoter"): 40, ("detractor", "detractor"): 20}
    others: BandPairs = {("detractor", "promoter"): 20, ("detractor", "detractor"): 40}
    found = recovery_effect(contacted, others)
    assert found.beyond is not None
    assert found.contacted.score == pytest.approx(100 / 3)
    assert found.not_reached.score == pytest.approx(-100 / 3), "better than -100 without anybody's doing"
    assert found.beyond.points == pytest.approx(200 / 3)
    # n + 3 = 63, shares 40.75/63 and 20.75/63, mean 0.317460, squared error (61.5/63 - 0.100781)/63 = 0.013895, twice
    assert found.beyond.interval.lower == pytest.approx(63.4921 - 195.9964 * (2 * 0.013895) ** 0.5, abs=2e-3)
    assert found.beyond.direction == "higher"


def test_without_a_group_beside_it_nothing_is_claimed() -> None:
    found = recovery_effect(WON, {})
    assert (found.not_reached.score, found.beyond) == (None, None)
