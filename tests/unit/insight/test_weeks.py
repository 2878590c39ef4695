"""Weeks of the calendar (ISO 8601), also those in which a clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lazo.insight.weeks import Week, last_whole_week, parse_week, week_of


def test_days_and_names() -> None:
    """30 November 2026 is a Monday; 2026 begins on a Thursday, so it has 53 weeks (ISO 8601)."""
    assert week_of(date(2026, 11, 29)) == Week(2026, 48)
    assert week_of(date(2026, 11, 30)) == Week(2026, 49)
    assert str(Week(2026, 5)) == "2026-W05"
    assert (Week(2026, 48).monday, Week(2026, 48).sunday) == (date(2026, 11, 23), date(2026, 11, 29))
    assert Week(2026, 53).next == Week(2027, 1)
    assert Week(2027, 1).previous == Week(2026, 53)
    assert week_of(date(2027, 1, 3)) == Week(2026, 53), "a Sunday in January"


@pytest.mark.parametrize(("week", "zone", "hours"), [
    (Week(2026, 14), "America/Santiago", 169),  # until 5 April 2026, when clocks go back
    (Week(2026, 36), "America/Santiago", 167),  # until 6 September 2026, when they go forward
    (Week(2026, 43), "Europe/Madrid", 169),  # until 25 October 2026
    (Week(2026, 48), "America/Sao_Paulo", 168),
])  # fmt: skip
def test_a_week_lasts_from_monday_to_monday_by_the_stores_clock(week: Week, zone: str, hours: int) -> None:
    assert week.ends(zone) - week.begins(zone) == timedelta(hours=hours)


def test_the_week_that_is_over() -> None:
    sunday_in_santiago = datetime(2026, 11, 30, 2, 59, tzinfo=UTC)
    assert last_whole_week(sunday_in_santiago, "America/Santiago") == Week(2026, 47)
    assert last_whole_week(sunday_in_santiago + timedelta(minutes=1), "America/Santiago") == Week(2026, 48)
    assert last_whole_week(sunday_in_santiago, "Europe/Madrid") == Week(2026, 48), "Monday there"


@pytest.mark.parametrize(
    "text", ["", "2026-48", "2026-W00", "2026-W54", "2027-W53", "1999-W01", "2026-W48 ", "2026-W4٨"]
)
def test_no_week(text: str) -> None:
    assert parse_week(text) is None


def test_a_week_is_read_as_it_is_written() -> None:
    assert parse_week("2026-W53") == Week(2026, 53)
