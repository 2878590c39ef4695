"""Answers for each visitor."""

from datetime import date

import pytest

from lazo.insight.bands import BandCounts
from lazo.insight.response_rate import VisitorFigures, response_rate, visitor_figures


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


def test_answers_of_days_without_visitors_are_left_out() -> None:
    """Visitors of two days, of one of which there are no answers: 5 answers of 60 visitors; the third day's 9 do not
    count. Stores and months add up."""
    first, second, third = (date(2026, 11, day) for day in (1, 2, 3))
    answers = {first: BandCounts(3, 1, 1), third: BandCounts(9, 0, 0)}
    found = visitor_figures(answers, {first: 40, second: 20})
    assert found == VisitorFigures(60, BandCounts(3, 1, 1))
    assert found + VisitorFigures(10, BandCounts(1, 0, 0)) == VisitorFigures(70, BandCounts(4, 1, 1))
