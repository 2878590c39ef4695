"""The countries where our SMS can be answered: AWS takes replies there, and the installation has a number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lazo.messaging.sms_countries import sms_countries, two_way_countries
from lazo.text.contact_details import country_of

_NUMBER = re.compile(r"([A-Z]{2})=(\+[1-9][0-9]{6,14}|[0-9]{3,8})")

_ANSWERED_BY_AWS: Final = frozenset(
    {"arret", "cancel", "end", "opt-out", "optout", "quit", "remove", "stop", "td", "unsubscribe"}
)
"""AWS answers messages that begin with one of these, unless opt-outs are self-managed ("Required opt-out keywords", End
User Messaging SMS User Guide)."""


@dataclass(frozen=True, slots=True)
class TwoWayNumbers:
    """The numbers that take replies, by country (ISO 3166-1 alpha-2): in E.164, or short codes."""

    numbers: Mapping[str, str] = field(default_factory=dict)

    def number_for(self, phone: str) -> str | None:
        """Return the number to send from to `phone` (E.164) so that a reply reaches us, if there is one."""
        return self.numbers.get(country_of(phone) or "") if self.numbers else None


def parse_two_way_numbers(text: str) -> TwoWayNumbers:
    """Return the numbers of `CL=+56912345678,US=22395`; "" has none. Raises ValueError, naming the part, for a
    malformed or repeated entry and for a country without two-way SMS."""
    numbers: dict[str, str] = {}
    for part in filter(None, text.split(",")):
        found = _NUMBER.fullmatch(part)
        if found is None:
            raise ValueError(f"{part!r} is not COUNTRY=NUMBER, as in CL=+56912345678")
        country, number = found.groups()
        if country not in two_way_countries():
            rules = sms_countries().get(country)
            what = rules.name if rules else country
            raise ValueError(
                f"{part!r}: AWS takes no replies in {what}; without a number the SMS offers none"
            )
        if country in numbers:
            raise ValueError(f"{part!r}: there is a number for {country} already")
        numbers[country] = number
    return TwoWayNumbers(numbers)


def is_answered_by_aws(text: str) -> bool:
    """Return whether the number itself answers an SMS that asks for no more."""
    first, *_ = text.lower().split() or [""]
    return first.rstrip(".,;:!") in _ANSWERED_BY_AWS
