"""The time of the product. Nothing else reads the machine's clock, so the local cloud can move time here.

Importing it makes `zoneinfo` read the rules of time zones from the pinned package tzdata, in the whole process: a
machine, or Lambda's image, may have an older copy, or none.
"""

import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tzdata

# Its folder, not (): by itself zoneinfo reads the package through importlib.resources, which loads 70 modules more.
zoneinfo.reset_tzpath(to=(str(Path(tzdata.__file__).parent / "zoneinfo"),))
zoneinfo.ZoneInfo.clear_cache()

_offset = timedelta(0)


def now() -> datetime:
    """Return the current time as an aware datetime in UTC, with the offset of `shift`."""
    return datetime.now(UTC) + _offset


def shift(offset: timedelta) -> None:
    """Make `now` return the machine's time plus `offset`, which may be negative."""
    global _offset
    _offset = offset
