"""When a shop gets more answers than its customers can be giving."""

import pytest

from lazo.survey.suspicious_volume import hourly_limit


@pytest.mark.parametrize(
    ("days", "never_unusual", "expected"),
    [
        ([], 60, 60),
        ([{"h12": 10}], 60, 60),  # 3 x 10 is below what is never unusual
        ([{"h12": 20}], 60, 60),
        ([{"h12": 21}], 60, 63),
        ([{"h09": 5, "h13": 40}, {"h13": 30}], 60, 120),  # the busiest hour of all days, not a sum
        ([{"y12": 5000}], 60, 60),  # a flood of yesterday makes no room for a larger one
        ([{"s3": 500, "x3": 500, "t#service#detractor": 500}], 60, 60),
        ([{"pk": "STORE#h", "sk": "DAY#2026-03-09", "h00": 30, "h23": 50}], 100, 150),
    ],
)
def test_limit_of_an_hour(days: list[dict[str, int]], never_unusual: int, expected: int) -> None:
    assert hourly_limit(days, never_unusual) == expected
