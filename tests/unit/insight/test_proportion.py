"""A share and its interval; expected values as printed by Newcombe 1998, table I, method 3. The difference of two
shares: as printed in his second paper of that year, table II, method 10."""

import pytest

from lazo.insight.proportion import proportion, proportion_difference


@pytest.mark.parametrize(
    ("hits", "n", "lower", "upper"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0000),  # as many misses as hits above
    ],
)
def test_the_interval_equals_published_values(hits: int, n: int, lower: float, upper: float) -> None:
    found = proportion(hits, n)
    assert found is not None
    assert found.share == hits / n
    assert found.interval.lower == pytest.approx(lower, abs=5e-5)
    assert found.interval.upper == pytest.approx(upper, abs=5e-5)


def test_of_nothing_there_is_no_share() -> None:
    assert proportion(0, 0) is None
    with pytest.raises(ValueError, match="3 of 2"):
        proportion(3, 2)


@pytest.mark.parametrize(
    ("of", "than", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_the_interval_of_a_difference_equals_published_values(
    of: tuple[int, int], than: tuple[int, int], lower: float, upper: float
) -> None:
    found = proportion_difference(proportion(*of), proportion(*than))
    assert found is not None
    assert found.difference == pytest.approx(of[0] / of[1] - than[0] / than[1])
    assert found.interval.lower == pytest.approx(lower, abs=5e-5)
    assert found.interval.upper == pytest.approx(upper, abs=5e-5)
    assert found.least_n == min(of[1], than[1])


def test_nothing_has_no_difference_to_anything() -> None:
    assert proportion_difference(proportion(0, 0), proportion(1, 2)) is None
    assert proportion_difference(proportion(1, 2), proportion(0, 0)) is None


@pytest.mark.parametrize("n", [3, 7, 20, 49, 1000])
def test_all_and_none_end_exactly_at_one_and_nought(n: int) -> None:
    all_of_them, none = proportion(n, n), proportion(0, n)
    assert all_of_them is not None
    assert none is not None
    assert all_of_them.interval.upper == 1
    assert none.interval.lower == 0
