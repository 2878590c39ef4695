"""The desk: where a manager sees what happened and takes it on."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from desk import page, sign_in, visit
from desk.deps import Deps
from desk.replies import Reply, gone, redirect, shown, trouble
from desk.session import Session, Sessions
from lazo import clock, followup, ids, keyring, settings
from lazo.events import Topic
from lazo.failures import facts, key_not_read
from lazo.followup import FollowUp
from lazo.known_stores import KnownStores
from lazo.refusal import Refused
from lazo.store import Contact, Store
from lazo.table import answers, deliveries, followups
from lazo.table.dynamo import Table

TRIES = 3
"""How often taking on is tried against a sweep that escalates in the same moment."""


@dataclass(frozen=True, slots=True)
class AtFollowUp:
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
    ring = keyring.from_secret(
        settings.client("secretsmanager"),
        settings.required("LINK_KEY_SECRET"),
        clock.now,
        key_not_read(logger),
    )
    topic = Topic(settings.client("sns"), settings.required("TOPIC_ARN"))
    return Deps(table, topic, KnownStores(table, logger), Sessions(ring), logger, clock.now)


def handle(event: dict[str, Any], deps: Deps) -> dict[str, Any]:
    """The reply to one request of the HTTP API; the API has matched the route already."""
    act = {
        "GET /f/{token}": _open_link,
        "HEAD /f/{token}": _open_link,
        "GET /desk/sign-in": sign_in.show,
        "POST /desk/sign-in": sign_in.ask,
        "GET /desk/in/{token}": sign_in.enter,
        "HEAD /desk/in/{token}": sign_in.enter,
        "POST /desk/sign-out": sign_in.sign_out,
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
    opened = visit.by_link(event["pathParameters"]["token"], deps.table, deps.sessions, now)
    if opened is None:
        return gone()
    cookie = deps.sessions.cookie(opened.session, now)
    return redirect(f"/desk/followups/{opened.followup_id}", cookie=cookie)


def _show(event: dict[str, Any], deps: Deps) -> Reply:
    now = deps.clock()
    here = _visitor(event, deps, now)
    return _page(here, deps, now) if here else gone()


def _take_on(event: dict[str, Any], deps: Deps) -> Reply:
    now = deps.clock()
    here = _visitor(event, deps, now)
    if here is None:
        return gone()
    if deps.sessions.form_id(event, here.session) is None:
        return _page(here, deps, now, status=403, problem="stale")
    try:
        _become_owner(here, deps, now)
    except Refused:
        again = _visitor(event, deps, now)
        return _page(again, deps, now, status=409, problem="taken") if again else gone()
    except Exception as error:
        deps.logger.error(
            "follow-up not taken on", extra={"followup_id": here.followup.followup_id, **facts(error)}
        )
        return _page(here, deps, now, status=503, problem="retry")
    return redirect(f"/desk/followups/{here.followup.followup_id}")


def _become_owner(here: AtFollowUp, deps: Deps, now: datetime) -> None:
    before = here.followup
    for _ in range(TRIES):
        after = followup.take_on(before, here.contact.contact_id, here.store, now)
        if after is before:
            return
        try:
            followups.change(deps.table, before, after)
        except followups.ChangedMeanwhile:
            before = followups.get(deps.table, before.followup_id) or before
        else:
            return
    raise followups.ChangedMeanwhile(before.followup_id)


def _visitor(event: dict[str, Any], deps: Deps, now: datetime) -> AtFollowUp | None:
    who = visit.of(event, deps.table, deps.sessions, now)
    found = followups.get(deps.table, event["pathParameters"]["followup_id"]) if who else None
    at = visit.store_for(deps.table, who, found.store_id) if who and found else None
    return AtFollowUp(who.session, found, *at) if who and found and at else None


def _page(
    here: AtFollowUp, deps: Deps, now: datetime, status: int = 200, problem: str | None = None
) -> Reply:
    answer = answers.of(deps.table, here.followup)
    if answer is None:
        return gone()
    html = page.followup(
        here.followup,
        answer,
        here.store,
        here.contact,
        now,
        deps.sessions.form_token(here.session, ids.new_ulid(now, secrets.token_bytes(ids.ENTROPY_BYTES))),
        deliveries.reached(deps.table, here.followup.followup_id),
        problem,
    )
    return shown(html, here.contact.language, status)
