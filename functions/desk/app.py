"""The desk: where a manager sees what happened and takes it on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from desk import page
from desk.replies import Reply, gone, redirect, shown, trouble
from desk.session import Session, Sessions
from lazo import clock, followup, keyring, settings
from lazo.failures import facts, key_not_read
from lazo.followup import FollowUp
from lazo.known_stores import KnownStores, UnknownStore
from lazo.refusal import Refused
from lazo.store import Contact, Store
from lazo.table import answers, deliveries, followups
from lazo.table.dynamo import Table

TRIES = 3
"""How often taking on is tried against a sweep that escalates in the same moment."""


@dataclass(frozen=True, slots=True)
class Deps:
    """What the handler works with."""

    table: Table
    stores: KnownStores
    sessions: Sessions
    logger: Logger
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who may see this follow-up, at its desk page."""

    session: Session
    followup: FollowUp
    store: Store
    contact: Contact


@cache
def wire() -> Deps:
    """Settings and clients, made once for each copy of the function."""
    table = Table(settings.client("dynamodb"), settings.required("TABLE_NAME"))
    logger = Logger()
    secrets = settings.client("secretsmanager")
    ring = keyring.from_secret(secrets, settings.required("LINK_KEY_SECRET"), clock.now, key_not_read(logger))
    return Deps(table, KnownStores(table, logger), Sessions(ring), logger, clock.now)


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """The reply to one request of the HTTP API; the API has matched the route already."""
    act = {
        "GET /f/{token}": _open_link,
        "HEAD /f/{token}": _open_link,
        "GET /desk/followups/{followup_id}": _show,
        "HEAD /desk/followups/{followup_id}": _show,
        "POST /desk/followups/{followup_id}/{action}": _take_on,
    }[event["routeKey"]]
    try:
        reply = act(event, deps)
    except Exception as error:
        deps.logger.error("request not answered", extra={"route": event["routeKey"], **facts(error)})
        reply = trouble()
    return reply.for_api(event)


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Entry point for the HTTP API."""
    return handle(event, wire())


def _open_link(event: dict[str, Any], deps: Deps) -> Reply:
    """Trade the token of a message for a session, and leave it out of the address from then on.

    Nothing else happens here: mail scanners and phones open links before people do.
    """
    now = deps.clock()
    session = deps.sessions.from_link(event["pathParameters"]["token"], now)
    visit = _visit(session, deps, now) if session else None
    if session is None or visit is None:
        return gone()
    where = f"/desk/followups/{visit.followup.followup_id}"
    return redirect(where, cookie=deps.sessions.cookie(visit.contact.contact_id, session, where, now))


def _show(event: dict[str, Any], deps: Deps) -> Reply:
    now = deps.clock()
    visit = _visitor(event, deps, now)
    return _page(visit, deps, now) if visit else gone()


def _take_on(event: dict[str, Any], deps: Deps) -> Reply:
    now = deps.clock()
    visit = _visitor(event, deps, now)
    if visit is None:
        return gone()
    if not deps.sessions.form_is_ours(event, visit.session):
        return _page(visit, deps, now, status=403, problem="stale")
    try:
        _become_owner(visit, deps, now)
    except Refused:
        again = _visitor(event, deps, now)
        return _page(again, deps, now, status=409, problem="taken") if again else gone()
    except Exception as error:
        deps.logger.error(
            "follow-up not taken on", extra={"followup_id": visit.followup.followup_id, **facts(error)}
        )
        return _page(visit, deps, now, status=503, problem="retry")
    return redirect(f"/desk/followups/{visit.followup.followup_id}")


def _become_owner(visit: Visit, deps: Deps, now: datetime) -> None:
    before = visit.followup
    for _ in range(TRIES):
        after = followup.take_on(before, visit.contact.contact_id, visit.store, now)
        if after is before:
            return
        try:
            followups.change(deps.table, before, after)
        except followups.ChangedMeanwhile:
            before = followups.get(deps.table, before.followup_id) or before
        else:
            return
    raise followups.ChangedMeanwhile(before.followup_id)


def _visitor(event: dict[str, Any], deps: Deps, now: datetime) -> Visit | None:
    session = deps.sessions.from_cookies(event.get("cookies", []), now)
    if session is None or session.followup_id != event["pathParameters"]["followup_id"]:
        return None
    return _visit(session, deps, now)


def _visit(session: Session, deps: Deps, now: datetime) -> Visit | None:
    """Who this is now: a contact that left the shop has no way in, whatever links are still about."""
    found = followups.get(deps.table, session.followup_id)
    if found is None:
        return None
    try:
        store = deps.stores.get(found.store_id, now)
    except UnknownStore:
        return None
    contact = session.contact_of(store)
    return Visit(session, found, store, contact) if contact else None


def _page(visit: Visit, deps: Deps, now: datetime, status: int = 200, problem: str | None = None) -> Reply:
    answer = answers.of(deps.table, visit.followup)
    if answer is None:
        return gone()
    html = page.followup(
        visit.followup,
        answer,
        visit.store,
        visit.contact,
        now,
        deps.sessions.form_token(visit.session),
        deliveries.reached(deps.table, visit.followup.followup_id),
        problem,
    )
    return shown(html, visit.contact.language, status)
