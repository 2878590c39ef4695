"""Read the events of a request: one object, or up to a hundred under `events`. One invalid event rejects them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, get_args

from lazo.customer.event import ReportedKind
from lazo.errors import Problem, Rejected
from lazo.field_rules import Invalid, Rule, choice, decimal, fields, read_fields, text
from lazo.ids import STORE_ID
from lazo.text.cleaning import clean, one_line
from lazo.text.contact_details import LONGEST_EMAIL, LONGEST_PHONE, normalize_email, to_e164
from lazo.web.json_body import rows_in

LONGEST_TEXT: Final = 2000
LONGEST_REFERENCE: Final = 80
OLDEST: Final = timedelta(days=2 * 366)
MOST_AMOUNT: Final = Decimal("9999999999.99")
CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)


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


def _parse_at(value: str, asked: _Context) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("no zone")
    if at - asked.now > CLOCKS_DIFFER_BY:
        raise Invalid("in_future")
    if asked.now - at > OLDEST:
        raise Invalid("too_old")
    return at


def _phone(phone: str, asked: _Context) -> str | None:
    return (phone and to_e164(phone, asked.country)) or None


def _email(email: str, _asked: _Context) -> str | None:
    return (email and normalize_email(email)) or None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as posted (docs/customer-events.md). `phone` (E.164) and `email` identify the customer."""

    event_id: str
    kind: ReportedKind
    at: datetime
    phone: str | None
    email: str | None
    store_id: str | None
    text: str
    reference: str | None
    change: Decimal | None
    amount: Decimal | None


CUSTOMER: Final = (
    Rule("phone", text(LONGEST_PHONE), default=None, before=_on_one_line, after=_phone),
    Rule("email", text(LONGEST_EMAIL), default=None, before=_on_one_line, after=_email),
)
EVENT: Final = (
    Rule("event_id", text(64, pattern="[!-~]+")),
    Rule("kind", choice(get_args(ReportedKind))),
    Rule("at", text(), after=_parse_at),
    Rule("customer", fields(CUSTOMER)),
    Rule("store_id", text(pattern=STORE_ID), default=None),
    Rule("text", text(LONGEST_TEXT), default="", before=_cleaned),
    Rule("reference", text(LONGEST_REFERENCE), default=None, before=_on_one_line),
    Rule("change", decimal(-100, 1000, places=2), default=None, before=_decimal),
    Rule("amount", decimal(0, MOST_AMOUNT, places=2), default=None, before=_decimal),
)


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
    values, codes = read_fields(EVENT, given, _Context(now, country), only_known=True)
    if needs_store and store_id is None:
        codes["store_id"] = "store_id_required"
    for field, code in _problems_between_fields(given, country):
        codes.setdefault(field, code)
    return (None, list(codes.items())) if codes else (EventRow(**values.pop("customer"), **values), [])


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
