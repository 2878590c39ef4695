"""Short profiles of the simulations: coverage of intervals, and how often chance is taken for news."""

import pytest

from benchmarks import intervals, rising_looks, rising_themes, store_standings, touchpoints


@pytest.mark.parametrize("n", [20, 50])
def test_intervals_hold_the_true_score_as_often_as_they_say(n: int) -> None:
    for shares in intervals.GRID[::3]:
        assert intervals.LEAST <= intervals.coverage(n, shares) <= intervals.MOST, shares


def test_coverage_adds_up_all_samples() -> None:
    """Of a single answer each interval holds 0: 1.75/4 - 0.75/4 = 0.25, more than one standard error of 0.37 below."""
    assert intervals.coverage(1, (0.5, 0.3)) == pytest.approx(100)


def test_themes_do_not_rise_where_nothing_changes() -> None:
    """At most a tenth of 24 months is flagged on average; eight or more then happen once in a thousand times."""
    for strayed in (0.0, 0.3):
        flagged = rising_themes.flagged_by_month(months=24, stores=50, strayed=strayed)
        assert len(flagged) == 24
        assert sum(1 for n in flagged.values() if n) < 8


def test_a_look_at_stores_and_brands_flags_nothing_where_nothing_changes() -> None:
    """At most one look of fifty has a flag on average; three or more of 20 then happen once in a hundred times."""
    for strayed in (0.0, 0.3):
        assert rising_looks.looks_with_flags(20, 9, strayed, together=True) < 3


def test_a_doubling_is_seen() -> None:
    assert rising_themes.power(160, 0.1, 22_000, weeks=4, samples=40) > 0.6


def test_equal_stores_do_not_differ() -> None:
    assert store_standings.brands_with_any((0.9, 0.02), brands=10, stores=40) < 6
    found, false = store_standings.found_and_false(points=40, n=100, stores=200)
    assert found > 0.8
    assert false < 0.2


def test_touchpoints_as_ever_are_left_alone_and_silent_ones_noticed() -> None:
    looks, silent, flooded = touchpoints.false_notes(10, 0.3, touchpoints=10)
    assert (looks, silent, flooded) == (210, 0, 0)
    assert touchpoints.days_until_noticed(10, 0.0, touchpoints=10)[-1] <= 7
