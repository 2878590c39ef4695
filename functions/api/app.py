"""`/v1/...`: scores, answers and follow-ups for other systems, visitors from them, and the document of all that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from aws_lambda_powertools import Logger

from api import answers, followups, scores, visitors
from api.parameters import AnswersQuery, FollowUpsQuery, Q, ScoresQuery, read_query
from api.rows import row_json
from api.stores_asked import StoresAsked, stores_asked, visible_ids
from lazo import clock
from lazo.auth.api_rights import ApiRight
from lazo.errors import Rejected
from lazo.runtime import aws_json, logs, settings
from lazo.runtime.error_logging import error_fields, is_transient
from lazo.runtime.ttl_cache import TtlCache
from lazo.table.api_keys import ApiKey
from lazo.table.dynamodb.table import Table, UnprocessedKeys
from lazo.table.stores import StoreCache, brands_of_stores, every_store_id
from lazo.translations import LANGUAGES
from lazo.web.api_errors import ApiErrors
from lazo.web.json_body import json_body
from lazo.web.language import choose_language
from lazo.web.origin import FORBIDDEN, OriginCheck
from lazo.web.requests import accept_language, get_for_head
from lazo.web.responses import HttpError, Response
from lazo.workflows.api_access import ApiAccess

JSON: Final = {"content-type": "application/json; charset=utf-8"}
ERRORS: Final = ApiErrors("api", "parameter_invalid")
DOCUMENT_KEPT: Final = "public, max-age=3600"
"""An hour: the document changes with a deployment alone."""


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with. `store_ids` caches the ids of all stores for a minute, `brands` the brand of each,
    both under the key ""."""

    table: Table
    stores: StoreCache
    store_ids: TtlCache[tuple[str, ...]]
    brands: TtlCache[dict[str, str]]
    access: ApiAccess
    logger: Logger
    clock: Callable[[], datetime]
    origin: OriginCheck


@cache
def wire() -> Deps:
    """Return what the handler works with, made once for each copy of the function."""
    logger = logs.logger()
    table = Table(aws_json.client("dynamodb"), settings.required("TABLE_NAME"))
    ids: TtlCache[tuple[str, ...]] = TtlCache(lambda _: tuple(every_store_id(table)), logger)
    brands = TtlCache(lambda _: brands_of_stores(table, every_store_id(table)), logger)
    origin = OriginCheck(settings.optional("ORIGIN_DIGESTS"))
    access = ApiAccess(table, logger, origin, "api")
    return Deps(table, StoreCache(table, logger), ids, brands, access, logger, clock.now, origin)


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """Answer one request of the HTTP API. No answer is read before the key and all parameters are checked."""
    return _respond(event, deps).for_api(event)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a request of the HTTP API, unless it did not come through the edge."""
    deps = wire()
    return handle(event, deps) if deps.origin.admits(event) else FORBIDDEN


def _respond(event: dict[str, Any], deps: Deps) -> Response:
    language = choose_language((), accept_language(event), LANGUAGES[0])
    try:
        return ROUTES[get_for_head(event["routeKey"])](event, deps)
    except HttpError as declined:
        return ERRORS.declined(declined, language)
    except Rejected as rejected:
        return ERRORS.rejected(rejected, language)
    except Exception as error:
        deps.logger.error("request not answered", **error_fields(error))
        busy = is_transient(error) or isinstance(error, UnprocessedKeys)
        return ERRORS.failed(transient=busy, language=language)


def _show_document(_event: dict[str, Any], _deps: Deps) -> Response:
    from api.openapi import document_json  # few ask for it

    return Response(200, document_json(), {**JSON, "cache-control": DOCUMENT_KEPT})


def _show_scores(event: dict[str, Any], deps: Deps) -> Response:
    key, now = _key(event, deps, "read-scores")
    query, asked = _read(ScoresQuery, event, deps, key, now)
    return _page(scores.list_scores(deps.table, asked, query))


def _show_answers(event: dict[str, Any], deps: Deps) -> Response:
    key, now = _key(event, deps, "read-answers")
    query, asked = _read(AnswersQuery, event, deps, key, now)
    return _page(answers.list_answers(deps.table, asked.ids, query, now))


def _show_followups(event: dict[str, Any], deps: Deps) -> Response:
    key, now = _key(event, deps, "read-followups")
    query, asked = _read(FollowUpsQuery, event, deps, key, now)
    return _page(followups.list_followups(deps.table, deps.stores, asked.ids, query, now))


def _write_visitors(event: dict[str, Any], deps: Deps) -> Response:
    key, now = _key(event, deps, "write-visitors")
    body = json_body(event)
    return _page(visitors.write_visitors(deps.table, body, frozenset(_visible_ids(key, deps, now)), now))


ROUTES: Final[dict[str, Callable[[dict[str, Any], Deps], Response]]] = {
    "GET /v1/openapi.json": _show_document,
    "GET /v1/scores": _show_scores,
    "GET /v1/answers": _show_answers,
    "GET /v1/followups": _show_followups,
    "PUT /v1/visitors": _write_visitors,
}


def _key(event: dict[str, Any], deps: Deps, right: ApiRight) -> tuple[ApiKey, datetime]:
    """Return the request's key, and the time; raises HttpError."""
    now = deps.clock()
    return deps.access.authenticated_key(event, right, now), now


def _read(
    kind: type[Q], event: dict[str, Any], deps: Deps, key: ApiKey, now: datetime
) -> tuple[Q, StoresAsked]:
    """Return the parameters, and the stores to read. Raises Rejected."""
    query = read_query(kind, event.get("rawQueryString", ""))
    visible = _visible_ids(key, deps, now)
    for store_id in sorted(set(query.store).difference(visible)):
        if store_id in (deps.store_ids.get("", now) or ()):
            deps.access.record_refused_store(key, store_id, now)
    return query, stores_asked(key, visible, query.store)


def _visible_ids(key: ApiKey, deps: Deps, now: datetime) -> list[str]:
    every = deps.store_ids.get("", now) or ()
    return visible_ids(key, every, lambda: deps.brands.get("", now) or {})


def _page(page: Any) -> Response:
    return Response(200, row_json(page), JSON)
