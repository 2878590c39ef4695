"""The desk: managers sign in, see open follow-ups, and work on them."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from secrets import token_bytes
from typing import Any

from desk.account import access, alert_link, language, refusals, sign_in, team_network
from desk.account.access import Access
from desk.answers import export, trust
from desk.answers import page as answers_page
from desk.answers.export_bucket import ExportBucket
from desk.board import page as board_page
from desk.case import handler as case_handler
from desk.deps import Deps
from desk.promises import page as promises_page
from desk.web import assets
from desk.web.forms import free_texts_in
from desk.web.reader_language import switched_language
from desk.web.render import not_found, unavailable
from desk.web.session import Sessions
from lazo import clock
from lazo.runtime import aws_json, logs, metrics, settings
from lazo.runtime.error_logging import error_fields
from lazo.runtime.keyrings import keyring
from lazo.table.audit import AuditTrail
from lazo.table.dynamodb.table import Table
from lazo.table.stores import StoreCache
from lazo.web.origin import FORBIDDEN, OriginCheck
from lazo.web.requests import get_for_head
from lazo.web.responses import Response
from lazo.workflows.case_commit import CaseCommitter
from lazo.workflows.events import Topic


@cache
def wire() -> Deps:
    """Return settings and clients, made once for each execution environment."""
    table = Table(aws_json.client("dynamodb"), settings.required("TABLE_NAME"))
    logger = logs.logger()
    topic = Topic(settings.ClientLater("sns"), settings.required("TOPIC_ARN"))
    namespace = settings.required("POWERTOOLS_METRICS_NAMESPACE")
    secrets = aws_json.client("secretsmanager")
    return Deps(
        table=table,
        topic=topic,
        stores=StoreCache(table, logger),
        sessions=Sessions(keyring("LINK_KEY_SECRET", logger, secrets)),
        customer_keys=keyring("CUSTOMER_KEY_SECRET", logger, secrets),
        logger=logger,
        clock=clock.now,
        committer=CaseCommitter(table, topic, logger, metrics.stage_time_recorder(namespace)),
        public_base_url=settings.optional("PUBLIC_BASE_URL"),
        entropy=token_bytes,
        exports=ExportBucket(settings.required("EXPORTS_BUCKET")),
        origin=OriginCheck(settings.optional("ORIGIN_DIGESTS")),
        audit=AuditTrail(table),
        noted=set(),
    )


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """Return the HTTP API's response to one event (payload 2.0). An error is logged and answered with 503."""
    handler = {
        "GET /f/{token}": alert_link.open_link,
        "GET /desk/sign-in": _keep_language(sign_in.show),
        "POST /desk/sign-in": sign_in.request_link,
        "GET /desk/in/{token}": _keep_language(sign_in.show_link),
        "POST /desk/in/{token}": sign_in.use_link,
        "POST /desk/sign-out": sign_in.sign_out,
        "POST /desk/language": language.choose,
        "GET /desk": _at_board,
        "POST /desk/search": _signed_in(_later("desk.board.search", "search")),
        "GET /desk/static/{name}": _asset,
        "GET /desk/promises": _signed_in(promises_page.show),
        "GET /desk/insights": _signed_in(_later("desk.insights.overview", "show")),
        "GET /desk/improvements": _signed_in(_later("desk.improvements.handler", "show_list")),
        "GET /desk/improvements/{improvement_id}": _signed_in(
            _later("desk.improvements.handler", "show_one")
        ),
        "POST /desk/improvements/{improvement_id}": _signed_in(_later("desk.improvements.handler", "save")),
        "GET /desk/insights/stores": _signed_in(_later("desk.insights.stores_page", "show")),
        "GET /desk/insights/themes": _signed_in(_later("desk.insights.themes_page", "show")),
        "GET /desk/insights/touchpoints": _signed_in(_later("desk.insights.touchpoints_page", "show")),
        "GET /desk/digest": _signed_in(_later("desk.digest.page", "show")),
        "POST /desk/digest/mails": _signed_in(_later("desk.digest.page", "set_wishes")),
        "GET /desk/wall": _signed_in(_later("desk.wall.page", "show")),
        "GET /desk/wall/link": _signed_in(_later("desk.wall.page", "show_link")),
        "POST /desk/wall/link": _signed_in(_later("desk.wall.page", "change_link")),
        "GET /desk/wall/{token}": _keep_language(_later("desk.wall.page", "show_by_link")),
        "GET /desk/insights/team": _signed_in(_later("desk.insights.team", "show")),
        "GET /desk/answers": _signed_in(answers_page.show),
        "POST /desk/answers/export": _signed_in(export.make_export),
        "POST /desk/answers/trust": _signed_in(trust.trust),
        "GET /desk/answers/exports/{export_id}": _signed_in(export.show_export),
        "GET /desk/followups/{followup_id}": _keep(case_handler.show_case),
        "POST /desk/followups/{followup_id}/{action}": case_handler.act_on_case,
    }[get_for_head(event["routeKey"])]
    try:
        reply = handler(event, deps)
    except Exception as error:
        deps.logger.error("request not answered", extra={"route": event["routeKey"], **error_fields(error)})
        reply = unavailable(free_texts_in(event))
    return reply.for_api(event)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle an event of the HTTP API; refuse one that did not come through the CDN, if there is one."""
    deps = wire()
    return handle(event, deps) if deps.origin.admits(event) else FORBIDDEN


def _later(module: str, name: str) -> Callable[..., Response]:
    """Return the handler of this name. Its module is imported when it is asked for: what other pages do not need costs
    them nothing."""

    def handler(*request: Any) -> Response:
        found: Callable[..., Response] = getattr(import_module(module), name)
        return found(*request)

    return handler


def _asset(event: dict[str, Any], _deps: Deps) -> Response:
    name = event["pathParameters"]["name"]
    if found := assets.asset_response(name):
        return found
    from desk.web import offline  # what a browser asks for once in a while

    return offline.offline_response(name) or not_found()


def _signed_in(
    page: Callable[[dict[str, Any], Deps, Access], Response],
) -> Callable[[dict[str, Any], Deps], Response]:
    """Return the page's handler for users who signed in; anybody else is asked to."""

    def handler(event: dict[str, Any], deps: Deps) -> Response:
        user = access.access_for_request(event, deps.table, deps.sessions, deps.clock())
        if user is None:
            return sign_in.ask(event, deps)
        user = access.with_all_stores(user, deps.table)
        refusals.record_refused_stores(event, deps, user)
        reply = page(event, deps, user)
        team_network.note_network(event, deps, user)
        return reply

    return _keep(handler)


def _at_board(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `GET /desk`: also for who came by the link of a fresh alert, with the stores that it is about."""

    def handler(event: dict[str, Any], deps: Deps) -> Response:
        user = access.access_to_board(event, deps.table, deps.sessions, deps.clock())
        if user is None:
            return sign_in.ask(event, deps)
        refusals.record_refused_stores(event, deps, user)
        reply = board_page.show(event, deps, user)
        team_network.note_network(event, deps, user)
        return reply

    return _keep(handler)(event, deps)


def _keep(handler: Callable[[dict[str, Any], Deps], Response]) -> Callable[[dict[str, Any], Deps], Response]:
    """Return the handler of a page that keeps its language, and puts off the end of the session of who opens it. An
    open page that asks by itself whether anything has changed puts off nothing."""
    page = _keep_language(handler)

    def keeping(event: dict[str, Any], deps: Deps) -> Response:
        reply, now = page(event, deps), deps.clock()
        session = deps.sessions.held(event, now).signed_in
        renewed = session.renewed(now) if session and reply.status < 400 else None
        if renewed is None or "if-none-match" in (event.get("headers") or {}):
            return reply
        cookies = (deps.sessions.cookie(renewed), deps.sessions.reader_cookie(renewed))
        return replace(reply, cookies=(*reply.cookies, *cookies))

    return keeping


def _keep_language(
    handler: Callable[[dict[str, Any], Deps], Response],
) -> Callable[[dict[str, Any], Deps], Response]:
    """Return the handler of a page whose language switch (`?lang=pt`) also holds for the pages after it."""

    def keeping(event: dict[str, Any], deps: Deps) -> Response:
        reply, switched = handler(event, deps), switched_language(event)
        return replace(reply, cookies=(*reply.cookies, switched.cookie())) if switched else reply

    return keeping
