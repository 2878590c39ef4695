"""Which names of the time zone database are places, where a store can be."""

import re
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_PLACE: Final = re.compile(
    "(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Europe|Indian|Mexico|Pacific|US)/.+"
)
"""Names of a region and a place in it. Others are offsets (`Etc/GMT+3`, `EST`), or mean whatever the machine has
(`localtime`)."""


@cache
def _places() -> dict[str, str]:
    """The names of places by their small letters; cached, since each call reads the database's list."""
    return {name.lower(): name for name in available_timezones() if _PLACE.fullmatch(name)}


def place_zone(name: str) -> str:
    """Return the name when it is a place's time zone, ValueError else."""
    meant = _places().get(name.lower())
    if meant == name:
        return ZoneInfo(name).key
    said = f"is {meant} meant?" if meant else "name the zone by region and city, like America/Santiago"
    raise ValueError(f"{name!r} is not a place in the IANA time zone database: {said}")
