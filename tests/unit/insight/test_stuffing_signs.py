"""Patterns of answers that were begged for or made up."""

from datetime import UTC, datetime, timedelta

from lazo.insight.stuffing_signs import tens_in_a_minute

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def given(second: int, score: int = 10) -> tuple[datetime, int]:
    return NOON + timedelta(seconds=second), score


def test_five_tens_in_a_minute_show() -> None:
    assert tens_in_a_minute([given(s) for s in (60, 0, 15, 30, 45)]) == 5
    assert tens_in_a_minute([given(s) for s in (0, 10, 20, 30, 40, 50, 70)]) == 7
    assert tens_in_a_minute([given(s) for s in (0, 16, 31, 46, 61)]) == 0
    assert tens_in_a_minute([given(s) for s in (0, 10, 20, 30)]) == 0
    assert tens_in_a_minute([]) == 0


def test_another_score_among_them_ends_the_row() -> None:
    assert tens_in_a_minute([given(0), given(5), given(10, 8), given(15), given(20), given(25)]) == 0
    assert tens_in_a_minute([given(0), given(1, 0), *(given(s) for s in (10, 20, 30, 40, 50))]) == 5
