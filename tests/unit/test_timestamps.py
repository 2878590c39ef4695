"""Timestamps in UTC, of one width, so that they sort like time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lazo.timestamps import format_timestamp, parse_timestamp


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 11, 21, 22, 7, 39, 123_987, UTC), "2026-11-21T22:07:39.123Z"),
        (datetime(2026, 11, 21, 19, 7, 39, tzinfo=timezone(timedelta(hours=-3))), "2026-11-21T22:07:39.000Z"),
        (datetime(26, 1, 2, tzinfo=UTC), "0026-01-02T00:00:00.000Z"),
    ],
)
def test_timestamps_round_trip(at: datetime, text: str) -> None:
    assert format_timestamp(at) == text
    assert parse_timestamp(text) == at.replace(microsecond=at.microsecond // 1000 * 1000)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T22:07:39Z",
        "2026-11-21T22:07:39.123",
        "2026-11-21T22:07:39.123+00:00",
        "2026-11-21",
        "soon",
    ],
)
def test_another_text_is_no_timestamp(text: str) -> None:
    with pytest.raises(ValueError, match=r"zone|timestamp|isoformat"):
        parse_timestamp(text)
