"""Sessions in cookies, the links that open them, and form tokens against CSRF; all signed with one key ring."""

import base64
from collections.abc import Iterable
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from desk.web.request import body_text, is_cross_site
from lazo import ids
from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.links import Principal

COOKIE = "lazo_desk"
READER_COOKIE = "lazo_reader"
"""Tells the service worker whose board it keeps; it opens nothing."""
_PATH = "/desk"
_WORKER_PATH = "/desk/static"
_SECONDS = int(links.VALID_FOR["session"].total_seconds())


class Sessions:
    """Signs and verifies cookies, links and form tokens.

    A session is the Principal that a cookie names: a user and their session version when they signed in.
    `desk.account.access` checks whether both are still valid.
    """

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring

    def from_cookies(self, cookies: Iterable[str], now: datetime) -> Principal | None:
        """Return the session of a request's cookies (`name=value` each); None if there is no valid one."""
        for raw in cookies:
            try:
                held = SimpleCookie(raw).get(COOKIE)
            except CookieError:
                continue
            session = links.read_user_token(self.ring, "session", held.value, now) if held else None
            if session:
                return session
        return None

    def cookie(self, session: Principal, now: datetime) -> str:
        """Return the Set-Cookie value for the session. SameSite is Lax, not Strict, because users come from links in
        other apps."""
        token = links.sign_user_token(self.ring, "session", session, now)
        return f"{COOKIE}={token}; Path={_PATH}; Max-Age={_SECONDS}; HttpOnly; SameSite=Lax"

    def reader_cookie(self, session: Principal) -> str:
        """Return the Set-Cookie value that tells the service worker whose pages it gets."""
        mark = self.opaque_id(f"reader|{session.user_id}")
        return f"{READER_COOKIE}={mark}; Path={_WORKER_PATH}; Max-Age={_SECONDS}; SameSite=Lax"

    def expired_cookies(self) -> tuple[str, str]:
        """Return the Set-Cookie values that delete both."""
        return (
            f"{COOKIE}=; Path={_PATH}; Max-Age=0; HttpOnly; SameSite=Lax",
            f"{READER_COOKIE}=; Path={_WORKER_PATH}; Max-Age=0; SameSite=Lax",
        )

    def form_token(self, session: Principal, form_id: str) -> str:
        """Return the value of the hidden field `form`; `form_id` is a new ULID for each form shown.

        It is bound to the user, not to the cookie, so that a form can still be sent after signing in again.
        """
        return f"{form_id}.{self.ring.sign('desk form', _signed(session, form_id), 16).hex()}"

    def form_id(self, event: dict[str, Any], session: Principal) -> str | None:
        """Return the form id that a POST carries; None if its token was not made for this user or another site caused
        the request."""
        if is_cross_site(event):
            return None
        form_id, _, mac = parse_qs(body_text(event)).get("form", [""])[0].partition(".")
        try:
            signature = bytes.fromhex(mac)
            known = ids.parse_id(form_id).ulid == form_id
        except ValueError:
            return None
        if not known or len(signature) != 16:
            return None
        verified = self.ring.verify("desk form", _signed(session, form_id), signature)
        return form_id if verified else None

    def opaque_id(self, text: str) -> str:
        """Return a keyed hash of a private text (an address) as an id of 16 characters."""
        return base64.b32encode(self.ring.sign("opaque", text.encode(), 10)).decode().lower()


def _signed(session: Principal, form_id: str) -> bytes:
    return f"{session.user_id}|{session.session_version}|{form_id}".encode()
