"""Sign in by a link sent to a phone or an e-mail, and sign out. No reply reveals whether a store knows an address."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from desk.account import access
from desk.deps import Deps
from desk.web.addresses import page_address
from desk.web.reader_language import reader_language
from desk.web.render import PageHeader, html_reply, not_found, render
from desk.web.request import body_text, is_cross_site
from lazo.auth import links
from lazo.auth.sign_in import SignInRequest
from lazo.auth.users import rate_limit_key
from lazo.ids import is_followup_id, is_store_id
from lazo.insight.weeks import parse_week
from lazo.runtime.error_logging import error_fields
from lazo.table import sign_in, users
from lazo.text.contact_details import normalize_address
from lazo.translations import LANGUAGES
from lazo.web import language
from lazo.web.responses import Response, redirect
from lazo.workflows.events import sign_in_requested

PATH = "/desk/sign-in"
BOARD_PATH = "/desk"
MAX_ECHOED_ADDRESS = 300


def show(event: dict[str, Any], _deps: Deps) -> Response:
    """Answer `GET /desk/sign-in`: the form, or after it was sent (`?sent=1`) where to look for the link."""
    query = event.get("queryStringParameters") or {}
    return _page(_language(event, query), sent="sent" in query)


def request_link(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `POST /desk/sign-in` with the field `address` (phone or e-mail).

    Calls and reply are the same for known and unknown addresses, so that neither content nor timing tells them apart;
    notify looks up the user later.
    """
    fields = {name: values[0] for name, values in parse_qs(body_text(event)).items()}
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
    # A language in an address is one that was chosen, and kept: that of the browser was not.
    asked = {} if reader == _language(event, {}) else {"lang": reader}
    return redirect(f"{PATH}?{urlencode({'sent': 1, **asked})}")


def open_link(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `GET /desk/in/{token}`: exchange the token of a sign-in message, or of a report, for a session. The link
    of a report leads to what it is about.

    The token works until it expires, not only once: mail scanners and phones open links before people do.
    """
    now, ring, token = deps.clock(), deps.sessions.ring, event["pathParameters"]["token"]
    session = links.read_user_token(ring, "sign-in", token, now)
    path = BOARD_PATH
    if session is None and (session := links.read_user_token(ring, "report", token, now)):
        path = _place_in_report(event.get("queryStringParameters") or {})
    if session is None or access.current_access(session, deps.table) is None:
        return not_found()
    return redirect(path, deps.sessions.cookie(session, now), deps.sessions.reader_cookie(session))


def _place_in_report(query: Mapping[str, str]) -> str:
    """Return the page that a link of a report leads to: a week, a case, a store's praise or its touchpoints; the board
    for any other."""
    if week := parse_week(query.get("week", "")):
        return page_address("/desk/digest", week=str(week))
    if is_followup_id(case := query.get("case", "")):
        return f"/desk/followups/{case}"
    if is_store_id(store_id := query.get("praise", "")):
        return page_address("/desk/answers", band="promoter", shop=store_id)
    if is_store_id(store_id := query.get("touchpoints", "")):
        return page_address("/desk/insights/touchpoints", shop=store_id)
    return BOARD_PATH


def sign_out(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `POST /desk/sign-out`: clear the cookie; with `everywhere=1` also end all sessions and links of the user.

    A form that was not made for this user is answered with a page that asks again (protection against CSRF).
    """
    now = deps.clock()
    user = access.access_for_request(event, deps.table, deps.sessions, now)
    if user and deps.sessions.form_id(event, user.session) is None:
        return _confirm_sign_out(user, deps)
    if user and parse_qs(body_text(event)).get("everywhere") == ["1"]:
        users.end_sessions(deps.table, user.session.user_id)
    return redirect(PATH, *deps.sessions.expired_cookies())


def _request(address: str, deps: Deps) -> bool:
    """Request a link for the address; False if the limit of this hour is reached.

    The request id is made of the address and the minute: a button pressed twice within it sends one message.
    """
    now = deps.clock()
    if not sign_in.count_request(
        deps.table, deps.sessions.opaque_id(f"{rate_limit_key(address)}|{now:%Y-%m-%dT%H}"), now
    ):
        return False
    request = SignInRequest(deps.sessions.opaque_id(f"{address}|{now:%Y-%m-%dT%H:%M}"), address, now)
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
        typed=typed[:MAX_ECHOED_ADDRESS],
        switch="&sent=1" if sent else "",
    )
    return html_reply(html, reader, status)


def _confirm_sign_out(user: access.Access, deps: Deps) -> Response:
    form = deps.new_form_token(user.session)
    header = PageHeader(user.scope.name, form)
    html = render("sign_out.html.j2", user.scope.language, words="sign_in", header=header, board=BOARD_PATH)
    return html_reply(html, user.scope.language, 403)


def _language(event: Mapping[str, Any], fields: Mapping[str, str]) -> str:
    headers, reads = event.get("headers") or {}, reader_language(event)
    kept = reads.language if reads else None
    return language.choose_language(
        [fields.get("lang"), kept], headers.get("accept-language", ""), LANGUAGES[0]
    )
