"""Read phones as people type them: with or without country code, with the prefixes of a trunk or a carrier, and with
those that were abolished (data/phone_spellings.toml).

phonenumbers is slow to import: only `lazo.text.contact_details` uses this module, when it is needed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from phonenumbers import (
    CountryCodeSource,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    ValidationResult,
    is_possible_number_with_reason,
    is_valid_number,
    national_significant_number,
    normalize_digits_only,
    parse,
    region_code_for_country_code,
)

from lazo.translations import DATA, read_data

_SCHEME = re.compile(r"\s*tel:", re.IGNORECASE)
_CARRIER = re.compile(r"(?<=0)\s*-?x{2}", re.IGNORECASE)
"""`0XX11` is Brazil's way to write "0, any carrier, 11"."""
_LETTER_OR_SECOND_PART = re.compile(r"[^\W\d_]|[;,#]")
_PLUS = re.compile(r"[^\w+]*\+")
_LONGEST_EXTENSION: Final = 5


class NoCountry(ValueError):
    """A number was typed without its country code, and no country is known."""

    def __init__(self) -> None:
        super().__init__("must be a phone number with its country code, like +56 9 1234 5678")


class NotANumber(ValueError):
    """What was typed is nobody's number, or may mean two."""

    def __init__(self) -> None:
        super().__init__("is not a number that its country gives out")


@dataclass(frozen=True, slots=True)
class _Rule:
    after: str
    pattern: re.Pattern[str]
    number: str


def plain(typed: str) -> str:
    """Return the part of a text that holds the phone, without `tel:` and Brazil's `XX` for a carrier."""
    text = _SCHEME.sub("", unicodedata.normalize("NFKC", typed), count=1)
    return _CARRIER.sub("", text)


def read_phone(typed: str, country: str | None, *, assigned: bool) -> PhoneNumber:
    """Return the number that a text means, typed in a `country` (ISO 3166-1, two letters), if that is known.

    It is in a range that its country has assigned; if not `assigned`, one is enough that the numbering plan has room
    for. Raises NoCountry, or NotANumber also for a text that may mean numbers of two countries.
    """
    text = re.sub(r"^[^\d+]+", "", plain(typed))
    text, extension = _cut(text)
    digits = normalize_digits_only(text)
    if len(normalize_digits_only(extension)) > _LONGEST_EXTENSION or not digits:
        raise NotANumber
    # In "+44 (0)20" the zero is not dialled; in "+39 (0)6" it is: both are tried.
    without_zero = normalize_digits_only(text.replace("(0)", ""))
    if _PLUS.match(text):
        return _one(_after_code([_without_prefix(digits), _without_prefix(without_zero)]), assigned)
    if digits.startswith("00"):
        return _after_double_zero([digits, without_zero], country, assigned)
    if country is None:
        raise NoCountry
    return _without_plus(digits, country, assigned)


def _cut(text: str) -> tuple[str, str]:
    """Split before the first letter, comma, semicolon or number sign: what follows is an extension or a remark."""
    found = _LETTER_OR_SECOND_PART.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _without_prefix(digits: str) -> str:
    return digits[2:] if digits.startswith("00") else digits


def _after_double_zero(spellings: list[str], country: str | None, assigned: bool) -> PhoneNumber:
    """Return the number after 00, the international prefix that people type anywhere. Where carriers have prefixes that
    begin with 00 (Colombia, Brazil), the rest may also be read after one of those; if both make sense, it is refused
    unless one is a number of the same country."""
    found = _first(_after_code([digits[2:] for digits in spellings]), assigned)
    by_carrier = [_by_international_prefix(spellings[0], country)] if country else []
    other = _first(_rewritten(by_carrier, "code"), assigned=True)
    if other is None or found == other:
        return _sure(found)
    if found is None:
        return other
    at_home = [each for each in (found, other) if _country_of(each) == country]
    sure = found if is_valid_number(found) else other
    if at_home != [sure]:
        raise NotANumber
    return sure


def _without_plus(digits: str, country: str, assigned: bool) -> PhoneNumber:
    """Return the number of digits that begin with no plus and no 00: national, after the country code, or after the
    international prefix of the country."""
    home = PhoneMetadata.metadata_for_region(country)
    code = str(home.country_code) if home else ""
    with_code = [digits] if code and digits.startswith(code) else []
    national = [*_rewritten_digits(code, digits, "nothing"), *_rewritten([_parsed(digits, country)], "any")]
    found = _first([*_after_code(with_code), *national], assigned)
    abroad = _first(_rewritten([_by_international_prefix(digits, country)], "code"), assigned=True)
    if found is not None and is_valid_number(found):
        return found
    if abroad is not None:
        return abroad
    # "569..." in Brazil fits its plan, but is a Chilean number without its plus.
    if _first(_after_code([digits]), assigned=True) not in (None, found):
        raise NotANumber
    return _sure(found)


def _by_international_prefix(digits: str, country: str) -> PhoneNumber | None:
    """Return the number if the country's own international prefix is at the front (011, 0015, 009...), else None."""
    try:
        found = parse(digits, country, keep_raw_input=True)
    except NumberParseException:
        return None
    if found.country_code_source != CountryCodeSource.FROM_NUMBER_WITH_IDD:
        return None
    return _parsed(f"+{found.country_code}{national_significant_number(found)}", None)


def _after_code(spellings: Iterable[str]) -> Iterator[PhoneNumber | None]:
    """Yield the readings of digits that begin with a country code."""
    for digits in dict.fromkeys(spellings):
        yield from _rewritten([_parsed(f"+{digits}", None)], "code")


def _rewritten(numbers: Iterable[PhoneNumber | None], after: str) -> Iterator[PhoneNumber | None]:
    """Yield the numbers, each before what the rules make of it."""
    for number in numbers:
        if number is not None:
            yield number
            digits = national_significant_number(number)
            for kind in dict.fromkeys(("any", after)):
                yield from _rewritten_digits(str(number.country_code), digits, kind)


def _rewritten_digits(code: str, digits: str, after: str) -> Iterator[PhoneNumber | None]:
    for rule in _rules().get(code, ()):
        if rule.after == after and (found := rule.pattern.fullmatch(digits)):
            yield _parsed(f"+{code}{found.expand(rule.number)}", None)


@cache
def _rules() -> dict[str, list[_Rule]]:
    listed = read_data(DATA / "phone_spellings.toml")
    return {
        code: [_Rule(each["after"], re.compile(each["pattern"]), each["number"]) for each in rules]
        for code, rules in listed.items()
    }


def _parsed(digits: str, country: str | None) -> PhoneNumber | None:
    try:
        return parse(digits, country)
    except NumberParseException:
        return None


def _one(readings: Iterable[PhoneNumber | None], assigned: bool) -> PhoneNumber:
    return _sure(_first(readings, assigned))


def _sure(found: PhoneNumber | None) -> PhoneNumber:
    if found is None:
        raise NotANumber
    return found


def _first(readings: Iterable[PhoneNumber | None], assigned: bool) -> PhoneNumber | None:
    """Return the first number in an assigned range, else, if it need not be `assigned`, the first that fits a plan."""
    passed: list[PhoneNumber] = []
    for number in readings:
        if number is not None:
            if is_valid_number(number):
                return number
            passed.append(number)
    return None if assigned else next(filter(_fits_plan, passed), None)


def _fits_plan(number: PhoneNumber) -> bool:
    """Return whether the length is possible for calls from anywhere, area code included, and the first digits are those
    of the plan: no trunk zero among them."""
    plan = PhoneMetadata.metadata_for_region_or_calling_code(number.country_code or 0, _country_of(number))
    every = plan.general_desc if plan else None
    pattern = (every.national_number_pattern if every else None) or ""
    possible = is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return possible and re.fullmatch(pattern, national_significant_number(number)) is not None


def _country_of(number: PhoneNumber) -> str:
    """Return the main country of the number's country code."""
    return region_code_for_country_code(number.country_code or 0)
