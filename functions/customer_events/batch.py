"""Read the events of a request: one object, or up to a hundred under `events`. One invalid event rejects them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from lazo.customer.event import ReportedKind
from lazo.errors import Problem, Rejected
from lazo.ids import STORE_ID
from lazo.text.cleaning import clean, one_line
from lazo.text.contact_details import LONGEST_EMAIL, LONGEST_PHONE, normalize_email, to_e164
from lazo.web.field_codes import codes_by_field
from lazo.web.json_body import rows_in

LONGEST_TEXT: Final = 2000
LONGEST_REFERENCE: Final = 80
OLDEST: Final = timedelta(days=2 * 366)
CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)
_OWN_CODES: Final = frozenset({"at_in_future", "at_too_old"})


@dataclass(frozen=True, slots=True)
class _Context:
    """What validation needs. `country` (ISO 3166-1) is that of a phone without a country code, None when not known."""

    now: datetime
    country: str | None


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _on_one_line(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


def _decimal(value: Any) -> Any:
    return Decimal(value) if type(value) is int else value


def _parse_at(value: Any, info: ValidationInfo) -> datetime:
    asked = cast(_Context, info.context)
    if not isinstance(value, str):
        raise ValueError("not a text")
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("no zone")
    if at - asked.now > CLOCKS_DIFFER_BY:
        raise PydanticCustomError("at_in_future", "at_in_future")
    if asked.now - at > OLDEST:
        raise PydanticCustomError("at_too_old", "at_too_old")
    return at


def _phone(phone: str | None, info: ValidationInfo) -> str | None:
    return phone and to_e164(phone, cast(_Context, info.context).country)


def _email(email: str | None) -> str | None:
    return email and normalize_email(email)


class CustomerFields(BaseModel, strict=True, extra="forbid", frozen=True):
    """What identifies a customer: a phone (E.164), an e-mail, or both."""

    phone: Annotated[
        str | None, Field(max_length=LONGEST_PHONE), BeforeValidator(_on_one_line), AfterValidator(_phone)
    ] = None
    email: Annotated[
        str | None, Field(max_length=LONGEST_EMAIL), BeforeValidator(_on_one_line), AfterValidator(_email)
    ] = None


class EventRow(BaseModel, strict=True, extra="forbid", frozen=True):
    """One event as posted (docs/customer-events.md)."""

    event_id: Annotated[str, Field(max_length=64, pattern=r"^[!-~]+$")]
    kind: ReportedKind
    at: Annotated[datetime, BeforeValidator(_parse_at)]
    customer: CustomerFields
    store_id: Annotated[str | None, Field(pattern=f"^{STORE_ID}$")] = None
    text: Annotated[str, Field(max_length=LONGEST_TEXT), BeforeValidator(_cleaned)] = ""
    reference: Annotated[str | None, Field(max_length=LONGEST_REFERENCE), BeforeValidator(_on_one_line)] = (
        None
    )
    change: Annotated[
        Decimal | None, Field(ge=-100, le=1000, decimal_places=2), BeforeValidator(_decimal)
    ] = None
    amount: Annotated[
        Decimal | None, Field(ge=0, max_digits=12, decimal_places=2), BeforeValidator(_decimal)
    ] = None


def read_events(
    body: Any, now: datetime, country_of: Callable[[str], str | None], *, needs_store: bool = False
) -> list[EventRow]:
    """Return the events in a request's JSON. Raises Rejected with every problem of every event.

    `country_of` gives the country of a store (ISO 3166-1, two letters), None when there is no such store.
    `needs_store`: each event has to name one.
    """
    rows: list[EventRow] = []
    problems: list[Problem] = []
    for index, posted in enumerate(_events_in(body)):
        row, found = _read_row(posted, now, country_of, needs_store)
        problems += (Problem(code, field, index=index) for field, code in found)
        rows += [row] if row else []
    if problems:
        raise Rejected(*problems)
    return rows


def _events_in(body: Any) -> list[Any]:
    return rows_in(body, "events") if isinstance(body, dict) and "events" in body else [body]


def _read_row(
    posted: Any, now: datetime, country_of: Callable[[str], str | None], needs_store: bool
) -> tuple[EventRow | None, list[tuple[str | None, str]]]:
    """Return the event, or its problems as field and code."""
    if not isinstance(posted, dict):
        return None, [(None, "event_invalid")]
    given = _without_nulls(posted)
    store_id = given.get("store_id")
    country = country_of(store_id) if isinstance(store_id, str) else None
    codes: dict[str, str] = {}
    row = None
    try:
        row = EventRow.model_validate(given, context=_Context(now, country))
    except ValidationError as error:
        codes = codes_by_field(error, _OWN_CODES)
    if needs_store and store_id is None:
        codes["store_id"] = "store_id_required"
    for field, code in _problems_between_fields(given, country):
        codes.setdefault(field, code)
    return (None, list(codes.items())) if codes else (row, [])


def _without_nulls(posted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event without its nulls, also those in `customer`: null means the same as absent."""
    given = {name: value for name, value in posted.items() if value is not None}
    if isinstance(customer := given.get("customer"), dict):
        given["customer"] = {name: value for name, value in customer.items() if value is not None}
    return given


def _problems_between_fields(given: Mapping[str, Any], country: str | None) -> list[tuple[str, str]]:
    """Return field and code of what one field's value makes wrong about another, and of a store that is not known."""
    found = []
    kind, customer = given.get("kind"), given.get("customer")
    if isinstance(customer, dict) and not any(_on_one_line(customer.get(n)) for n in ("phone", "email")):
        found.append(("customer", "customer_required"))
    if "store_id" in given and country is None:
        found.append(("store_id", "store_id_unknown"))
    if kind == "usage" and "change" not in given:
        found.append(("change", "change_required"))
    if kind != "usage" and "change" in given:
        found.append(("change", "change_unexpected"))
    if kind != "refund" and "amount" in given:
        found.append(("amount", "amount_unexpected"))
    return found
