"""Durations and moments in words, and the time until the next morning."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from infra.local.pages.time_format import format_duration, format_moment, until_next_morning
from tests.local.pages.evening import SATURDAY_EVENING


@pytest.mark.parametrize(
    ("now", "zone", "hours"),
    [
        (datetime(2026, 11, 21, 23, 0, tzinfo=UTC), "America/Santiago", 13),
        (datetime(2026, 11, 22, 11, 0, tzinfo=UTC), "America/Santiago", 1),  # 08:00 there
        (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), "America/Santiago", 24),  # 09:00 there
        (datetime(2026, 9, 6, 0, 0, tzinfo=UTC), "America/Santiago", 12),  # a night that loses an hour
        (datetime(2026, 10, 24, 19, 0, tzinfo=UTC), "Europe/London", 14),  # a night that gains one
    ],
)
def test_the_next_morning(now: datetime, zone: str, hours: int) -> None:
    assert until_next_morning(now, ZoneInfo(zone)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "under 0.1 s"), (0.1, "0.1 s"), (0.84, "0.8 s"), (12.4, "12 s"), (59.4, "59 s"), (60, "1 min"),
     (3599, "59 min"), (3600, "1 h"), (7500, "2 h 5 min"), (172799, "47 h 59 min"), (172800, "2 days")],
)  # fmt: skip
def test_durations_in_words(seconds: float, words: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 21, 22, 43, tzinfo=UTC), "19:43"),
        (datetime(2026, 11, 22, 2, 59, tzinfo=UTC), "23:59"),
        (datetime(2026, 11, 22, 3, 0, tzinfo=UTC), "Sun 00:00"),
        (datetime(2026, 11, 20, 13, 0, tzinfo=UTC), "Fri 10:00"),
        (datetime(2026, 11, 29, 13, 0, tzinfo=UTC), "29 Nov 10:00"),
    ],
)
def test_moments_in_words(at: datetime, words: str) -> None:
    assert format_moment(at, ZoneInfo("America/Santiago"), SATURDAY_EVENING) == words
