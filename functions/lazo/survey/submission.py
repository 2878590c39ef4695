"""Parse and validate a submitted answer: a form and JSON by the same table of rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from lazo.errors import Problem, Rejected
from lazo.field_rules import FLAG, Invalid, Rule, choice, read_fields, text, text_or_none, texts, whole
from lazo.survey.answer import Improved
from lazo.survey.fields import LONGEST_COMMENT, LONGEST_NAME, SurveyOffer
from lazo.text.cleaning import clean, one_line
from lazo.text.contact_details import (
    LONGEST_EMAIL,
    LONGEST_PHONE,
    can_be_sent_email,
    normalize_email,
    to_e164,
)

_FORM_SCORES = {str(score): score for score in range(11)}


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _one_line_or_none(value: Any) -> Any:
    return (one_line(value) or None) if isinstance(value, str) else value


def _known_once(reasons: list[str], offer: SurveyOffer) -> list[str]:
    if len(set(reasons)) != len(reasons) or not offer.reasons.issuperset(reasons):
        raise ValueError("a reason is unknown or repeated")
    return reasons


def _e164(phone: str | None, offer: SurveyOffer) -> str | None:
    return phone and to_e164(phone, offer.country)


def _email(email: str | None, _offer: SurveyOffer) -> str | None:
    normalized = email and normalize_email(email)
    if normalized and not can_be_sent_email(normalized):
        raise Invalid("not_ascii")
    return normalized


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted answer. `remark` is a honeypot for bots: people do not see the field, and no browser fills in one of
    this name."""

    score: int
    reasons: Sequence[str]
    comment: str
    name: str | None
    phone: str | None
    email: str | None
    consent: bool
    improved: Improved | None
    answer_id: str | None
    signature: str | None
    remark: str


@dataclass(frozen=True, slots=True)
class Tap:
    """A score that was tapped on a page whose form has not been sent. `tapped_at`: when, in milliseconds by the clock
    of the page, which orders the taps of one page; `left`: the page is being left."""

    score: int
    answer_id: str | None
    signature: str | None
    tapped_at: int | None
    left: bool


_SCORE: Final = Rule("score", whole(0, 10))
_PAGE_ID: Final = (
    Rule("answer_id", text(), default=None),
    Rule("signature", text(), default=None),
)

SUBMISSION: Final = (
    _SCORE,
    Rule("reasons", texts(text()), default=(), after=_known_once),
    Rule("comment", text(LONGEST_COMMENT), default="", before=_cleaned),
    Rule("name", text_or_none(LONGEST_NAME), default=None, before=_one_line_or_none),
    Rule("phone", text_or_none(LONGEST_PHONE), default=None, before=_one_line_or_none, after=_e164),
    Rule("email", text_or_none(LONGEST_EMAIL), default=None, before=_one_line_or_none, after=_email),
    Rule("consent", FLAG, default=False),
    Rule("improved", choice(get_args(Improved)), default=None),
    *_PAGE_ID,
    Rule("remark", text(), default=""),
)
"""Unknown fields are ignored: during a deployment the page may be of another version than the function."""

TAP: Final = (
    _SCORE,
    *_PAGE_ID,
    Rule("tapped_at", whole(0, 2**53 - 1), default=None),
    Rule("left", FLAG, default=False),
)


def tap_from_json(body: Mapping[str, Any]) -> Tap:
    """Return the tap in a JSON object; what else it holds is ignored. Raises Rejected."""
    values, problems = read_fields(TAP, body)
    if problems:
        raise Rejected(*_problems(problems))
    return Tap(**values)


def submission_from_json(body: Mapping[str, Any], offer: SurveyOffer) -> Submission:
    """Return the submission in a JSON object, where null means absent. Raises Rejected, with a problem for each field
    that is wrong, and for a phone or e-mail without consent."""
    given = {name: value for name, value in body.items() if value is not None}
    values, problems = read_fields(SUBMISSION, given, offer)
    contact = any(isinstance(value := given.get(f), str) and one_line(value) for f in ("phone", "email"))
    if contact and given.get("consent") is not True:
        problems.setdefault("consent", "consent_required")
    if problems:
        raise Rejected(*_problems(problems))
    return Submission(**values)


def submission_from_form(fields: Mapping[str, Sequence[str]], offer: SurveyOffer) -> Submission:
    """Return the submission in a form's fields, where empty means absent. Raises Rejected like `submission_from_json`.

    A score must be exactly `0` to `10`, and only `reasons` may be sent more than once.
    """
    body: dict[str, Any] = {}
    for name, values in fields.items():
        if name == "reasons" or len(values) > 1:
            body[name] = list(values)
        elif values[0]:
            body[name] = values[0]
    if isinstance(score := body.get("score"), str):
        body["score"] = _FORM_SCORES.get(score, score)
    if "consent" in body:  # a checked box, whatever its value
        body["consent"] = True
    return submission_from_json(body, offer)


def _problems(codes: Mapping[str, str]) -> list[Problem]:
    return [Problem(code, field) for field, code in codes.items()]
