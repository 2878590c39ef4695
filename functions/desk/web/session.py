"""Sessions in cookies, the links that open them, and form tokens against CSRF; all signed with one key ring."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote

from desk.web.request import body_text, is_cross_site
from lazo import ids
from lazo.auth.keyring import KeyRing
from lazo.auth.links import Principal
from lazo.auth.sessions import IDLE_FOR, Session, read_session, sign_session
from lazo.auth.tokens import id_from
from lazo.web.responses import HOST_ONLY, is_https

COOKIE: Final = "lazo_desk"
LINKS_COOKIE: Final = "lazo_cases"
NEXT_COOKIE: Final = "lazo_next"
READER_COOKIE: Final = "lazo_reader"
"""Tells the service worker whose board it keeps; it opens nothing."""
LINKS_AT_MOST: Final = 8
"""How many alerts' links are open on a device at once; one more closes the oldest."""
_WORKER_PATH: Final = "/desk/static"
_SECONDS: Final = int(IDLE_FOR.total_seconds())
_NEXT_SECONDS: Final = 1800
_PAGE: Final = re.compile(r"/desk(?:/[A-Za-z0-9_-]+)*(?:\?[A-Za-z0-9_.~%&=+:-]*)?")
_LONGEST_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class HeldSessions:
    """The sessions of a device: that of who signed in, and those of alerts' links, the newest first."""

    signed_in: Session | None
    links: tuple[Session, ...]

    @property
    def all(self) -> tuple[Session, ...]:
        return (*([self.signed_in] if self.signed_in else []), *self.links)


class Sessions:
    """Signs and verifies cookies, links and form tokens.

    `desk.account.access` checks whether a session was ended, and what it opens.
    """

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring

    def held(self, event: Mapping[str, Any], now: datetime) -> HeldSessions:
        """Return the valid sessions of a request's cookies."""

        def read(name: str) -> list[Session]:
            tokens = [token for value in cookie_values(event, name) for token in value.split(".")]
            found = (read_session(self.ring, token, now) for token in tokens[: LINKS_AT_MOST + 1])
            return [session for session in found if session]

        signed_in = next((each for each in read(COOKIE) if each.link is None), None)
        return HeldSessions(signed_in, tuple(each for each in read(LINKS_COOKIE) if each.link))

    def new_session(self, user: Principal, now: datetime, entropy: bytes, signed_in_at: datetime) -> Session:
        """Return the session of a user who has signed in then; `entropy`: SESSION_ID_BYTES."""
        return Session(user.user_id, user.session_version, id_from(entropy), signed_in_at, now + IDLE_FOR)

    def cookie(self, session: Session) -> str:
        """Return the Set-Cookie value of who signed in. SameSite is Lax, not Strict, because users come from links in
        other apps."""
        return _cookie(COOKIE, sign_session(self.ring, session))

    def links_cookie(self, links: Sequence[Session]) -> str:
        """Return the Set-Cookie value for the sessions of alerts' links, the newest first."""
        tokens = (sign_session(self.ring, each) for each in links[:LINKS_AT_MOST])
        return _cookie(LINKS_COOKIE, ".".join(tokens))

    def reader_cookie(self, session: Principal) -> str:
        """Return the Set-Cookie value that tells the service worker whose pages it gets."""
        mark = self.opaque_id(f"reader|{session.user_id}")
        return f"{READER_COOKIE}={mark}; Path={_WORKER_PATH}; Max-Age={_SECONDS}; SameSite=Lax"

    def expired_cookies(self) -> tuple[str, ...]:
        """Return the Set-Cookie values that delete all of them."""
        reader = f"{READER_COOKIE}=; Path={_WORKER_PATH}; Max-Age=0; SameSite=Lax"
        return (expired_cookie(COOKIE), expired_cookie(LINKS_COOKIE), reader)

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


def next_cookie(page: str) -> str:
    """Return the Set-Cookie value that keeps the page to return to, until a sign-in link is used; that deletes it for
    any other address than a page of the desk."""
    found = page_of_desk(page)
    return (
        _cookie(NEXT_COOKIE, quote(found, safe="/"), _NEXT_SECONDS) if found else expired_cookie(NEXT_COOKIE)
    )


def next_page(event: Mapping[str, Any]) -> str:
    """Return the page that the device was about to open; "" if there is none."""
    return next((page_of_desk(unquote(value)) for value in cookie_values(event, NEXT_COOKIE)), "")


def page_of_desk(address: str) -> str:
    """Return the address if it is a page of the desk, which a redirect may lead to; else ""."""
    return address if len(address) <= _LONGEST_PAGE and _PAGE.fullmatch(address) else ""


def cookie_values(event: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the values of a cookie that only this host can have set: its name is prefixed, unless there is no TLS."""
    name = HOST_ONLY + name if is_https(event) else name
    for raw in event.get("cookies", []):
        try:
            held = SimpleCookie(raw).get(name)
        except CookieError:
            continue
        if held:
            yield held.value


def expired_cookie(name: str) -> str:
    """Return the Set-Cookie value that deletes a cookie."""
    return _cookie(name, "", 0)


def _cookie(name: str, value: str, seconds: int = _SECONDS) -> str:
    return f"{HOST_ONLY}{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
