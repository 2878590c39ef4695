"""Write dates and amounts of money as a country does, by data/regional_formats.json (CLDR).

The file is made with `python -m infra.regional_formats`.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from lazo.translations import DATA, LANGUAGES

FILE: Final = DATA / "regional_formats.json"
WORLD: Final = "001"
"""Stands for a country that is not known: the language as most of its readers write it (UN M49)."""


def format_day(day: date, language: str, country: str = WORLD, *, year: bool = False) -> str:
    """Return a date with its weekday: `mié 2 dic`, `Wed 2 Dec` in Britain, `Wed, Dec 2` in the United States; with
    `year` also that."""
    return _format("day_of_year" if year else "day", day, language, country)


def format_plain_day(day: date, language: str, country: str = WORLD, *, year: bool = False) -> str:
    """Return a date without its weekday, for periods and charts: `2 dic`; with `year` also that."""
    return _format("plain_day_of_year" if year else "plain_day", day, language, country)


def format_day_in_full(day: date, language: str, country: str = WORLD) -> str:
    """Return a date as it stands within a sentence: `miércoles 2 de diciembre`."""
    return _format("in_full", day, language, country)


def month_names(language: str) -> tuple[str, ...]:
    """Return the names of the months, January first, as they stand within a sentence."""
    return tuple(_dates(language, WORLD)["months"])


def format_money(value: Decimal, currency: str, country: str = WORLD) -> str:
    """Return an amount as the country writes it: `$20.000` in Chile, `R$ 20,00` in Brazil, `£20` in Britain.

    A currency without a sign there keeps its code (ISO 4217): `GBP 20,50` in Chile. The space is one that does not
    break. Decimals stand where the amount has some; in Portuguese always, unless the currency knows none.
    """
    money = _file()["money"][_row(country)[-1]]
    whole = value == value.to_integral_value() and currency not in money["with_cents"]
    units, _, cents = f"{abs(value):.{0 if whole else 2}f}".partition(".")
    number = _grouped(units, money) + (money["decimal"] + cents if cents else "")
    symbol = money["symbols"].get(currency, currency)
    if symbol[-1].isalpha() and "{symbol}{number}" in money["pattern"]:
        symbol += "\N{NO-BREAK SPACE}"
    written: str = money["pattern"].format(symbol=symbol, number=number)
    return written if value >= 0 else f"−{written}"


def _grouped(units: str, money: Mapping[str, Any]) -> str:
    if int(units) < money["least_grouped"]:
        return units
    groups, rest = [units[-3:]], units[:-3]
    while rest:
        groups.insert(0, rest[-money["second_group"] :])
        rest = rest[: -money["second_group"]]
    grouped: str = money["group"].join(groups)
    return grouped


def _format(pattern: str, day: date, language: str, country: str) -> str:
    names = _dates(language, country)
    template: str = names[pattern]
    return template.format(
        weekday=names["weekdays"][day.weekday()],
        short_weekday=names["short_weekdays"][day.weekday()],
        month=names["months"][day.month - 1],
        short_month=names["short_months"][day.month - 1],
        month_number=day.month,
        day=day.day,
        year=day.year,
    )


def _dates(language: str, country: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _file()["dates"][_row(country)[LANGUAGES.index(language)]]
    return found


def _row(country: str) -> list[int]:
    countries: Mapping[str, list[int]] = _file()["countries"]
    return countries.get(country) or countries[WORLD]


@cache
def _file() -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content
