"""Stores as read from the table."""

from datetime import date

import pytest

from tests.builders import ANA, make_store
from tests.opening_hours import STORE, daily, utc


def test_unknown_fields_of_a_newer_version_are_ignored() -> None:
    """Stores may be imported before the functions are deployed."""
    store = make_store(policy={"take_on_minutes": 7, "invented": 1}, contacts=[{**ANA, "invented": "x"}])
    assert store.policy.take_on_minutes == 7
    assert store.contacts[0].phone == ANA["phone"]


def test_days_off_and_quiet_hours_are_read_from_the_table() -> None:
    store = make_store(
        contacts=[{**ANA, "away": [["2026-03-10", "2026-03-12"]], "quiet": ["22:00", "07:00"]}],
        policy={"customer_quiet": ["20:00", "10:00"]},
    )
    ana = store.contacts[0]
    assert ana.quiet == ("22:00", "07:00")
    assert [ana.is_available_on(date(2026, 3, day)) for day in (9, 10, 12, 13)] == [True, False, False, True]
    assert store.policy.customer_quiet == ("20:00", "10:00")


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        (STORE, "2026-03-02T13:59-03:00", "2026-03-02T13:59-03:00"),
        (STORE, "2026-03-02T14:00-03:00", "2026-03-02T16:00-03:00"),
        # Open around the clock, or late: nobody is written to from nine to nine.
        ({"always": True}, "2026-03-02T21:00-03:00", "2026-03-03T09:00-03:00"),
        (daily(["18:00", "02:00"]), "2026-03-03T01:00-03:00", "2026-03-03T18:00-03:00"),
        # Open in the night only: the morning after, rather than never or at night.
        (daily(["22:00", "05:00"]), "2026-03-02T12:00-03:00", "2026-03-03T09:00-03:00"),
    ],
)
def test_quiet_hours_of_customers(hours: dict[str, object], at: str, expected: str) -> None:
    assert make_store(hours=hours).next_customer_contact_time(utc(at)) == utc(expected)
