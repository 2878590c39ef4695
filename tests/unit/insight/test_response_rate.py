"""Answers for each visitor."""

import pytest

from lazo.insight.bands import BandCounts
from lazo.insight.response_rate import response_rate


def test_the_silent_bound_the_score() -> None:
    """50 of 200 answer, with 30 promoters and 10 detractors: (20 - 150)/200 and (20 + 150)/200."""
    found = response_rate(BandCounts(30, 10, 10), 200)
    assert found is not None
    assert found.answered.share == 0.25
    assert (found.bounds.lower, found.bounds.upper) == (pytest.approx(-65), pytest.approx(85))


def test_if_everybody_answers_nothing_is_open() -> None:
    found = response_rate(BandCounts(3, 1, 1), 5)
    assert found is not None
    assert found.bounds.lower == found.bounds.upper == 40


def test_visitors_that_cannot_be_right_give_no_rate() -> None:
    assert response_rate(BandCounts(3, 1, 1), 4) is None
    assert response_rate(BandCounts(), 0) is None
