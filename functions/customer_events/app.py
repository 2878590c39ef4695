"""`POST /v1/customers/events`: record what other systems report of customers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger

from customer_events import batch
from lazo import clock
from lazo.auth.keyring import KeyRing
from lazo.customer.event import CustomerEvent
from lazo.customer.identity import customer_keys_of
from lazo.errors import Problem, Rejected
from lazo.ids import is_store_id
from lazo.runtime import aws_json, logs, settings
from lazo.runtime.error_logging import error_fields, is_transient
from lazo.runtime.keyrings import keyring
from lazo.table import customers
from lazo.table.api_keys import ApiKey
from lazo.table.dynamodb.table import Table
from lazo.table.stores import StoreCache
from lazo.translations import LANGUAGES
from lazo.web.api_errors import ApiErrors
from lazo.web.json_body import json_body
from lazo.web.language import choose_language
from lazo.web.origin import FORBIDDEN, OriginCheck
from lazo.web.requests import accept_language
from lazo.web.responses import HttpError, Response, json_response
from lazo.workflows.api_access import ApiAccess

ERRORS: Final = ApiErrors("customer_events", "field_invalid", always_indexed=True)


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    table: Table
    stores: StoreCache
    access: ApiAccess
    customer_keys: KeyRing
    logger: Logger
    clock: Callable[[], datetime]
    origin: OriginCheck


@cache
def wire() -> Deps:
    """Return what the handler works with, made once for each copy of the function."""
    logger = logs.logger()
    table = Table(aws_json.client("dynamodb"), settings.required("TABLE_NAME"))
    ring = keyring("CUSTOMER_KEY_SECRET", logger, aws_json.client("secretsmanager"))
    origin = OriginCheck(settings.optional("ORIGIN_DIGESTS"))
    access = ApiAccess(table, logger, origin, "customer_events")
    return Deps(table, StoreCache(table, logger), access, ring, logger, clock.now, origin)


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """Answer one request of the HTTP API. Nothing is written before the key and all events are checked."""
    return _answer(event, deps).for_api(event)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a request of the HTTP API, unless it did not come through the edge."""
    deps = wire()
    return handle(event, deps) if deps.origin.admits(event) else FORBIDDEN


def _answer(event: dict[str, Any], deps: Deps) -> Response:
    language = choose_language((), accept_language(event), LANGUAGES[0])
    now = deps.clock()
    try:
        key = deps.access.authenticated_key(event, "post-events", now)
        rows = batch.read_events(
            json_body(event),
            now,
            lambda store_id: _country(store_id, key, deps, now),
            needs_store=key.stores is not None,
        )
        return _record_events(rows, key.name, deps, now, language)
    except HttpError as declined:
        return ERRORS.declined(declined, language)
    except Rejected as rejected:
        return ERRORS.rejected(rejected, language)
    except Exception as error:
        deps.logger.error("customer events not taken in", **error_fields(error))
        return ERRORS.failed(transient=is_transient(error), language=language)


def _country(store_id: str, key: ApiKey, deps: Deps, now: datetime) -> str | None:
    """Return the country of a store; None if there is none, or the key is not good for it, which is the same to it."""
    store = deps.stores.find(store_id, now) if is_store_id(store_id) else None
    return store.country if store and key.reaches(store_id, store.brand) else None


def _record_events(
    rows: list[batch.EventRow], source: str, deps: Deps, now: datetime, language: str
) -> Response:
    """Write the events one by one, without a transaction: a request that fails halfway is sent again as it was.

    Answers 202 when every event is in the table, 409 when all but some that conflict are.
    """
    written = {"new": 0, "same": 0}
    conflicts = []
    for index, row in enumerate(rows):
        try:
            written[customers.put_event(deps.table, _event(row, source, deps.customer_keys, now))] += 1
        except customers.EventConflict:
            conflicts.append(Problem("event_conflict", "event_id", index=index))
    content: dict[str, Any] = {"accepted": written["new"], "repeated": written["same"]}
    if conflicts:
        content["errors"] = ERRORS.listed(conflicts, language)
    return json_response(409 if conflicts else 202, content, language)


def _event(row: batch.EventRow, source: str, ring: KeyRing, now: datetime) -> CustomerEvent:
    keys = customer_keys_of(ring, row.phone, row.email)
    if keys is None:
        raise ValueError("an event of nobody was let in")
    return CustomerEvent(
        event_id=row.event_id,
        kind=row.kind,
        at=row.at,
        store_id=row.store_id,
        text=row.text,
        reference=row.reference or None,
        change=row.change,
        amount=row.amount,
        source=source,
        received_at=now,
        customer_key=keys.key,
        customer_also=keys.also,
    )
