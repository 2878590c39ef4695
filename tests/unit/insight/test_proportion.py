"""A share and its interval; expected values as printed by Newcombe 1998, table I, method 3."""

import pytest

from lazo.insight.proportion import proportion


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
