"""Days cut into periods. Expected days are read off a calendar: 2026-11-30 is a Monday, 2024 has a 29th of February."""

from datetime import date

import pytest

from lazo.insight.periods import CalendarSpan, Period, split_into_periods


def days(text: str) -> CalendarSpan:
    first, end = text.split(" ")
    return CalendarSpan(date.fromisoformat(first), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("period", "whole", "parts"),
    [
        ("day", "2024-02-28 2024-03-01", ["2024-02-28 2024-02-29", "2024-02-29 2024-03-01"]),
        (
            "week",
            "2026-11-28 2026-12-08",
            ["2026-11-28 2026-11-30", "2026-11-30 2026-12-07", "2026-12-07 2026-12-08"],
        ),
        (
            "month",
            "2026-11-30 2027-01-02",
            ["2026-11-30 2026-12-01", "2026-12-01 2027-01-01", "2027-01-01 2027-01-02"],
        ),
        ("month", "2026-11-01 2026-12-01", ["2026-11-01 2026-12-01"]),
        (
            "quarter",
            "2026-09-30 2027-02-01",
            ["2026-09-30 2026-10-01", "2026-10-01 2027-01-01", "2027-01-01 2027-02-01"],
        ),
    ],
)
def test_first_and_last_period_are_cut_at_the_range(period: Period, whole: str, parts: list[str]) -> None:
    assert list(split_into_periods(days(whole), period)) == [days(part) for part in parts]
