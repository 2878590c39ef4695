"""What a customer may send: the model of an answer's body and the rules for each field.

Pure: no words, no AWS. What is wrong comes back as codes and fields; who shows them has the words.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

LONGEST_COMMENT: Final = 2000
LONGEST_NAME: Final = 80
LONGEST_EMAIL: Final = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets (RFC 3696, erratum 1690)."""
LONGEST_PHONE: Final = 40
"""As typed; E.164 allows 15 digits, the rest is room for spaces, brackets and dashes."""

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters (category Cc) but for tab and line ends
    "\u202a-\u202e\u2066-\u2069"  # bidi embeddings, overrides and isolates
    "\ud800-\udfff]"  # halves of a surrogate pair: an emoji cut in two
)
_FORM_SCORES = {str(score): score for score in range(11)}


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
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return unicodedata.normalize("NFC", _DROPPED.sub("", lines)).strip()


def one_line(text: str) -> str:
    """`clean`, on a single line with single spaces."""
    return " ".join(clean(text).split())


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _one_line_or_none(value: Any) -> Any:
    return (one_line(value) or None) if isinstance(value, str) else value


def _known_once(reasons: list[str], info: ValidationInfo) -> list[str]:
    asked = cast(Asked, info.context)
    if len(set(reasons)) != len(reasons) or not asked.reasons.issuperset(reasons):
        raise ValueError("a reason is unknown or repeated")
    return reasons


def _e164(phone: str | None, info: ValidationInfo) -> str | None:
    asked = cast(Asked, info.context)
    return phone and e164(phone, asked.country)


def _email(email: str | None) -> str | None:
    return email and normal_email(email)


class Submission(BaseModel):
    """The body of an answer. Unknown fields are ignored: a page and the function that reads it may be of two
    versions for a while. `website` is the trap for bots: no person sees the field."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    score: Annotated[int, Field(ge=0, le=10)]
    reasons: Annotated[list[str], AfterValidator(_known_once)] = []
    comment: Annotated[str, BeforeValidator(_cleaned), Field(max_length=LONGEST_COMMENT)] = ""
    name: Annotated[str | None, Field(max_length=LONGEST_NAME), BeforeValidator(_one_line_or_none)] = None
    phone: Annotated[
        str | None, Field(max_length=LONGEST_PHONE), BeforeValidator(_one_line_or_none), AfterValidator(_e164)
    ] = None
    email: Annotated[
        str | None,
        Field(max_length=LONGEST_EMAIL),
        BeforeValidator(_one_line_or_none),
        AfterValidator(_email),
    ] = None
    consent: bool = False
    answer_id: str | None = None
    signature: str | None = None
    website: str = ""


def from_json(body: Mapping[str, Any], asked: Asked) -> Submission:
    """The submission in a JSON object; null is the same as absent. Refused when a field is wrong."""
    given = {name: value for name, value in body.items() if value is not None}
    problems: list[Problem] = []
    try:
        submission = Submission.model_validate(given, context=asked)
    except ValidationError as error:
        problems = _problems(error)
    contact = any(isinstance(value := given.get(f), str) and one_line(value) for f in ("phone", "email"))
    if contact and given.get("consent") is not True and not any(p.field == "consent" for p in problems):
        problems.append(Problem("consent_required", "consent"))
    if problems:
        raise Refused(problems)
    return submission


def from_form(fields: Mapping[str, Sequence[str]], asked: Asked) -> Submission:
    """The submission in a form's fields; an empty field is the same as none. Refused when a field is wrong.

    A score is the text `0` to `10` and no other writing of it; a field sent twice is wrong, `reasons` apart.
    """
    body: dict[str, Any] = {}
    for name, values in fields.items():
        if name == "reasons" or len(values) > 1:
            body[name] = list(values)
        elif values[0]:
            body[name] = values[0]
    if isinstance(score := body.get("score"), str):
        body["score"] = _FORM_SCORES.get(score, score)
    if "consent" in body:
        body["consent"] = True
    return from_json(body, asked)


def e164(phone: str, country: str) -> str:
    """`phone` as E.164 (`+56987654321`); ValueError unless it is a number that can exist."""
    import phonenumbers

    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a phone number") from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError("not a phone number in use")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_email(email: str) -> str:
    """`email` in NFC with its domain in lower case; ValueError unless its form is right. No DNS is asked."""
    from email_validator import validate_email

    return validate_email(email, check_deliverability=False).normalized


def identity(phone: str | None, email: str | None) -> str | None:
    """What a customer is known by, to be put under the customer key: `phone:+569...`, or `email:...` in lower
    case, or None. `phone` and `email` as `Submission` gives them."""
    if phone:
        return f"phone:{phone}"
    return f"email:{email.lower()}" if email else None


def _problems(error: ValidationError) -> list[Problem]:
    found: dict[str, Problem] = {}
    for detail in error.errors(include_input=False, include_url=False, include_context=False):
        field = str(detail["loc"][0])
        ending = {"missing": "required", "string_too_long": "too_long"}.get(detail["type"], "invalid")
        found.setdefault(field, Problem(f"{field}_{ending}", field))
    return list(found.values())
