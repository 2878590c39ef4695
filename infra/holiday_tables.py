"""Public holidays as tables, so that neither their rules nor the package that has them ships: 3 MB, and 0.1 s of a cold
start.

Every country that a store may be in, with all names of its parts, from two years ago, of which figures count open
hours, up to eight years ahead. What follows from the moon is an estimate, as it is in the package.
"""

import json
import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from holidays import country_holidays, list_supported_countries

YEARS_BEFORE: Final = 2
YEARS_AHEAD: Final = 8


def write_holiday_tables(folder: Path, this_year: int) -> None:
    """Write the table of each country into a folder of data, where `lazo.store.public_holidays` reads it."""
    folder.mkdir(parents=True)
    for country in supported_countries():
        table = json.dumps(holiday_table(country, this_year), ensure_ascii=False, separators=(",", ":"))
        (folder / f"{country}.json").write_text(table, encoding="utf-8")


def holiday_table(country: str, this_year: int) -> dict[str, Any]:
    """Return the table of a country: the days of all of it, and by which those of each part differ; of each day the
    difference from the one before, the first one's from year 1."""
    years = range(this_year - YEARS_BEFORE, this_year + YEARS_AHEAD + 1)
    whole = _days(country, None, years)
    parts = {part: _differences(whole ^ _days(country, part, years)) for part in parts_of(country)}
    return {"all": _differences(whole), "parts": parts}


def supported_countries() -> list[str]:
    """Return the two-letter codes of all countries whose holidays are known."""
    return sorted(code for code in list_supported_countries(include_aliases=True) if len(code) == 2)


def parts_of(country: str) -> list[str]:
    """Return every name that a part of a country has: codes, names, and those of before."""
    entity = country_holidays(country)
    parent = entity.parent_entity.subdivisions if entity.parent_entity else ()
    names = (*entity.subdivisions, *entity.subdivisions_aliases, *entity._deprecated_subdivisions, *parent)
    return sorted(set(names))


def _differences(days: set[int]) -> list[int]:
    return [after - before for before, after in pairwise((0, *sorted(days)))]


def _days(country: str, part: str | None, years: range) -> set[int]:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # names of before are still taken; some countries are known for fewer years
        return {day.toordinal() for day in country_holidays(country, subdiv=part, years=years)}
