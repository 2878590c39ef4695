"""Bring phones and e-mail addresses into the one form in which they are kept."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber


LONGEST_EMAIL: Final = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets (RFC 3696, erratum 1690)."""


LONGEST_PHONE: Final = 40
"""As typed; E.164 allows 15 digits, the rest is room for spaces, brackets and dashes."""


def e164(phone: str, country: str | None) -> str:
    """`phone` as E.164 (`+56922345671`); ValueError unless it can be a number. Without a `country` it must have its
    country code and a plus sign.

    A number that its country does not give out by what `phonenumbers` knows passes if its length is right: ranges
    are opened faster than lists of them are updated, and nobody should be turned away by a list.
    """
    import phonenumbers

    try:
        readings = [phonenumbers.parse(phone, country)]
        # "56 9 1234 5678" in Chile: the country's own code without its plus sign.
        if phonenumbers.normalize_digits_only(phone).startswith(str(readings[0].country_code)):
            readings.insert(0, phonenumbers.parse(f"+{phone}"))
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a phone number") from error
    for passes in (phonenumbers.is_valid_number, _has_right_length):
        for number in readings:
            if passes(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise ValueError("not a phone number")


def _has_right_length(number: "PhoneNumber") -> bool:
    """Dialled from anywhere, the area code included."""
    from phonenumbers import ValidationResult, is_possible_number_with_reason

    return is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE


def normal_email(email: str) -> str:
    """`email` in NFC with its domain in lower case; ValueError unless its form is right. No DNS is asked."""
    from email_validator import validate_email

    return validate_email(email, check_deliverability=False, strict=True).normalized


def identity(phone: str | None, email: str | None) -> str | None:
    """What a customer is known by, to be put under the customer key: `phone:+569...`, or `email:...` in lower
    case, or None. `phone` and `email` as `Submission` gives them."""
    if phone:
        return f"phone:{phone}"
    return f"email:{email.lower()}" if email else None
