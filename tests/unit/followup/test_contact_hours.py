"""When a contact may be reminded: awake, in the store's hours, and what is said once a day in the morning."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lazo.followup.contact_hours import next_daily_time, next_reachable_time
from tests.builders import ANA, WEEK, make_store

ALWAYS = {"always": True}
NINE_TO_NINE = {**WEEK, "holidays": "as_usual"}
AFTERNOON = {**{day: [["14:00", "22:00"]] for day in WEEK}, "holidays": "as_usual"}
NIGHT = {**{day: [["22:00", "04:00"]] for day in WEEK}, "holidays": "as_usual"}
NO_SUNDAY = {**WEEK, "sun": [], "holidays": "as_usual"}


def santiago(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of March 2026 by the clock of Santiago, three hours behind UTC. The 15th is a Sunday."""
    return (
        datetime(2026, 3, day, hour + 3, minute, tzinfo=UTC)
        if hour < 21
        else datetime(2026, 3, day + 1, hour - 21, minute, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("hours", "quiet", "at", "expected"),
    [
        (ALWAYS, None, santiago(10, 0), santiago(10, 8)),
        (ALWAYS, None, santiago(10, 20, 59), santiago(10, 20, 59)),
        (ALWAYS, None, santiago(10, 21), santiago(11, 8)),
        (ALWAYS, ["23:00", "06:00"], santiago(10, 22), santiago(10, 22)),  # their own hours, not ours
        (NINE_TO_NINE, None, santiago(10, 8, 30), santiago(10, 9)),
        (NIGHT, None, santiago(10, 23), santiago(10, 23)),  # no store hour is a waking one
    ],
)
def test_a_reminder_waits_until_its_reader_is_awake(
    hours: dict[str, Any], quiet: list[str] | None, at: datetime, expected: datetime
) -> None:
    store = make_store(hours=hours, contacts=[{**ANA, "quiet": quiet}])
    assert next_reachable_time(store, store.contacts[0], at, reminder=True) == expected


def test_an_alert_in_a_store_that_is_open_waits_for_nobody() -> None:
    store = make_store(hours=ALWAYS, contacts=[ANA])
    assert next_reachable_time(store, store.contacts[0], santiago(10, 2)) == santiago(10, 2)


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        (ALWAYS, santiago(10, 0), santiago(10, 8)),
        (ALWAYS, santiago(10, 8), santiago(10, 8)),
        (ALWAYS, santiago(10, 11, 59), santiago(10, 11, 59)),
        (ALWAYS, santiago(10, 12), santiago(11, 8)),
        (ALWAYS, santiago(10, 23), santiago(11, 8)),
        (NINE_TO_NINE, santiago(10, 14), santiago(11, 9)),
        (NO_SUNDAY, santiago(14, 14), santiago(16, 9)),
        (NO_SUNDAY, santiago(16, 9), santiago(16, 9)),
        (AFTERNOON, santiago(10, 14), santiago(10, 14)),
        (AFTERNOON, santiago(10, 19), santiago(11, 14)),
        (NIGHT, santiago(10, 23), santiago(10, 23)),
        (NIGHT, santiago(11, 3), santiago(11, 22)),
    ],
)
def test_what_is_said_once_a_day_is_said_in_the_first_hours_of_a_day(
    hours: dict[str, Any], at: datetime, expected: datetime
) -> None:
    store = make_store(hours=hours, contacts=[ANA])
    assert next_daily_time(store, store.contacts[0], at) == expected
