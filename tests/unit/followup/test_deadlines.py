"""Deadlines of a follow-up and the reminders before them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lazo.followup import deadlines, lifecycle, opening
from tests.builders import START, answer, classified, consent, make_store, minutes
from tests.unit.followup.followups import NINE_TO_NINE, open_followup


@pytest.mark.parametrize(
    ("score", "found", "policy", "expected"),
    [
        (3, {}, {}, 10),
        (3, {"urgency": ("injury",)}, {}, 5),
        (7, {}, {}, 240),
        (3, {}, {"take_on_minutes": 25}, 25),
        (3, {"urgency": ("injury",)}, {"urgent_take_on_minutes": 1}, 1),
        (7, {}, {"light_take_on_minutes": 600}, 600),
    ],
)
def test_deadline_by_policy(score: int, found: dict[str, Any], policy: dict[str, int], expected: int) -> None:
    given = answer(score=score, phone="+56911111111", consent=consent())
    opened = opening.open_for_answer(classified(given, **found), make_store(policy=policy))
    assert opened is not None
    assert opened.deadline == START + minutes(expected)


@pytest.mark.parametrize(
    ("at", "deadline"),
    [
        # 23:55 UTC is 20:55 in Santiago; five minutes of ten are left today, the rest from 09:00 (12:00 UTC).
        (datetime(2026, 3, 10, 23, 55, tzinfo=UTC), datetime(2026, 3, 11, 12, 5, tzinfo=UTC)),
        # Just closed: all ten minutes from the next opening.
        (datetime(2026, 3, 11, 0, 0, tzinfo=UTC), datetime(2026, 3, 11, 12, 10, tzinfo=UTC)),
        # The clock goes back on 5 April 2026 at 00:00 (UTC-3 to UTC-4): opening is at 13:00 UTC that day.
        (datetime(2026, 4, 4, 23, 58, tzinfo=UTC), datetime(2026, 4, 5, 13, 8, tzinfo=UTC)),
    ],
)
def test_deadline_counts_opening_hours(at: datetime, deadline: datetime) -> None:
    found = opening.open_for_answer(classified(answer(at=at)), make_store(hours=NINE_TO_NINE))
    assert found is not None
    assert found.deadline == deadline


def test_overdue_from_the_deadline() -> None:
    found = open_followup()
    assert not deadlines.is_overdue(found, START + minutes(10) - timedelta(microseconds=1))
    assert deadlines.is_overdue(found, START + minutes(10))
    taken = lifecycle.take_on(found, "ana", make_store(), START)
    assert not deadlines.is_overdue(taken, START + minutes(10))


@pytest.mark.parametrize(("clock", "hours"), [("wall", 24), ("open", 48)])
def test_hours_to_contact_count_by_the_clock_that_the_policy_names(clock: str, hours: int) -> None:
    """Nine to nine: 24 open hours are two days."""
    store = make_store(hours=NINE_TO_NINE, policy={"contact_clock": clock})
    assert lifecycle.take_on(open_followup(), "ana", store, START).deadline == START + timedelta(hours=hours)


class TestReminder:
    @pytest.mark.parametrize(
        ("policy", "expected"),
        [
            ({}, START + timedelta(hours=22)),
            ({"remind_minutes": {"contacted": 30}}, START + timedelta(hours=23, minutes=30)),
            ({"remind_minutes": {"contacted": 0}}, None),
            ({"remind_minutes": {"contacted": 24 * 60}}, None),
        ],
    )
    def test_reminder_before_the_deadline(self, policy: dict[str, Any], expected: datetime | None) -> None:
        store = make_store(policy=policy)
        taken = lifecycle.take_on(open_followup(), "ana", store, START)
        assert deadlines.reminder_time(taken, store, START) == expected

    def test_no_reminder_of_taking_on_unless_the_policy_sets_one(self) -> None:
        assert deadlines.reminder_time(open_followup(), make_store(), START) is None
        wanted = make_store(policy={"remind_minutes": {"taken_on": 3}})
        assert deadlines.reminder_time(open_followup(), wanted, START) == START + minutes(7)
