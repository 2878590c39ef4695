"""Bring phones and e-mail addresses into the one form in which they are kept.

Customers, contacts in a store file and users who sign in are held to different checks: nobody who complains is turned
away by a list, nobody is alerted at a number that cannot exist. phonenumbers and email_validator are imported where
they are used, since they are heavy.
"""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from lazo.text.cleaning import one_line

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

LONGEST_EMAIL: Final = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets (RFC 3696, erratum 1690)."""

LONGEST_PHONE: Final = 40
"""As typed; E.164 allows 15 digits, the rest is room for spaces, brackets and dashes."""

_PHONE = re.compile(r"\+?[0-9 ().\-/]{6,40}")
_SHORTEST_DIGITS, _LONGEST_DIGITS = 6, 15
"""E.164 allows 15."""


def to_e164(phone: str, country: str | None) -> str:
    """A customer's `phone` as E.164 (`+56922345671`); ValueError unless it can be a number. Without a `country` it
    must have its country code and a plus sign.

    A number that its country does not give out by what `phonenumbers` knows passes if its length is right: ranges
    are opened faster than lists of them are updated, and nobody should be turned away by a list.
    """
    import phonenumbers

    found = [_parsed(phone, country)]
    # "56 9 1234 5678" in Chile: the country's own code without its plus sign.
    if phonenumbers.normalize_digits_only(phone).startswith(str(found[0].country_code)):
        found.insert(0, _parsed(f"+{phone}", None))
    for passes in (phonenumbers.is_valid_number, _has_right_length):
        for number in found:
            if passes(number):
                return _formatted(number)
    raise ValueError("not a phone number")


def e164_with_country_code(phone: str, *, assigned: bool) -> str:
    """`phone`, typed with its country code, as E.164. `assigned`: only if its country gives it out; otherwise it need
    only be possible. ValueError if not; the message can be shown to an operator."""
    import phonenumbers

    number = _parsed(phone, None)
    passes = phonenumbers.is_valid_number if assigned else phonenumbers.is_possible_number
    if not passes(number):
        raise ValueError("is not a number that its country gives out")
    return _formatted(number)


def national_number(phone: str) -> str:
    """The digits of a `phone` in E.164 within its country, without leading zeros, as it is dialled at home without its
    trunk prefix."""
    return str(_parsed(phone, None).national_number)


@cache
def country_of(phone: str) -> str | None:
    """The country of a number in E.164 (ISO 3166-1, two letters); None for one that belongs to none."""
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(_parsed(phone, None))
    except ValueError:
        return None


def normalize_email(email: str) -> str:
    """A customer's `email` in NFC with its domain in lower case; ValueError unless its form is right. No DNS is
    asked."""
    from email_validator import validate_email

    return validate_email(email, check_deliverability=False, strict=True).normalized


def ascii_email(email: str) -> str:
    """An `email` to which SES can send: no other letters before the @, and the domain in Punycode. ValueError, which
    says why, for any other. No DNS is asked."""
    from email_validator import validate_email

    found = validate_email(email, check_deliverability=False, allow_smtputf8=False)
    return found.ascii_email or found.normalized


def normalize_address(typed: str) -> str | None:
    """What somebody typed to be sent a link: an e-mail in lower case, a phone as E.164 if its country was typed
    (`+56...`, `0056...`), else its digits without the leading zeros. None when it can be neither."""
    text = unicodedata.normalize("NFKC", one_line(typed))
    if len(text) > LONGEST_EMAIL:
        return None
    try:
        return ascii_email(text).lower() if "@" in text else _phone_digits(text)
    except ValueError:
        return None


def contact_identity(phone: str | None, email: str | None) -> str | None:
    """What a customer is known by, to be put under the customer key: `phone:+569...`, or `email:...` in lower
    case, or None. `phone` and `email` as `e164` and `normal_email` give them."""
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
    """Dialled from anywhere, the area code included."""
    from phonenumbers import ValidationResult, is_possible_number_with_reason

    return is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
