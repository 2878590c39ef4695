"""What a submission may be, said once more as models of pydantic, which nothing of ours shares with the rules."""

from collections.abc import Mapping
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

from lazo.survey.answer import Improved
from lazo.survey.fields import SurveyOffer
from lazo.text.cleaning import clean, one_line
from lazo.text.contact_details import can_be_sent_email, normalize_email, to_e164

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


class SubmissionModel(BaseModel):
    """Limits: docs/limits.md, "What a customer may send"."""

    model_config = ConfigDict(strict=True, extra="ignore")

    score: Annotated[int, Field(ge=0, le=10)]
    reasons: Annotated[list[str], AfterValidator(_known_once)] = []
    comment: Annotated[str, Field(max_length=2000), BeforeValidator(_cleaned)] = ""
    name: Annotated[str | None, Field(max_length=80), BeforeValidator(_one_line_or_none)] = None
    phone: Annotated[
        str | None, Field(max_length=40), BeforeValidator(_one_line_or_none), AfterValidator(_e164)
    ] = None
    email: Annotated[
        str | None, Field(max_length=254), BeforeValidator(_one_line_or_none), AfterValidator(_email)
    ] = None
    consent: bool = False
    improved: Improved | None = None
    answer_id: str | None = None
    signature: str | None = None
    remark: str = ""


class TapModel(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    score: Annotated[int, Field(ge=0, le=10)]
    answer_id: str | None = None
    signature: str | None = None
    tapped_at: Annotated[int | None, Field(ge=0, lt=2**53)] = None
    left: bool = False


def read(
    model: type[BaseModel], body: Mapping[str, Any], offer: SurveyOffer | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return values by name, and codes by field in the order of the fields; one of the two is empty."""
    try:
        return model.model_validate(dict(body), context=offer).model_dump(), {}
    except ValidationError as error:
        found: dict[str, str] = {}
        for detail in error.errors():
            field = str(detail["loc"][0])
            found.setdefault(field, f"{field}_{_ENDINGS.get(detail['type'], 'invalid')}")
        return {}, found
