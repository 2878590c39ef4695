"""The months and quarters that the insights offer."""

from datetime import date

from desk.insights.periods import Period, months_until, periods_of
from lazo.translations import translations


def test_months_go_back_over_new_year() -> None:
    assert months_until(date(2026, 2, 10), 4) == ("2025-11", "2025-12", "2026-01", "2026-02")


def test_a_period_has_its_first_and_last_day_and_the_one_before() -> None:
    february = Period(("2024-02",))
    assert (february.first, february.last) == (date(2024, 2, 1), date(2024, 2, 29))
    first_quarter = Period(("2026-01", "2026-02", "2026-03"))
    assert (first_quarter.id, first_quarter.last) == ("2026-q1", date(2026, 3, 31))
    assert first_quarter.before == Period(("2025-10", "2025-11", "2025-12"))


def test_a_quarter_whose_first_month_is_not_read_is_not_offered() -> None:
    """Its answers would be counted in part. That of now will be whole."""
    offered = periods_of(months_until(date(2026, 2, 10), 6))
    assert [each.id for each in offered] == [
        *("2026-02", "2026-01", "2025-12", "2025-11", "2025-10", "2025-09"),
        *("2026-q1", "2025-q4"),
    ]


def test_periods_are_said_in_each_language() -> None:
    said = {
        language: [
            each.label(translations("insights_page", language)) for each in (Period(("2026-03",)), QUARTER)
        ]
        for language in ("es", "en", "pt")
    }
    assert said == {
        "es": ["marzo de 2026", "4.º trimestre de 2025"],
        "en": ["March 2026", "Q4 2025"],
        "pt": ["março de 2026", "4º trimestre de 2025"],
    }


QUARTER = Period(("2025-10", "2025-11", "2025-12"))
