"""What an SMS to a country can come from, and what does not work there (data/sms_countries.toml)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lazo.translations import DATA, read_data

SenderIdRule = Literal["yes", "registered", "no"]


@dataclass(frozen=True, slots=True)
class SmsCountry:
    """What AWS offers in a country; None where it could not be read. `sources`: names in `sources()`."""

    name: str
    sender_id: SenderIdRule
    two_way: bool
    sources: tuple[str, ...]
    needs_number: bool = False
    short_code: bool | None = None
    long_code: bool | None = None
    rcs: bool | None = None
    whatsapp: bool | None = None
    voice: bool | None = None

    @property
    def numbers(self) -> str:
        """The kinds of numbers that can be leased, in words; "" if there are none or it could not be read."""
        kinds = (("short code", self.short_code), ("long code", self.long_code))
        return " or ".join(kind for kind, leased in kinds if leased)


@dataclass(frozen=True, slots=True)
class SenderProblem:
    """What does not work in a country, and what to do instead. `blocks`: no SMS arrives there at all."""

    reason: str
    todo: str
    blocks: bool = False


def sms_countries() -> Mapping[str, SmsCountry]:
    """Return the countries whose rules are known, by ISO 3166-1 code."""
    return _known()


def sources() -> Mapping[str, str]:
    """Return where the rules were read and when, by the short names that the countries use."""
    listed: Mapping[str, str] = _data()["sources"]
    return listed


def two_way_countries() -> frozenset[str]:
    """Return the countries where AWS takes replies."""
    more = _data()["two_way"]
    return frozenset(
        (*(code for code, rules in _known().items() if rules.two_way), *more["current"], *more["archived"])
    )


def takes_sender_id(country: str | None) -> bool:
    """Return whether an alphabetic sender id may be shown; True where nothing is known of the country."""
    rules = _known().get(country or "")
    return rules is None or rules.sender_id != "no"


def needs_number(country: str | None) -> bool:
    """Return whether carriers there take nothing without a number of one's own."""
    rules = _known().get(country or "")
    return rules is not None and rules.needs_number


def sender_problem(
    country: str, sender_id: str, *, has_number: bool, registered: bool | None = None
) -> SenderProblem | None:
    """Return what will not work of SMS to a country, None if all does. `sender_id`: "" if none is set; `has_number`:
    whether the installation has a number there that takes replies; `registered`: whether the sender id is registered
    there, None if that is not known."""
    if has_number:
        return None
    rules = _known().get(country)
    if rules is None:
        return SenderProblem(
            f"{country}: it is not known who may send SMS there",
            "look it up at AWS and add it to sms_countries.toml",
        )
    if rules.needs_number:
        todo = f"lease a {rules.numbers} there and name it in TwoWayNumbers"
        return SenderProblem(f"{rules.name} takes no SMS without a number of your own", todo, blocks=True)
    if not sender_id:
        return None
    if rules.sender_id == "registered" and not registered:
        return SenderProblem(
            f"{rules.name} blocks SMS from a sender id that is not registered",
            f"register {sender_id} there in AWS End User Messaging; `lazo doctor` says whether it is",
            blocks=registered is False,
        )
    if rules.sender_id == "no":
        return SenderProblem(
            f"{rules.name} shows no sender id: SMS come from a number that AWS shares, and nobody can reply",
            _instead(rules),
        )
    return None


def _instead(rules: SmsCountry) -> str:
    if not rules.two_way:
        return (
            f"a {rules.numbers} of yours is used by itself; it takes no replies"
            if rules.numbers
            else "give contacts an e-mail"
        )
    return f"lease a {rules.numbers or 'number'} there and name it in TwoWayNumbers"


@cache
def _data() -> Mapping[str, Any]:
    return read_data(DATA / "sms_countries.toml")


@cache
def _known() -> Mapping[str, SmsCountry]:
    return {
        code: SmsCountry(**{**row, "sources": tuple(row["sources"])})
        for code, row in _data()["countries"].items()
    }
