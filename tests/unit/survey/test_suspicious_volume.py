"""The hourly number of answers above which a store's answers are suspicious."""

import pytest

from lazo.survey.suspicious_volume import hourly_answer_limit


@pytest.mark.parametrize(
    ("hourly_counts", "always_allowed", "expected"),
    [
        ([], 60, 60),
        ([10], 60, 60),  # 3 x 10 is below what is never unusual
        ([20], 60, 60),
        ([21], 60, 63),
        ([5, 40, 30], 60, 120),  # the busiest hour of all days, not a sum
        ([30, 50], 100, 150),
    ],
)
def test_limit_of_an_hour(hourly_counts: list[int], always_allowed: int, expected: int) -> None:
    assert hourly_answer_limit(hourly_counts, always_allowed) == expected
