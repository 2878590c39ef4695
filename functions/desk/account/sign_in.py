"""Signing in and out: a link is sent to a phone or an e-mail that a shop knows, and nobody learns whether it does."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from desk.account import access
from desk.deps import Deps
from desk.web.render import render
from desk.web.request import body_of, is_cross_site
from desk.web.responses import html_reply, not_found
from lazo.auth.sign_in import SignInRequest
from lazo.auth.users import rate_limit_key
from lazo.runtime.error_logging import error_fields
from lazo.table import sign_in, users
from lazo.text.contact_details import normalize_address
from lazo.translations import LANGUAGES, translations
from lazo.web import language
from lazo.web.responses import Response, redirect
from lazo.workflows.events import sign_in_requested

PATH = "/desk/sign-in"
BOARD = "/desk"
LONGEST_SHOWN_AGAIN = 300


def show(event: dict[str, Any], _deps: Deps) -> Response:
    """`GET /desk/sign-in`, for anybody; after a link was asked for (`?sent=1`) it says where to look."""
    query = event.get("queryStringParameters") or {}
    return _page(_language(event, query), sent="sent" in query)


def ask(event: dict[str, Any], deps: Deps) -> Response:
    """`POST /desk/sign-in` with `address`: the same calls and the same reply whoever it belongs to, if anybody. Whom
    to send it to is asked by notify, when nobody waits any more."""
    fields = {name: values[0] for name, values in parse_qs(body_of(event)).items()}
    reader, typed = _language(event, fields), fields.get("address", "")
    address = normalize_address(typed)
    if address is None:
        return _page(reader, 422, problem="invalid", typed=typed)
    if is_cross_site(event):
        return _page(reader, 403, problem="stale", typed=typed)
    try:
        allowed = _request(address, deps)
    except Exception as error:
        deps.logger.error("sign-in link not asked for", extra=error_fields(error))
        return _page(reader, 503, problem="retry", typed=typed)
    if not allowed:
        return _page(reader, 429, problem="too_often", typed=typed)
    return redirect(f"{PATH}?{urlencode({'sent': 1, 'lang': reader})}")


def enter(event: dict[str, Any], deps: Deps) -> Response:
    """`GET /desk/in/{token}`: trade the token of a sign-in message for a session. It may be opened again within its
    minutes: mail scanners and phones open links before people do."""
    now = deps.clock()
    session = deps.sessions.from_sign_in(event["pathParameters"]["token"], now)
    if session is None or access.current_access(session, deps.table) is None:
        return not_found()
    return redirect(BOARD, cookie=deps.sessions.cookie(session, now))


def sign_out(event: dict[str, Any], deps: Deps) -> Response:
    """`POST /desk/sign-out`: forget this session, or with `everywhere=1` end all of the person's sessions and links.

    A form that this person was not shown gets the same question again, in a form of ours.
    """
    now = deps.clock()
    who = access.access_for_request(event, deps.table, deps.sessions, now)
    if who and deps.sessions.form_id(event, who.session) is None:
        return _confirm_sign_out(who, deps)
    if who and parse_qs(body_of(event)).get("everywhere") == ["1"]:
        users.end_sessions(deps.table, who.session.user_id)
    return redirect(PATH, cookie=deps.sessions.no_cookie())


def _request(address: str, deps: Deps) -> bool:
    """Have a link sent to the address; False when it was asked for too often in this hour.

    Pressed twice within a minute it is one request, so that a slow network brings nobody two messages.
    """
    now = deps.clock()
    if not sign_in.count_request(
        deps.table, deps.sessions.opaque(f"{rate_limit_key(address)}|{now:%Y-%m-%dT%H}"), now
    ):
        return False
    request = SignInRequest(deps.sessions.opaque(f"{address}|{now:%Y-%m-%dT%H:%M}"), address, now)
    sign_in.put_request(deps.table, request)
    deps.topic.publish(sign_in_requested(request.request_id, now))
    return True


def _page(
    reader: str, status: int = 200, *, sent: bool = False, problem: str = "", typed: str = ""
) -> Response:
    html = render(
        "sign_in.html.j2",
        reader,
        words="sign_in",
        path=PATH,
        sent=sent,
        problem=problem,
        typed=typed[:LONGEST_SHOWN_AGAIN],
        offered=[(code, translations("sign_in", code)["language"]) for code in LANGUAGES],
    )
    return html_reply(html, reader, status)


def _confirm_sign_out(who: access.Access, deps: Deps) -> Response:
    form = deps.new_form_token(who.session)
    html = render("sign_out.html.j2", who.scope.language, words="sign_in", form=form, board=BOARD)
    return html_reply(html, who.scope.language, 403)


def _language(event: Mapping[str, Any], fields: Mapping[str, str]) -> str:
    headers = event.get("headers") or {}
    return language.choose_language([fields.get("lang")], headers.get("accept-language", ""), LANGUAGES[0])
