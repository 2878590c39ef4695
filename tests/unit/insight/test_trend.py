"""Changes from month to month, and the slope over all; see test_score for the figures worked by hand."""

import pytest

from lazo.insight.bands import BandCounts
from lazo.insight.trend import changes, trend

WORSENING = [BandCounts(30, 21, 10), BandCounts(15, 31, 15), BandCounts(10, 21, 30)]


def test_the_slope_is_that_of_least_squares() -> None:
    """Both ends are as exact as each other, with the adjusted means 20/64 and -20/64 and the squared error
    (41.5/64 - (20/64)**2)/64 = 0.0086060: slope -0.3125, its standard error sqrt(0.0086060/2)."""
    found = trend(WORSENING)
    assert found is not None
    assert found.points == pytest.approx(-31.25)
    assert found.interval.lower == pytest.approx(-44.1068, abs=5e-5)
    assert found.interval.upper == pytest.approx(-18.3932, abs=5e-5)


def test_months_with_too_few_answers_leave_a_gap() -> None:
    spaced = trend([WORSENING[0], BandCounts(0, 0, 19), WORSENING[1], BandCounts(), WORSENING[2]])
    assert spaced is not None
    assert (spaced.periods, spaced.points) == (3, pytest.approx(-31.25 / 2)), "twice the time"
    assert trend([*WORSENING[:2], BandCounts(0, 0, 19)]) is None


def test_each_month_is_compared_with_the_one_before() -> None:
    first, second = changes([WORSENING[0], WORSENING[2], BandCounts()])
    assert first is not None
    assert first.direction == "lower"
    assert second is None
