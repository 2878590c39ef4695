"""Timestamps as stored: UTC, milliseconds, fixed width, so that sorting the text sorts by time."""

from datetime import UTC, datetime


def format_timestamp(at: datetime) -> str:
    """Return `at` like `2026-11-21T22:07:39.123Z`. Raises ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    # Not strftime: its %Y writes fewer than four digits before the year 1000.
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse_timestamp(text: str) -> datetime:
    """Return the aware datetime that `format_timestamp` wrote. Raises ValueError for other text."""
    # Not strptime: it takes five times as long, for text of any width.
    at = datetime.fromisoformat(text)
    if format_timestamp(at) != text:
        raise ValueError(f"not a timestamp as it is stored: {text!r}")
    return at
