"""Parse and validate a submitted answer.

Separate from `lazo.survey.fields` because pydantic takes a third of a cold start, which the survey's page should not
wait for.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from lazo.errors import Problem, Rejected
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
_ENDINGS = {"missing": "required", "string_too_long": "too_long", "not_ascii": "not_ascii"}


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _one_line_or_none(value: Any) -> Any:
    return (one_line(value) or None) if isinstance(value, str) else value


def _known_once(reasons: list[str], info: ValidationInfo) -> list[str]:
    offer = cast(SurveyOffer, info.context)
    if len(set(reasons)) != len(reasons) or not offer.reasons.issuperset(reasons):
        raise ValueError("a reason is unknown or repeated")
    return reasons


def _e164(phone: str | None, info: ValidationInfo) -> str | None:
    return phone and to_e164(phone, cast(SurveyOffer, info.context).country)


def _email(email: str | None) -> str | None:
    normalized = email and normalize_email(email)
    if normalized and not can_be_sent_email(normalized):
        raise PydanticCustomError("not_ascii", "not_ascii")
    return normalized


class Submission(BaseModel):
    """A submitted answer. Unknown fields are ignored: during a deployment the page may be of another version than the
    function. `remark` is a honeypot for bots: people do not see the field, and no browser fills in one of
    this name."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    score: Annotated[int, Field(ge=0, le=10)]
    reasons: Annotated[list[str], AfterValidator(_known_once)] = []
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT), BeforeValidator(_cleaned)] = ""
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
    improved: Improved | None = None
    answer_id: str | None = None
    signature: str | None = None
    remark: str = ""


class Tap(BaseModel):
    """A score that was tapped on a page whose form has not been sent. `tapped_at`: when, in milliseconds by the clock
    of the page, which orders the taps of one page; `left`: the page is being left."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    score: Annotated[int, Field(ge=0, le=10)]
    answer_id: str | None = None
    signature: str | None = None
    tapped_at: Annotated[int | None, Field(ge=0, lt=2**53)] = None
    left: bool = False


def tap_from_json(body: Mapping[str, Any]) -> Tap:
    """Return the tap in a JSON object; what else it holds is ignored. Raises Rejected."""
    try:
        return Tap.model_validate(dict(body))
    except ValidationError as error:
        raise Rejected(*_problems(error)) from error


def submission_from_json(body: Mapping[str, Any], offer: SurveyOffer) -> Submission:
    """Return the submission in a JSON object, where null means absent. Raises Rejected, with a problem for each field
    that is wrong, and for a phone or e-mail without consent."""
    given = {name: value for name, value in body.items() if value is not None}
    problems: list[Problem] = []
    try:
        submission = Submission.model_validate(given, context=offer)
    except ValidationError as error:
        problems = _problems(error)
    contact = any(isinstance(value := given.get(f), str) and one_line(value) for f in ("phone", "email"))
    if contact and given.get("consent") is not True and not any(p.field == "consent" for p in problems):
        problems.append(Problem("consent_required", "consent"))
    if problems:
        raise Rejected(*problems)
    return submission


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


def _problems(error: ValidationError) -> list[Problem]:
    found: dict[str, Problem] = {}
    for detail in error.errors(include_input=False, include_url=False, include_context=False):
        field = str(detail["loc"][0])
        ending = _ENDINGS.get(detail["type"], "invalid")
        found.setdefault(field, Problem(f"{field}_{ending}", field))
    return list(found.values())
