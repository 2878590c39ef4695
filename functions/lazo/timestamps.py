"""Instants as they are stored: UTC with milliseconds and a fixed width, so that text sorts like time."""

from datetime import UTC, datetime


def format_timestamp(at: datetime) -> str:
    """`2026-11-21T22:07:39.123Z`; `at` must carry a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    # Not strftime, whose %Y has fewer than four digits before the year 1000.
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse_timestamp(text: str) -> datetime:
    """The instant that `to_text` wrote; ValueError for anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
