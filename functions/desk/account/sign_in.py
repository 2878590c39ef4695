"""Sign in by a link sent to a phone or an e-mail, and sign out. No reply reveals whether a store knows an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from desk.account import access
from desk.deps import Deps
from desk.web.addresses import page_address
from desk.web.reader_language import reader_language
from desk.web.render import PageHeader, html_reply, not_found, render
from desk.web.request import body_text, is_cross_site
from desk.web.session import (
    COOKIE,
    LINKS_COOKIE,
    NEXT_COOKIE,
    cookie_values,
    expired_cookie,
    next_cookie,
    next_page,
    page_of_desk,
)
from lazo.auth import links
from lazo.auth.audit import AuditEntry
from lazo.auth.links import Principal
from lazo.auth.sessions import FRESH_FOR, LASTS_AT_MOST, SESSION_ID_BYTES
from lazo.auth.sign_in import REQUESTS_OF_SOURCE_PER_HOUR, REQUESTS_PER_HOUR, SignInRequest
from lazo.auth.users import Scope, rate_limit_key
from lazo.ids import is_followup_id, is_store_id
from lazo.insight.weeks import parse_week
from lazo.runtime.error_logging import error_fields
from lazo.table import audit, sign_in, users
from lazo.text.contact_details import normalize_address
from lazo.translations import LANGUAGES
from lazo.web import language
from lazo.web.responses import Response, redirect
from lazo.web.source import source_of
from lazo.workflows.events import sign_in_requested

PATH = "/desk/sign-in"
BOARD_PATH = "/desk"
MAX_ECHOED_ADDRESS = 300
REASONS: Final = ("link", "ended", "export")
"""Why a page asks to sign in: only an alert's link was opened, the session is over, or too old for an export."""


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What the form shows: `next` is the page that signing in leads to."""

    typed: str = ""
    next: str = ""
    why: str = ""
    problem: str = ""


def ask(event: dict[str, Any], deps: Deps, why: str = "") -> Response:
    """Redirect whoever has to sign in for this page to the form, which says why and leads back here."""
    held = deps.sessions.held(event, deps.clock())
    if not why and held.links:
        why = "link"
    elif not why and any(cookie_values(event, COOKIE)):
        why = "ended"
    page = event.get("rawPath", "") if event["routeKey"].startswith("GET ") else BOARD_PATH
    query = event.get("rawQueryString", "") if event["routeKey"].startswith("GET ") else ""
    return ask_for(f"{page}?{query}" if query else page, why)


def ask_for(page: str, why: str = "") -> Response:
    """Redirect to the form to sign in, which leads back to a page of the desk."""
    back = page_of_desk(page)
    query = {"why": why, "next": "" if back == BOARD_PATH else back}
    kept = urlencode({name: value for name, value in query.items() if value})
    return redirect(f"{PATH}?{kept}" if kept else PATH)


def show(event: dict[str, Any], _deps: Deps) -> Response:
    """Answer `GET /desk/sign-in`: the form, or after it was sent (`?sent=1`) where to look for the link."""
    query = event.get("queryStringParameters") or {}
    why = query.get("why", "")
    form = SignInForm(why=why if why in REASONS else "", next=page_of_desk(query.get("next", "")))
    return _page(_language(event, query), form, sent="sent" in query)


def request_link(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `POST /desk/sign-in` with the field `address` (phone or e-mail).

    Calls and reply are the same for known and unknown addresses, so that neither content nor timing tells them apart;
    notify looks up the user later.
    """
    fields = {name: values[0] for name, values in parse_qs(body_text(event)).items()}
    reader, typed = _language(event, fields), fields.get("address", "")
    address = normalize_address(typed)
    form = SignInForm(typed=typed, next=page_of_desk(fields.get("next", "")))
    if address is None:
        return _page(reader, replace(form, problem="invalid"), 422)
    if is_cross_site(event):
        return _page(reader, replace(form, problem="stale"), 403)
    try:
        allowed = _request(address, source_of(event, behind_edge=deps.origin.is_set), deps)
    except Exception as error:
        deps.logger.error("sign-in link not asked for", extra=error_fields(error))
        return _page(reader, replace(form, problem="retry"), 503)
    if not allowed:
        deps.audit.count("sign_in_limited", "", deps.clock())
        return _page(reader, replace(form, problem="too_often"), 429)
    # A language in an address is one that was chosen, and kept: that of the browser was not.
    asked = {} if reader == _language(event, {}) else {"lang": reader}
    return redirect(f"{PATH}?{urlencode({'sent': 1, **asked})}", next_cookie(form.next))


def show_link(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `GET /desk/in/{token}`: for a sign-in message, a page with the button that uses the link; mail scanners
    and phones open links before people do. The link of a report opens a session, and leads to what it is about."""
    now, ring, token = deps.clock(), deps.sessions.ring, event["pathParameters"]["token"]
    if user := links.read_user_token(ring, "sign-in", token, now):
        scope = users.user_of_session(deps.table, user, links.token_id(token))
        return _link_page(event, scope) if scope else _unusable(event, deps, user)
    user = links.read_user_token(ring, "report", token, now)
    if user is None or users.user_of_session(deps.table, user, "") is None:
        return not_found()
    place = _place_in_report(event.get("queryStringParameters") or {})
    deps.audit.record_hourly(AuditEntry("report_opened", now, user.user_id))
    # Days old, perhaps: not as good as having signed in just now.
    return _enter(deps, user, place, now - FRESH_FOR)


def use_link(event: dict[str, Any], deps: Deps) -> Response:
    """Answer `POST /desk/in/{token}`: exchange the token of a sign-in message for a session, once. It leads to the page
    that the device was about to open."""
    now, token = deps.clock(), event["pathParameters"]["token"]
    user = links.read_user_token(deps.sessions.ring, "sign-in", token, now)
    if user is None or users.user_of_session(deps.table, user, "") is None or is_cross_site(event):
        return not_found()
    token_id, until = links.token_id(token), now + links.VALID_FOR["sign-in"]
    told = audit.entry_put(AuditEntry("signed_in", now, user.user_id), token_id)
    if not users.end_token(deps.table, user.user_id, token_id, until, told):
        return _unusable(event, deps, user)
    return _enter(deps, user, next_page(event) or BOARD_PATH, now, expired_cookie(NEXT_COOKIE))


def _unusable(event: dict[str, Any], deps: Deps, user: Principal) -> Response:
    """Answer a link that was used: who pressed twice is in; anybody else may ask for another."""
    signed_in = access.access_for_request(event, deps.table, deps.sessions, deps.clock())
    if signed_in and signed_in.session.user_id == user.user_id:
        return redirect(BOARD_PATH)
    if users.user_of_session(deps.table, user, "") is None:
        return not_found()
    return _page(_language(event, {}), SignInForm(problem="used"), 410)


def _enter(deps: Deps, user: Principal, place: str, signed_in_at: datetime, *cookies: str) -> Response:
    session = deps.sessions.new_session(user, deps.clock(), deps.entropy(SESSION_ID_BYTES), signed_in_at)
    # What links have opened here before may be somebody else's, and the new session opens all that is theirs.
    entered = (
        deps.sessions.cookie(session),
        deps.sessions.reader_cookie(session),
        expired_cookie(LINKS_COOKIE),
    )
    return redirect(place, *entered, *cookies)


def _link_page(event: dict[str, Any], scope: Scope) -> Response:
    reads = reader_language(event)
    reader = scope.language if scope.chose_language or reads is None else reads.language
    html = render("sign_in_link.html.j2", reader, words="sign_in", name=scope.name, switch="")
    return html_reply(html, reader)


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
    """Answer `POST /desk/sign-out`: end the sessions of this device, for copies of its cookies too; with `everywhere=1`
    all sessions and links of the user.

    A form that was not made for this user is answered with a page that asks again (protection against CSRF).
    """
    now = deps.clock()
    user = access.any_access(event, deps.table, deps.sessions, now)
    if user and deps.sessions.form_id(event, user.session) is None:
        return _confirm_sign_out(user, deps)
    if user and parse_qs(body_text(event)).get("everywhere") == ["1"]:
        users.end_sessions(deps.table, user.session.user_id)
        ended = AuditEntry("signed_out_everywhere", now, user.session.user_id)
        deps.audit.record(ended, user.session.session_id)
    for session in deps.sessions.held(event, now).all if user else ():
        users.end_token(deps.table, session.user_id, session.session_id, session.signed_in_at + LASTS_AT_MOST)
    return redirect(PATH, *deps.sessions.expired_cookies())


def _request(address: str, source: str, deps: Deps) -> bool:
    """Request a link for the address; False if the limit of this hour is reached, for the address or for the source.

    The request id is made of the address and the minute: a button pressed twice within it sends one message.
    """
    now = deps.clock()
    limits = [(rate_limit_key(address), REQUESTS_PER_HOUR)]
    # First the source: what it sends beyond its limit uses up nothing of an address.
    limits = [(f"source {source}", REQUESTS_OF_SOURCE_PER_HOUR), *limits] if source else limits
    for counted, most in limits:
        hour = deps.sessions.opaque_id(f"{counted}|{now:%Y-%m-%dT%H}")
        if not sign_in.count_request(deps.table, hour, most, now):
            return False
    request = SignInRequest(deps.sessions.opaque_id(f"{address}|{now:%Y-%m-%dT%H:%M}"), address, now)
    sign_in.put_request(deps.table, request)
    deps.topic.publish(sign_in_requested(request.request_id, now))
    return True


def _page(reader: str, form: SignInForm, status: int = 200, *, sent: bool = False) -> Response:
    kept = urlencode({name: value for name, value in (("why", form.why), ("next", form.next)) if value})
    html = render(
        "sign_in.html.j2",
        reader,
        words="sign_in",
        path=PATH,
        sent=sent,
        form=replace(form, typed=form.typed[:MAX_ECHOED_ADDRESS]),
        switch="&sent=1" if sent else f"&{kept}" if kept else "",
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
