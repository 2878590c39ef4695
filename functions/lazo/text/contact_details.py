"""Normalize phone numbers and e-mail addresses to the form in which they are stored.

Checks differ by whose they are: a customer's number need not be in the lists of assigned ranges, a contact's must be
one that can be alerted. phonenumbers and email_validator are slow to import, so functions import them when needed.
"""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from lazo.text.cleaning import one_line

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

LONGEST_EMAIL: Final = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets (RFC 3696, erratum 1690)."""

LONGEST_PHONE: Final = 40
"""As typed: E.164 allows 15 digits, the rest is for spaces, brackets and dashes."""

_PHONE = re.compile(r"\+?[0-9 ().\-/]{6,40}")
_SHORTEST_DIGITS, _LONGEST_DIGITS = 6, 15
"""E.164 allows 15."""


def to_e164(phone: str, country: str | None) -> str:
    """Return a customer's `phone` as E.164 (`+56922345671`). Raises ValueError if it cannot be a number. Without a
    `country` (ISO 3166-1, two letters) it needs its country code and a plus sign.

    A number outside the assigned ranges that `phonenumbers` knows is accepted if its length is possible: countries open
    ranges before the lists are updated, and no customer should be rejected for that.
    """
    import phonenumbers

    found = [_parsed(phone, country)]
    # "56 9 1234 5678" in Chile: the country code may have been typed without its plus sign.
    if phonenumbers.normalize_digits_only(phone).startswith(str(found[0].country_code)):
        found.insert(0, _parsed(f"+{phone}", None))
    for passes in (phonenumbers.is_valid_number, _has_right_length):
        for number in found:
            if passes(number):
                return _formatted(number)
    raise ValueError("not a phone number")


def e164_with_country_code(phone: str, *, assigned: bool) -> str:
    """Return `phone`, typed with its country code, as E.164. If `assigned`, it must be in a range that its country has
    assigned, else only be possible. Raises ValueError if not, with a message that operators can read."""
    import phonenumbers

    number = _parsed(phone, None)
    passes = phonenumbers.is_valid_number if assigned else phonenumbers.is_possible_number
    if not passes(number):
        raise ValueError("is not a number that its country gives out")
    return _formatted(number)


def national_number(phone: str) -> str:
    """Return the national digits of a `phone` in E.164: without country code, trunk prefix and leading zeros."""
    return str(_parsed(phone, None).national_number)


@cache
def country_of(phone: str) -> str | None:
    """Return the country (ISO 3166-1, two letters) of a number in E.164; None if it belongs to none."""
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(_parsed(phone, None))
    except ValueError:
        return None


@cache
def is_landline(phone: str) -> bool:
    """Return whether the numbering plan knows a number in E.164 as a landline, which gets no SMS. False where the plan
    does not tell landlines from mobiles (the United States, Mexico, most of Chile), and for what is no number."""
    from phonenumbers import PhoneNumberType, number_type

    try:
        return number_type(_parsed(phone, None)) == PhoneNumberType.FIXED_LINE
    except ValueError:
        return False


def normalize_email(email: str) -> str:
    """Return a customer's `email` in NFC with its domain in lower case. Raises ValueError if its syntax is wrong. Makes
    no DNS query."""
    from email_validator import validate_email

    return validate_email(email, check_deliverability=False, strict=True).normalized


def ascii_email(email: str) -> str:
    """Return an `email` to which SES can send: ASCII before the @, the domain in Punycode. Raises ValueError, saying
    why, for any other. Makes no DNS query."""
    from email_validator import validate_email

    found = validate_email(email, check_deliverability=False, allow_smtputf8=False)
    return found.ascii_email or found.normalized


def normalize_address(typed: str) -> str | None:
    """Return the address that a user typed to sign in: an e-mail in lower case, a phone as E.164 if it was typed with
    its country code (`+56...`, `0056...`), else its digits without leading zeros. None if it can be neither."""
    text = unicodedata.normalize("NFKC", one_line(typed))
    if len(text) > LONGEST_EMAIL:
        return None
    try:
        return ascii_email(text).lower() if "@" in text else _phone_digits(text)
    except ValueError:
        return None


def contact_identity(phone: str | None, email: str | None) -> str | None:
    """Return what identifies a customer: `phone:+569...`, else `email:...` in lower case, else None. `phone` must come
    from `to_e164`, `email` from `normalize_email`."""
    if phone:
        return f"phone:{phone}"
    return f"email:{email.lower()}" if email else None


def _phone_digits(text: str) -> str | None:
    if not _PHONE.fullmatch(text):
        return None
    if text.startswith("00"):
        text = f"+{text[2:]}"
    if text.startswith("+"):
        return e164_with_country_code(text, assigned=False)
    digits = re.sub("[^0-9]", "", text).lstrip("0")
    return digits if _SHORTEST_DIGITS <= len(digits) <= _LONGEST_DIGITS else None


def _parsed(phone: str, country: str | None) -> "PhoneNumber":
    import phonenumbers

    try:
        return phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException as error:
        raise ValueError("must be a phone number with its country code, like +56 9 1234 5678") from error


def _formatted(number: "PhoneNumber") -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _has_right_length(number: "PhoneNumber") -> bool:
    """Return whether the number has a possible length for calls from anywhere, area code included."""
    from phonenumbers import ValidationResult, is_possible_number_with_reason

    return is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
