"""Open the link of an alert: its case for seven days, and for a day the board of its store."""

from typing import Any

from desk.account import access
from desk.account.access import OpenedLink
from desk.deps import Deps
from desk.web.reader_language import language_of_message
from desk.web.render import not_found
from desk.web.session import COOKIE, expired_cookie
from lazo.auth.sessions import IDLE_FOR, SESSION_ID_BYTES, Session
from lazo.auth.tokens import id_from
from lazo.web.responses import Response, redirect


def open_link(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `GET /f/{token}`: exchange the token of an alert for a session, and redirect to an address without it; the
    link of a bundle leads to the board.

    Change nothing else: mail scanners and phones open links before people do.
    """
    now = deps.clock()
    opened = access.access_by_link(event["pathParameters"]["token"], deps.table, deps.sessions.ring, now)
    if opened is None:
        return not_found()
    reads = language_of_message(event, opened.language)
    place = "/desk" if opened.reach.bundle else f"/desk/followups/{opened.reach.followup_id}"
    cookies = [*_session_cookies(event, deps, opened), *([reads.cookie()] if reads else [])]
    return redirect(place, *cookies)


def _session_cookies(event: dict[str, Any], deps: Deps, opened: OpenedLink) -> list[str]:
    """Return the cookies of a device that has opened the link: none if its user has signed in there. The links that
    they opened before stay open; the sessions of another user end, so that nobody acts in another's name."""
    now, sessions = deps.clock(), deps.sessions
    signed_in = access.access_for_request(event, deps.table, sessions, now)
    if signed_in and signed_in.session.user_id == opened.user.user_id:
        return []
    user = opened.user
    session_id = id_from(deps.entropy(SESSION_ID_BYTES))
    new = Session(user.user_id, user.session_version, session_id, now, now + IDLE_FOR, opened.reach)
    before = [
        each
        for each in sessions.held(event, now).links
        if each.user_id == user.user_id and each.link and each.link.followup_id != opened.reach.followup_id
    ]
    cookies = [sessions.links_cookie([new, *before]), sessions.reader_cookie(new)]
    return [*cookies, expired_cookie(COOKIE)] if signed_in else cookies
