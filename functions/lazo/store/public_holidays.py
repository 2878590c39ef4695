"""Public holidays of a country, from the table that the build wrote (infra/holiday_tables.py).

Where nothing was built, the `holidays` package is asked, of which the table is made; it does not ship.
"""

import json
import re
from collections.abc import Container
from datetime import date
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

TABLES: Final = Path(__file__).parents[1] / "data" / "holidays"
"""A file for each country; there once it is built."""


class HolidayTable:
    """The holidays of some years. A day of any other year is none: a build has those from two years before to eight
    after it, and Lambda runs no version of Python for so long."""

    __slots__ = ("_days",)

    def __init__(self, days: frozenset[int]) -> None:
        self._days = days

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day.toordinal() in self._days


@lru_cache(maxsize=256)
def public_holidays(country: str, subdivision: str | None) -> Container[date]:
    """Return the public holidays of a country, or of a part of it, with their days in lieu. Raises ValueError if one of
    the two is not known."""
    # A file's name, and the package also accepts "NYSE" and the names of its other constants.
    if not re.fullmatch("[A-Z]{2}", country):
        raise ValueError(f"country: {country!r} is not a code like 'CL'")
    found = _from_table(country, subdivision) if TABLES.is_dir() else _from_package(country, subdivision)
    if found is not None:
        return found
    if subdivision is None:
        raise ValueError(f"country: the holidays of {country!r} are not known")
    public_holidays(country, None)
    raise ValueError(f"subdivision: {subdivision!r} is not one of {country}")


def _from_table(country: str, subdivision: str | None) -> Container[date] | None:
    """`all` has the days of the whole country, `parts` those by which a part differs, each as the difference from the
    one before."""
    file = TABLES / f"{country}.json"
    if not file.exists():
        return None
    table: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    whole = frozenset(accumulate(table["all"]))
    if subdivision is None:
        return HolidayTable(whole)
    if subdivision not in table["parts"]:
        return None
    return HolidayTable(whole ^ frozenset(accumulate(table["parts"][subdivision])))


def _from_package(country: str, subdivision: str | None) -> Container[date] | None:
    from holidays import country_holidays

    try:
        return country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        return None
