"""What themes do to the score."""

import pytest

from lazo.insight.bands import BandCounts
from lazo.insight.drivers import drivers
from lazo.insight.interval import z_for_all_of

ALL = BandCounts(100, 50, 50)
WAITING = BandCounts(2, 8, 30)


def test_a_theme_costs_what_the_score_would_be_without_it() -> None:
    """All: (100 - 50)/200 = 25. Without: (98 - 20)/160 = 48.75."""
    (found,) = drivers(ALL, {"waiting_time": WAITING})
    assert (found.theme, found.n, found.points) == ("waiting_time", 40, pytest.approx(-23.75))
    assert found.interval.upper < 0
    assert found.is_enough


def test_the_interval_has_both_errors() -> None:
    """By hand: of the theme's answers 2.75/43, 30.75/43 and of the others 98.75/163, 20.75/163, adjusted, the squared
    errors are 0.008259 and 0.003091; the share is 42/204, the gap of the scores -0.7 - 0.4875 = -1.1875:
    sqrt(0.20588**2 * 0.011350 + 1.1875**2 * 0.20588 * 0.79412 / 200) = 0.040421."""
    (found,) = drivers(ALL, {"waiting_time": WAITING})
    assert found.interval.upper - found.points == pytest.approx(1.95996 * 4.0421, rel=1e-3)
    assert found.points - found.interval.lower == pytest.approx(1.95996 * 4.0421, rel=1e-3)


def test_of_many_themes_each_needs_more() -> None:
    """Bonferroni: the quantiles of 1 - 0.025/k, from tables of the normal distribution."""
    assert [z_for_all_of(many) for many in (1, 5, 10)] == pytest.approx([1.95996, 2.57583, 2.80703], abs=1e-5)
    names = ["waiting_time", "price", "staff_attitude", "cleanliness", "comfort"]
    alone, *_ = drivers(ALL, {"waiting_time": WAITING})
    among, *_ = drivers(ALL, dict.fromkeys(names, WAITING))
    widths = [each.interval.upper - each.interval.lower for each in (alone, among)]
    assert widths[1] / widths[0] == pytest.approx(2.57583 / 1.95996, abs=1e-4)


def test_what_costs_most_comes_first_and_themes_of_nobody_or_everybody_are_left_out() -> None:
    found = drivers(
        ALL,
        {
            "price": BandCounts(20),
            "waiting_time": WAITING,
            "comfort": BandCounts(),
            "service": ALL,
            "a": BandCounts(0, 0, 5),
        },
    )
    assert [each.theme for each in found] == ["waiting_time", "a", "price"]
    assert [each.is_enough for each in found] == [True, False, True]
