"""The days, weeks, months and quarters that the insights offer."""

from datetime import date

import pytest

from desk.insights.periods import (
    UNITS,
    Period,
    Unit,
    choose_period,
    months_between,
    offered_periods,
    parse_period,
    period_of,
    periods_until,
    shown_periods,
)
from lazo.translations import translations

TODAY = date(2026, 2, 10)
"""A Tuesday."""


@pytest.mark.parametrize(
    ("unit", "name", "first", "last", "before"),
    [
        ("day", "2026-02-10", date(2026, 2, 10), date(2026, 2, 10), "2026-02-09"),
        ("week", "2026-w07", date(2026, 2, 9), date(2026, 2, 15), "2026-w06"),
        ("month", "2026-02", date(2026, 2, 1), date(2026, 2, 28), "2026-01"),
        ("quarter", "2026-q1", date(2026, 1, 1), date(2026, 3, 31), "2025-q4"),
    ],
)
def test_a_period_has_its_first_and_last_day_and_the_one_before(
    unit: Unit, name: str, first: date, last: date, before: str
) -> None:
    found = period_of(unit, TODAY)
    assert (found.id, found.first, found.last, found.before.id) == (name, first, last, before)
    assert parse_period(name) == found


def test_a_leap_day_and_a_week_over_new_year() -> None:
    """1 January 2027 is a Friday, so it is in the last week of 2026, the 53rd (ISO 8601)."""
    assert Period("month", date(2024, 2, 1)).last == date(2024, 2, 29)
    week = period_of("week", date(2027, 1, 1))
    assert (week.id, week.first, week.months) == ("2026-w53", date(2026, 12, 28), ("2026-12", "2027-01"))


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-w54", "2026-02-30", "2026-q5", "1999-01", "2026-1"]
)
def test_what_names_no_period_is_none(text: str) -> None:
    assert parse_period(text) is None


def test_months_go_back_over_new_year() -> None:
    months = periods_until(period_of("month", TODAY), 4)
    assert [each.id for each in months] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert months_between(date(2025, 11, 30), date(2026, 2, 1)) == (
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    )


def test_without_a_period_that_can_be_shown_it_is_this_month() -> None:
    """36 months back from February 2026 is March 2023."""
    for text in ("", "x", "2026-03", "2023-02", "2026-w07"):
        assert choose_period(text, TODAY, ("month", "quarter")).id == "2026-02"
    assert choose_period("2026-w07", TODAY, UNITS).id == "2026-w07"
    # A page of months shows the one in which a chosen week or day begins.
    assert choose_period("2026-w05", TODAY, ("month", "quarter")).id == "2026-01"
    assert choose_period("2025-12-31", TODAY, ("month", "quarter")).id == "2025-12"
    assert choose_period("2023-03", TODAY, UNITS).id == "2023-03"


def test_the_chart_ends_now_or_with_an_older_period_that_was_chosen() -> None:
    assert [each.id for each in shown_periods(period_of("quarter", TODAY), TODAY)][-2:] == [
        "2025-q4",
        "2026-q1",
    ]
    assert len(shown_periods(period_of("month", TODAY), TODAY)) == 36
    old = Period("week", date(2025, 3, 3))
    shown = shown_periods(old, TODAY)
    assert (shown[-1], len(shown)) == (old, 13)
    assert offered_periods(old, TODAY, UNITS)["week"][-1] == old


def test_periods_are_said_in_each_language() -> None:
    periods = [period_of(unit, TODAY) for unit in UNITS]
    said = {
        language: [each.label(translations("insights_frame", language)) for each in periods]
        for language in ("es", "en", "pt")
    }
    assert said == {
        "es": [
            "10 de febrero de 2026",
            "semana del 9 de febrero de 2026",
            "febrero de 2026",
            "1.º trimestre de 2026",
        ],
        "en": ["10 February 2026", "week of 9 February 2026", "February 2026", "Q1 2026"],
        "pt": [
            "10 de fevereiro de 2026",
            "semana de 9 de fevereiro de 2026",
            "fevereiro de 2026",
            "1º trimestre de 2026",
        ],
    }
