"""In which countries an SMS of ours can be answered: where AWS takes replies, and the installation has a number."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from lazo.text.contact_details import country_of
from lazo.translations import DATA

_NUMBER = re.compile(r"([A-Z]{2})=(\+[1-9][0-9]{6,14}|[0-9]{3,8})")


@dataclass(frozen=True, slots=True)
class TwoWayNumbers:
    """The numbers that take replies, by country (ISO 3166-1): E.164, or a short code."""

    numbers: Mapping[str, str] = field(default_factory=dict)

    def number_for(self, phone: str) -> str | None:
        """The number that a message to `phone` (E.164) comes from, so that its answer reaches us; None where it
        cannot be answered."""
        return self.numbers.get(country_of(phone) or "") if self.numbers else None


def parse_two_way_numbers(text: str) -> TwoWayNumbers:
    """The numbers of `CL=+56912345678,US=22395`; "" has none. ValueError, naming the part, for what is no number or
    a country that has no two-way SMS."""
    numbers: dict[str, str] = {}
    for part in filter(None, text.split(",")):
        found = _NUMBER.fullmatch(part)
        if found is None:
            raise ValueError(f"{part!r} is not COUNTRY=NUMBER, as in CL=+56912345678")
        country, number = found.groups()
        if country not in two_way_countries():
            raise ValueError(f"{part!r}: no SMS can be answered in {country}")
        if country in numbers:
            raise ValueError(f"{part!r}: there is a number for {country} already")
        numbers[country] = number
    return TwoWayNumbers(numbers)


def read_two_way_numbers(text: str, on_error: Callable[[ValueError], None]) -> TwoWayNumbers:
    """The same; `wrong` is told of a list that cannot be read, and then no SMS offers a reply: an alert matters
    more."""
    try:
        return parse_two_way_numbers(text)
    except ValueError as error:
        on_error(error)
        return TwoWayNumbers()


@cache
def two_way_countries() -> frozenset[str]:
    """Where AWS takes replies (data/two_way_sms.toml)."""
    with (DATA / "two_way_sms.toml").open("rb") as file:
        listed = tomllib.load(file)
    return frozenset((*listed["current"], *listed["archived"]))
