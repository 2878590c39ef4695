"""Touchpoints that fell silent or are flooded."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from lazo.insight.touchpoint_activity import activity_change

START = date(2026, 11, 2)
"""A Monday."""
WEEKS: Sequence[int] = (4, 6, 5, 5, 7, 9, 3) * 4


def days(counts: Sequence[int], first: int = 0) -> dict[date, int]:
    return {START + timedelta(days=first + number): n for number, n in enumerate(counts)}


def test_silence_is_noticed_when_chance_does_not_explain_it() -> None:
    """156 answers in 28 days, weekdays as even as can be, so one by one. Five days with about 27 expected: none of 156
    with (156/183)**156 = 1.5e-11; one Monday: (156/160.3)**156 = 0.014."""
    found = activity_change(days(WEEKS), days([0] * 5, 28))
    assert found is not None
    assert (found.activity, found.days, found.answers) == ("silent", 5, 0)
    assert found.expected == pytest.approx(27, abs=1)
    assert activity_change(days(WEEKS), days([0], 28)) is None


def test_a_quiet_weekday_is_no_silence() -> None:
    weekends = (0, 0, 0, 0, 0, 20, 20) * 4
    assert activity_change(days(weekends), days([0] * 4, 28)) is None
    silent = activity_change(days(weekends), days([0] * 7, 28))
    assert silent is not None
    assert silent.activity == "silent"


def test_a_flood_is_noticed() -> None:
    found = activity_change(days(WEEKS), days([60], 28))
    assert found is not None
    assert (found.activity, found.answers, round(found.expected)) == ("flooded", 60, 4)
    assert activity_change(days(WEEKS), days([8], 28)) is None, "twice a Monday happens"


def test_where_days_vary_much_more_is_needed() -> None:
    wild = (0, 14, 2, 12, 0, 9, 1, 11, 0, 10, 1, 16, 2, 0, 0, 12, 1, 15, 0, 9, 13, 1, 14, 0, 12, 1, 11, 0)
    assert activity_change(days(wild), days([0] * 5, 28)) is None
    assert activity_change(days(wild), days([30], 28)) is None


@pytest.mark.parametrize(
    ("past", "recent"), [(WEEKS[:13], [0] * 30), (WEEKS, []), ((0,) * 28, [0] * 30), ((), [5])]
)
def test_without_a_past_nothing_is_said(past: Sequence[int], recent: Sequence[int]) -> None:
    assert activity_change(days(past), days(recent, 28)) is None


def test_one_answer_a_day_is_silent_from_the_eighteenth_day_on() -> None:
    """14 days of one answer each, none of which strays, so one by one: of k days k are expected, and none of 14 comes
    with (14/(14 + k))**14: 1.2e-5 for 17 days, 0.8e-5 for 18, where chance may do 1e-5."""
    past = days([1] * 14)
    assert activity_change(past, days([0] * 17, 14)) is None
    found = activity_change(past, days([0] * 18, 14))
    assert found is not None
    assert (found.activity, found.days, found.expected) == ("silent", 18, pytest.approx(18))


def test_answers_that_come_in_clusters_are_judged_by_clusters() -> None:
    """Nine weeks with 0 and 8 answers on Monday and Tuesday by turns, and 4 on each other day: 252 in 63 days. Around
    their means, 32/9 and 40/9, both stray by 5 * (32/9)**2 + 4 * (40/9)**2 = 142.22 or the like, 284.44 in all, with 56
    degrees of freedom: 284.44/56/4 = 1.2698, and two standard errors up 1 + 2 * sqrt(2/56) = 1.378 times as much,
    1.7498. So they are int(252/1.7498) = 144 clusters. None in three days, of which 12 are expected, comes with
    (252/264)**144 = 1.2e-3, and one by one with (252/264)**252 = 8e-6; none in six with (252/276)**144 = 2e-6."""
    weeks = [each for week in range(9) for each in ((0, 8) if week % 2 == 0 else (8, 0)) + (4,) * 5]
    assert activity_change(days(weeks), days([0] * 3, 63)) is None
    found = activity_change(days(weeks), days([0] * 6, 63))
    assert found is not None
    assert found.activity == "silent"
