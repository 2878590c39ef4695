"""Opening hours that the tests begin with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lazo.store.opening_hours import OpeningHours
from lazo.store.opening_hours_fields import WEEKDAYS

SPLIT = [["09:00", "14:00"], ["16:00", "21:00"]]
STORE: dict[str, object] = {
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), SPLIT),
    "sat": [["10:00", "14:00"]],
    "sun": [],
}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def daily(*intervals: list[str], **other: object) -> dict[str, object]:
    """The same hours on each day of the week, on holidays too."""
    return {**{name: list(intervals) for name in WEEKDAYS}, "holidays": "as_usual", **other}


def hours(
    table: dict[str, object],
    timezone: str = "America/Santiago",
    country: str = "CL",
    subdivision: str | None = None,
) -> OpeningHours:
    return OpeningHours.from_dict(table, timezone, country, subdivision)
