"""The time of the product. Nothing else reads the machine's clock, so the local cloud can move time here."""

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """Return the current time as an aware datetime in UTC, with the offset of `shift`."""
    return datetime.now(UTC) + _offset


def shift(offset: timedelta) -> None:
    """Make `now` return the machine's time plus `offset`, which may be negative."""
    global _offset
    _offset = offset
