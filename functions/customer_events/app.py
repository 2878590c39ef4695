"""`POST /v1/customers/events`: other systems tell what they know of a customer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from customer_events import batch, replies, request
from customer_events.batch import EventRow
from lazo import clock
from lazo.auth import keyring
from lazo.auth.keyring import KeyRing
from lazo.customer.event import CustomerEvent
from lazo.customer.identity import customer_keys_of
from lazo.errors import Problem, Rejected
from lazo.runtime import logs, settings
from lazo.runtime.error_logging import error_fields, is_transient, stale_key_logger
from lazo.runtime.ttl_cache import TtlCache
from lazo.table import api_keys, customers
from lazo.table.api_keys import ApiKey
from lazo.table.customers import EventConflict
from lazo.table.dynamodb.table import Table
from lazo.table.stores import StoreCache, UnknownStore
from lazo.translations import LANGUAGES
from lazo.web.language import choose_language
from lazo.web.origin import FORBIDDEN, OriginCheck
from lazo.web.responses import HttpError, Response


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with. `api_keys` are kept by their digest, for a minute at most."""

    table: Table
    stores: StoreCache
    api_keys: TtlCache[ApiKey]
    customer_keys: KeyRing
    logger: Logger
    clock: Callable[[], datetime]
    origin: OriginCheck


@cache
def wire() -> Deps:
    """Settings and clients, made once for each copy of the function."""
    logger = logs.logger()
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    ring = keyring.keyring_from_secret(
        settings.client("secretsmanager"),
        settings.required("CUSTOMER_KEY_SECRET"),
        clock.now,
        stale_key_logger(logger),
    )
    origin = OriginCheck(settings.optional("ORIGIN_DIGESTS"))
    known: TtlCache[ApiKey] = TtlCache(lambda digest: api_keys.find_api_key(table, digest), logger)
    return Deps(table, StoreCache(table, logger), known, ring, logger, clock.now, origin)


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """The reply to one request of the HTTP API: who asks, what they say, and only then is anything written."""
    return _answer(event, deps).for_api(event)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Entry point for the HTTP API."""
    deps = wire()
    return handle(event, deps) if deps.origin.admits(event) else FORBIDDEN


def _answer(event: dict[str, Any], deps: Deps) -> Response:
    language = choose_language((), request.accept_language(event), LANGUAGES[0])
    now = deps.clock()
    try:
        source = _source(event, deps, now)
        rows = batch.read(request.body(event), now, lambda store_id: _country(store_id, deps, now))
        return _take_in(rows, source, deps, now, language)
    except HttpError as declined:
        return replies.declined(declined.status, declined.code, language)
    except Rejected as rejected:
        return replies.refused(rejected.problems, language)
    except Exception as error:
        deps.logger.error("customer events not taken in", extra=error_fields(error))
        status, code = (503, "unavailable") if is_transient(error) else (500, "internal")
        return replies.declined(status, code, language)


def _source(event: dict[str, Any], deps: Deps, now: datetime) -> str:
    """The name of the system that the request's key belongs to; HttpError without an active key."""
    secret = request.secret(event)
    key = deps.api_keys.get(api_keys.digest_of(secret), now) if secret else None
    if key is None or not key.active:
        raise HttpError(401, "unauthorized")
    return key.name


def _country(store_id: str, deps: Deps, now: datetime) -> str | None:
    try:
        return deps.stores.get(store_id, now).country
    except UnknownStore:
        return None


def _take_in(rows: list[EventRow], source: str, deps: Deps, now: datetime, language: str) -> Response:
    """One event after the other, each for good: a request that ends on the way is sent again as it was."""
    written = {"new": 0, "same": 0}
    conflicts = []
    for index, row in enumerate(rows):
        try:
            written[customers.put_event(deps.table, _event(row, source, deps.customer_keys, now))] += 1
        except EventConflict:
            conflicts.append(Problem("event_conflict", "event_id", index=index))
    return replies.taken(written["new"], written["same"], conflicts, language)


def _event(row: EventRow, source: str, ring: KeyRing, now: datetime) -> CustomerEvent:
    known_by = customer_keys_of(ring, row.customer.phone, row.customer.email)
    if known_by is None:
        raise ValueError("an event of nobody was let in")
    return CustomerEvent(
        event_id=row.event_id,
        source=source,
        kind=row.kind,
        at=row.at,
        received_at=now,
        customer_key=known_by.key,
        customer_also=known_by.also,
        store_id=row.store_id,
        text=row.text,
        reference=row.reference or None,
        change=row.change,
        amount=row.amount,
    )
