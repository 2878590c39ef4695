"""The session in a cookie, the tokens that open one, and the tokens of forms; all signed by one key ring."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from desk.web.request import body_of, is_cross_site
from lazo import ids
from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.links import AlertLink, Principal

COOKIE = "lazo_desk"
_PATH = "/desk"


@dataclass(frozen=True, slots=True)
class Session:
    """Who a browser says it is, and in which epoch of theirs it was let in. Whether they still are anybody is for
    `desk.account.access` to ask."""

    user_id: str
    session_version: int


class Sessions:
    """Makes and reads what a browser holds."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def from_cookies(self, cookies: Iterable[str], now: datetime) -> Session | None:
        """The session of a request's cookies (`name=value` each), or None."""
        for raw in cookies:
            try:
                held = SimpleCookie(raw).get(COOKIE)
            except CookieError:
                continue
            who = links.read_user_token(self._ring, "session", held.value, now) if held else None
            if who:
                return Session(who.user_id, who.session_version)
        return None

    def cookie(self, session: Session, now: datetime) -> str:
        """The Set-Cookie value that holds the session.

        SameSite=Lax and not Strict: the first request comes from a tap in another app.
        """
        token = links.sign_user_token(
            self._ring, "session", Principal(session.user_id, session.session_version), now
        )
        seconds = int(links.VALID_FOR["session"].total_seconds())
        return f"{COOKIE}={token}; Path={_PATH}; Max-Age={seconds}; HttpOnly; SameSite=Lax"

    def no_cookie(self) -> str:
        """The Set-Cookie value that makes the browser forget its session."""
        return f"{COOKIE}=; Path={_PATH}; Max-Age=0; HttpOnly; SameSite=Lax"

    def from_sign_in(self, token: str, now: datetime) -> Session | None:
        """The session that a sign-in link opens; None when the link is broken, not ours, or over."""
        who = links.read_user_token(self._ring, "sign-in", token, now)
        return Session(who.user_id, who.session_version) if who else None

    def link(self, token: str, now: datetime) -> AlertLink | None:
        """What the link of an alert opens; None when it is broken, not ours, or over."""
        return links.read_alert_link(self._ring, token, now)

    def form_token(self, session: Session, form_id: str) -> str:
        """What the hidden field `form` of a form must carry; `form_id`: a ULID of its own for each form shown.

        It is the person's, not the cookie's: who signs in again while they type can still send what they typed.
        """
        return f"{form_id}.{self._ring.sign('desk form', _signed(session, form_id), 16).hex()}"

    def form_id(self, event: dict[str, Any], session: Session) -> str | None:
        """The id of the form that a POST sends; None when it is no form that this person was shown, or comes from
        another site."""
        if is_cross_site(event):
            return None
        form_id, _, mac = parse_qs(body_of(event)).get("form", [""])[0].partition(".")
        try:
            signature = bytes.fromhex(mac)
            known = ids.parse_id(form_id).ulid == form_id
        except ValueError:
            return None
        if not known or len(signature) != 16:
            return None
        ours = self._ring.verify("desk form", _signed(session, form_id), signature)
        return form_id if ours else None

    def opaque(self, text: str) -> str:
        """An id for what must not be named, an address with its hour: 16 characters that tell nobody else."""
        return base64.b32encode(self._ring.sign("opaque", text.encode(), 10)).decode().lower()


def _signed(session: Session, form_id: str) -> bytes:
    return f"{session.user_id}|{session.session_version}|{form_id}".encode()
