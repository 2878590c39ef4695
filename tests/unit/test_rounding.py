"""Whole numbers of figures; expected values worked out by hand."""

import pytest

from lazo.rounding import percent, percents, rounded


@pytest.mark.parametrize(
    ("figure", "whole"),
    [(0, 0), (2.5, 3), (-2.5, -3), (0.49, 0), (-0.49, 0), (100 * 0.145, 15), (33.33, 33), (-66.67, -67)],
)
def test_a_half_goes_away_from_zero(figure: float, whole: int) -> None:
    assert rounded(figure) == whole


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 7, 14), (1, 8, 13), (3, 8, 38), (2, 3, 67), (0, 9, 0), (9, 9, 100), (199, 200, 99), (1, 1000, 1)],
)
def test_per_cent_to_the_nearest_and_100_only_of_all(part: int, whole: int, expected: int) -> None:
    assert percent(part, whole) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((1, 1, 1), [34, 33, 33]),
        ((10, 6, 4), [50, 30, 20]),
        ((4, 2, 1), [57, 29, 14]),  # 57.14, 28.57, 14.29: the remainder of the second is the largest
        ((1, 1, 6), [13, 12, 75]),  # 12.5 each
        ((0, 0, 0), [0, 0, 0]),
        ((0, 5), [0, 100]),
    ],
)
def test_parts_of_a_whole_add_up(parts: tuple[int, ...], expected: list[int]) -> None:
    assert percents(parts) == expected
