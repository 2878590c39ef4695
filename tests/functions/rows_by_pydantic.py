"""What rows of the API and of other systems may be, said once more as models of pydantic, which nothing of ours shares
with the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from api.parameters import read_day
from lazo.customer.event import ReportedKind
from lazo.ids import STORE_ID
from lazo.text.cleaning import clean, one_line
from lazo.text.contact_details import normalize_email, to_e164

_ENDINGS = {"missing": "required", "string_too_long": "too_long"}
_OWN_CODES = {"at_in_future", "at_too_old", "day_in_future"}


@dataclass(frozen=True, slots=True)
class Asked:
    now: datetime
    country: str | None


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _on_one_line(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


def _decimal(value: Any) -> Any:
    return Decimal(value) if type(value) is int else value


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _parse_at(value: Any, info: ValidationInfo) -> datetime:
    asked = cast(Asked, info.context)
    if not isinstance(value, str):
        raise ValueError("not a text")
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("no zone")
    if at - asked.now > timedelta(minutes=5):
        raise PydanticCustomError("at_in_future", "at_in_future")
    if asked.now - at > timedelta(days=732):
        raise PydanticCustomError("at_too_old", "at_too_old")
    return at


def _parse_day(value: Any, info: ValidationInfo) -> date:
    if not isinstance(value, str):
        raise ValueError("not a text")
    day = read_day(value)
    if day > cast(Asked, info.context).now.date():
        raise PydanticCustomError("day_in_future", "day_in_future")
    return day


def _phone(phone: str | None, info: ValidationInfo) -> str | None:
    return phone and to_e164(phone, cast(Asked, info.context).country)


def _email(email: str | None) -> str | None:
    return email and normalize_email(email)


class CustomerModel(BaseModel, strict=True, extra="forbid"):
    phone: Annotated[
        str | None, Field(max_length=40), BeforeValidator(_on_one_line), AfterValidator(_phone)
    ] = None
    email: Annotated[
        str | None, Field(max_length=254), BeforeValidator(_on_one_line), AfterValidator(_email)
    ] = None


class EventModel(BaseModel, strict=True, extra="forbid"):
    """Limits: docs/customer-events.md."""

    event_id: Annotated[str, Field(max_length=64, pattern=r"^[!-~]+$")]
    kind: ReportedKind
    at: Annotated[datetime, BeforeValidator(_parse_at)]
    customer: CustomerModel
    store_id: Annotated[str | None, Field(pattern=f"^{STORE_ID}$")] = None
    text: Annotated[str, Field(max_length=2000), BeforeValidator(_cleaned)] = ""
    reference: Annotated[str | None, Field(max_length=80), BeforeValidator(_on_one_line)] = None
    change: Annotated[
        Decimal | None, Field(ge=-100, le=1000, decimal_places=2), BeforeValidator(_decimal)
    ] = None
    amount: Annotated[
        Decimal | None, Field(ge=0, max_digits=12, decimal_places=2), BeforeValidator(_decimal)
    ] = None


class VisitorsModel(BaseModel, strict=True, extra="forbid"):
    """Limits: docs/api.md."""

    store_id: Annotated[str, Field(pattern=f"^{STORE_ID}$")]
    day: Annotated[date, BeforeValidator(_parse_day)]
    visitors: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=1_000_000)]


def read(
    model: type[BaseModel], row: Mapping[str, Any], asked: Asked
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return values by name, and codes by the field's path, in order; one of the two is empty."""
    try:
        return model.model_validate(dict(row), context=asked).model_dump(), {}
    except ValidationError as error:
        found: dict[str, str] = {}
        for detail in error.errors():
            kind, where = detail["type"], [str(part) for part in detail["loc"]]
            code = kind if kind in _OWN_CODES else f"{where[-1]}_{_ENDINGS.get(kind, 'invalid')}"
            found.setdefault(".".join(where), "unknown_field" if kind == "extra_forbidden" else code)
        return {}, found
