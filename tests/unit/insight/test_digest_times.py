"""When a week is counted, and when digests and praise go out: by each store's clock, opening hours and holidays."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lazo.insight.digest_times import digest_time, next_count_time, next_praise_time
from lazo.insight.weeks import Week
from tests.builders import ANA, START, WEEK, make_store

ALWAYS = {"always": True}
EIGHT = {**WEEK, "mon": [["08:00", "20:00"]]}


def at(text: str) -> datetime:
    """By the clock of Santiago."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Santiago")).astimezone(UTC)


@pytest.mark.parametrize("store_id", ["norte", "sur", "plaza", "a", "b"])
@pytest.mark.parametrize("timezone", ["America/Santiago", "Europe/Madrid", "Pacific/Auckland"])
def test_a_week_is_counted_once_in_the_night_to_monday(store_id: str, timezone: str) -> None:
    store = make_store(store_id=store_id, timezone=timezone)
    first = next_count_time(store, START)
    local = first.astimezone(ZoneInfo(timezone))
    assert local.weekday() == 0
    assert (0, 30) <= (local.hour, local.minute) < (3, 31)
    assert START < first < START + timedelta(days=7)
    following = next_count_time(store, first)
    assert following.astimezone(ZoneInfo(timezone)).replace(tzinfo=None) == local.replace(
        tzinfo=None
    ) + timedelta(days=7)
    assert next_count_time(store, first - timedelta(seconds=1)) == first


@pytest.mark.parametrize(("hours", "contact", "opening"), [
    (EIGHT, {}, "2026-03-16T08:00"),
    ({**EIGHT, "mon": []}, {}, "2026-03-17T09:00"),
    (ALWAYS, {}, "2026-03-16T08:00"),  # who named no quiet hours is asleep until 8
    (ALWAYS, {"quiet": ["20:00", "10:30"]}, "2026-03-16T10:30"),
    (EIGHT, {"quiet": ["22:00", "07:00"]}, "2026-03-16T08:00"),
    ({**EIGHT, "special": {"2026-03-16": []}}, {}, "2026-03-17T09:00"),
    ({**EIGHT, "closed": [["2026-03-16", "2026-03-31"]]}, {}, "2026-04-01T09:00"),
])  # fmt: skip
def test_the_digest_comes_within_20_minutes_of_the_first_opening(
    hours: dict[str, Any], contact: dict[str, Any], opening: str
) -> None:
    store = make_store(hours=hours, contacts=[ANA | contact])
    sent = digest_time(store, store.contacts[0], Week(2026, 11))
    assert at(opening) <= sent < at(opening) + timedelta(minutes=20)


@pytest.mark.parametrize(("hours", "now", "told"), [
    (WEEK, "2026-03-10T12:00", "2026-03-10T20:00"),  # closes at 21
    (WEEK, "2026-03-10T20:00", "2026-03-11T20:00"),
    (EIGHT, "2026-03-16T12:00", "2026-03-16T19:00"),
    ({**WEEK, "sun": []}, "2026-03-14T20:30", "2026-03-16T20:00"),
    (ALWAYS, "2026-03-10T12:00", "2026-03-10T20:00"),
    ({**WEEK, "tue": [["21:00", "04:00"]]}, "2026-03-10T12:00", "2026-03-10T21:00"),  # opens later
    ({**WEEK, "tue": [["12:00", "12:30"]]}, "2026-03-10T11:00", "2026-03-10T12:00"),  # is open for half an hour
])  # fmt: skip
def test_praise_is_told_an_hour_before_closing_and_by_eight(
    hours: dict[str, Any], now: str, told: str
) -> None:
    assert next_praise_time(make_store(hours=hours), at(now)) == at(told)
