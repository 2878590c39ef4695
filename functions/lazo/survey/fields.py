"""What a customer may send: limits, how each kind of field is brought into its kept form, and what can be wrong.

Pure: no words, no AWS. What is wrong has a code and a field; who shows it has the words.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

LONGEST_COMMENT: Final = 2000
LONGEST_NAME: Final = 80
LONGEST_EMAIL: Final = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets (RFC 3696, erratum 1690)."""
LONGEST_PHONE: Final = 40
"""As typed; E.164 allows 15 digits, the rest is room for spaces, brackets and dashes."""

_KEPT_AS: Final[dict[int, str | None]] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)]),  # control characters (category Cc)
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)]),  # bidi embeddings, overrides, isolates
    **dict.fromkeys(range(0xD800, 0xE000)),  # halves of a surrogate pair: an emoji cut in two
    **dict.fromkeys([0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029], "\n"),  # line ends
    0x09: " ",
}
"""What `str.translate` makes of characters that are not kept as they are; None: nothing."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent: `code` (`score_required`, `comment_too_long`, ...) at `field`, if at one."""

    code: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the survey offered: ids of the reasons to tick, and the shop's country (ISO 3166-1, two letters), where
    a phone without a country code is."""

    reasons: frozenset[str]
    country: str


class Refused(Exception):
    """What was sent cannot be an answer; `problems` says why, in the order of the survey."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = tuple(problems)


def clean(text: str) -> str:
    """Free text as it is kept: NFC, lines ended by `\\n`, without control characters, trimmed.

    Bidi embeddings, overrides and isolates go too: they have no end in the text they came in, so a manager's
    page or SMS around them would read in another order (Unicode TR 36, 2.5; CVE-2021-42574). The marks that
    Hebrew and Arabic text needs (U+200E, U+200F, U+061C) act on their neighbours only and stay, as do joiners.
    """
    kept = text.replace("\r\n", "\n").translate(_KEPT_AS)
    return unicodedata.normalize("NFC", kept).strip()


def one_line(text: str) -> str:
    """`clean`, on a single line with single spaces."""
    return " ".join(clean(text).split())


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
