"""Normalize phone numbers and e-mail addresses to the form in which they are stored.

Checks differ by whose they are: a customer's number need not be in the lists of assigned ranges, a contact's must be
one that can be alerted. phonenumbers and email_validator are slow to import, so functions import them when needed.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from lazo.text.cleaning import one_line

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

LONGEST_EMAIL: Final = 254
"""RFC 5321, 4.5.3.1.3, without the angle brackets (RFC 3696, erratum 1690)."""

LONGEST_PHONE: Final = 40
"""As typed: E.164 allows 15 digits, the rest is for spaces, brackets and dashes."""

MASKED: Final = "••••"

_PHONE = re.compile(r"[(\s]*\+?[0-9 ().\-/]{6,40}")
_COUNTRIES: Final = ("AR", "BR", "CL", "CO", "ES", "GB", "MX", "PE", "US")
_EMAIL_IN_TEXT = re.compile(r"[^\s@<>(),;:]{1,64}@[^\s@<>(),;:]{1,190}\.[A-Za-z]{2,24}\b")
_DATE_OR_SUM = re.compile(
    r"(?<![\d./-])(?:[0-9]{1,2}([./-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2})(?![./-]?\d)"
    r"|[$€£]\s?[0-9][0-9.,]*"
)
_DIGITS_IN_TEXT = re.compile(r"(?<![0-9])\+?\(?[0-9](?:[ ().\-/]{0,3}[0-9]){6,14}(?![0-9])")
_ARGENTINE_WITHOUT_9 = re.compile(r"^\+54(?=[1-3][0-9]{9}$)")
_ARGENTINE_WITH_9 = re.compile(r"^\+549(?=[1-3][0-9]{9}$)")
_SHORTEST_DIGITS, _LONGEST_DIGITS = 6, 15
"""E.164 allows 15."""


def to_e164(phone: str, country: str | None) -> str:
    """Return a customer's `phone` as the E.164 that can be dialled (`+56922345671`), however people write it in their
    `country` (ISO 3166-1, two letters). Raises ValueError if it is no number, or may be one of two countries. Without a
    country it needs its country code, after a plus sign or 00.

    A number outside the assigned ranges that `phonenumbers` knows is accepted if the numbering plan has room for it:
    countries open ranges before the lists are updated, and no customer should be rejected for that.

    Argentina's digits do not tell mobiles from landlines: 15 at home, or 9 from abroad, says that it is a mobile (ITU,
    national numbering plan T0202000009; decision 413). `11 2345-6789` alone is taken as a mobile (`+54 9 11...`), as
    people at a till type; with the trunk zero or after +54 it is a landline. `contact_identity` is the same for both.
    """
    from lazo.text.phone_spellings import read_phone

    return _formatted(read_phone(phone, country, assigned=False))


def e164_with_country_code(phone: str, *, assigned: bool) -> str:
    """Return `phone`, typed with its country code, as E.164. If `assigned`, it must be in a range that its country has
    assigned, else only have room in the numbering plan. Raises ValueError if not, with a message that operators can
    read."""
    from lazo.text.phone_spellings import read_phone

    return _formatted(read_phone(phone, None, assigned=assigned))


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


@lru_cache(maxsize=1024)
def spoken_phone(phone: str) -> str:
    """Return a phone in E.164 with the spaces that people write between its parts; "" for none."""
    if not phone:
        return ""
    import phonenumbers

    parsed = phonenumbers.parse(phone)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


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


def can_be_sent_email(email: str) -> bool:
    """Return whether SES can send to an e-mail as `normalize_email` returns it: the part before the @ has to be 7-bit
    ASCII (SES API v2, Destination: no SMTPUTF8). The domain need not: it is sent in Punycode."""
    return email.rpartition("@")[0].isascii()


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
    from `to_e164`, `email` from `normalize_email`. An Argentine number has the 9 of a mobile here, also a landline."""
    if phone:
        return f"phone:{_ARGENTINE_WITHOUT_9.sub('+549', phone)}"
    return f"email:{email.lower()}" if email else None


def holds_contact_details(text: str) -> bool:
    """Return whether a `text` seems to hold an e-mail, or 7 to 15 digits that are neither a date nor a sum. Not whether
    they can be reached: a person has to read it."""
    if _EMAIL_IN_TEXT.search(text):
        return True
    return _DIGITS_IN_TEXT.search(_DATE_OR_SUM.sub(";", unicodedata.normalize("NFKC", text))) is not None


def mask_contact_details(text: str) -> str:
    """Return `text` with `••••` for what seems to be an e-mail or a phone: for what `holds_contact_details` finds."""
    plain = unicodedata.normalize("NFKC", text)
    if not holds_contact_details(plain):
        return text
    parts, end = [], 0
    without_emails = _EMAIL_IN_TEXT.sub(MASKED, plain)
    for kept in _DATE_OR_SUM.finditer(without_emails):
        parts += [_DIGITS_IN_TEXT.sub(MASKED, without_emails[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join((*parts, _DIGITS_IN_TEXT.sub(MASKED, without_emails[end:])))


def masked_address(address: str) -> str:
    """Return a phone (E.164) or e-mail so that its owner knows it again and nobody else learns it: `••••4321`,
    `e••••@example.org`."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}{MASKED}@{domain}" if at else f"{MASKED}{address[-4:]}"


def spellings_of_line(phone: str) -> tuple[str, ...]:
    """Return the numbers in E.164 under which the line of a `phone` (E.164) may be stored, first the one that
    `contact_identity` uses. There are two in Argentina, where each number is given out once, to a mobile or a landline
    (ENACOM's blocks of area and number): with the 9 of a mobile and without. There is one elsewhere."""
    with_9 = _ARGENTINE_WITHOUT_9.sub("+549", phone)
    without_9 = _ARGENTINE_WITH_9.sub("+54", phone)
    return (phone,) if with_9 == without_9 else (with_9, without_9)


def readings_anywhere(digits: str) -> tuple[str, ...]:
    """Return the numbers in E.164 that `digits` without leading zeros may mean in the countries where Lazo is used,
    typed with or without a trunk zero and a carrier's prefix."""
    from lazo.text.phone_spellings import NotANumber, read_phone

    found = []
    for country in _COUNTRIES:
        for typed in (digits, f"0{digits}"):
            try:
                found.append(_formatted(read_phone(typed, country, assigned=True)))
            except NotANumber:
                continue
    return tuple(dict.fromkeys(found))


def _phone_digits(typed: str) -> str | None:
    from lazo.text.phone_spellings import plain

    text = plain(typed)
    if not _PHONE.fullmatch(text):
        return None
    digits = re.sub("[^0-9]", "", text)
    if "+" in text or digits.startswith("00"):
        try:
            return e164_with_country_code(text, assigned=False)
        except ValueError:
            if "+" in text:
                return None
    digits = digits.lstrip("0")
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
