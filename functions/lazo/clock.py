"""The one place that reads the machine's clock, so that the local cloud can move it."""

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """The product's present instant, in UTC."""
    return datetime.now(UTC) + _offset


def shift(offset: timedelta) -> None:
    """Let `now` run ahead of the machine's clock by `offset` (behind it, when negative)."""
    global _offset
    _offset = offset
