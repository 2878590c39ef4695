"""Quiet hours, and the next opening outside them."""

from __future__ import annotations

from datetime import UTC

import pytest

from lazo.store.opening_hours import next_time_outside_quiet
from tests.opening_hours import daily, hours, utc


@pytest.mark.parametrize(
    ("at", "quiet", "timezone", "until"),
    [
        ("2026-03-02T20:59-03:00", ("21:00", "08:00"), "America/Santiago", "2026-03-02T20:59-03:00"),
        ("2026-03-02T21:00-03:00", ("21:00", "08:00"), "America/Santiago", "2026-03-03T08:00-03:00"),
        ("2026-03-03T03:00-03:00", ("21:00", "08:00"), "America/Santiago", "2026-03-03T08:00-03:00"),
        ("2026-03-03T08:00-03:00", ("21:00", "08:00"), "America/Santiago", "2026-03-03T08:00-03:00"),
        ("2026-03-03T14:10-03:00", ("14:00", "16:00"), "America/Santiago", "2026-03-03T16:00-03:00"),
        ("2026-03-03T03:00-03:00", ("00:00", "07:00"), "America/Santiago", "2026-03-03T07:00-03:00"),
        ("2026-03-03T23:00-03:00", ("22:00", "24:00"), "America/Santiago", "2026-03-04T00:00-03:00"),
        ("2026-03-03T03:00-03:00", None, "America/Santiago", "2026-03-03T03:00-03:00"),
        # The clock changes in the night, and may jump over the end.
        ("2026-04-04T22:00-03:00", ("21:00", "08:00"), "America/Santiago", "2026-04-05T08:00-04:00"),
        ("2026-09-05T22:00-04:00", ("21:00", "08:00"), "America/Santiago", "2026-09-06T08:00-03:00"),
        ("2026-09-05T22:00-04:00", ("21:00", "00:30"), "America/Santiago", "2026-09-06T01:00-03:00"),
        ("2026-10-25T01:30+02:00", ("01:00", "02:30"), "Europe/Madrid", "2026-10-25T02:30+02:00"),
    ],
)
def test_end_of_quiet_hours(at: str, quiet: tuple[str, str] | None, timezone: str, until: str) -> None:
    result = next_time_outside_quiet(utc(at), quiet, timezone)
    assert result == utc(until)
    assert result.tzinfo is UTC


def test_next_opening_outside_quiet_hours() -> None:
    """A customer is written to while the store is open, outside their quiet hours."""
    bar = hours(daily(["18:00", "02:00"], closed=[["2026-03-03", "2026-03-04"]]))
    quiet = ("21:00", "09:00")
    ten_at_night = utc("2026-03-02T22:00-03:00")
    assert bar.next_opening_outside(quiet, ten_at_night) == utc("2026-03-05T18:00-03:00")
    assert bar.next_opening_outside(quiet, utc("2026-03-02T20:59-03:00")) == utc("2026-03-02T20:59-03:00")
    assert bar.next_opening_outside(None, ten_at_night) == ten_at_night
    assert hours({"always": True}).next_opening_outside(quiet, ten_at_night) == utc("2026-03-03T09:00-03:00")
    # Quiet whenever it is open: then at the opening all the same.
    assert bar.next_opening_outside(("17:00", "03:00"), utc("2026-03-02T12:00-03:00")) == utc(
        "2026-03-02T18:00-03:00"
    )
