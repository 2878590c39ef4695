"""Who is at the desk: the session in a cookie, opened by a link, good for one follow-up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from desk.request import body_of
from lazo import links
from lazo.keyring import KeyRing
from lazo.store import Contact, Store

COOKIE = "lazo_desk"


@dataclass(frozen=True, slots=True)
class Session:
    """A follow-up and the contact who may see it; `token` is what the browser holds ("" until it does)."""

    followup_id: str
    contact_tag: bytes
    token: str

    def contact_of(self, store: Store) -> Contact | None:
        """The contact, while the shop still has them."""
        return next((c for c in store.contacts if links.tag_of(c.contact_id) == self.contact_tag), None)


class Sessions:
    """Sessions and the tokens of forms, all signed by one key ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def from_link(self, token: str, now: datetime) -> Session | None:
        """The session that a message's link may open; None when the link is broken, not ours, or over."""
        link = links.read(self._ring, "link", token, now)
        return Session(link.followup_id, link.contact_tag, "") if link else None

    def from_cookies(self, cookies: Iterable[str], now: datetime) -> Session | None:
        """The session of a request's cookies (`name=value` each), or None."""
        for raw in cookies:
            try:
                held = SimpleCookie(raw).get(COOKIE)
            except CookieError:
                continue
            link = links.read(self._ring, "session", held.value, now) if held else None
            if held and link:
                return Session(link.followup_id, link.contact_tag, held.value)
        return None

    def cookie(self, contact_id: str, session: Session, path: str, now: datetime) -> str:
        """The Set-Cookie value that holds the session, sent back for `path` and below only.

        SameSite=Lax and not Strict: the first request comes from a tap in another app.
        """
        token = links.make(self._ring, "session", session.followup_id, contact_id, now)
        seconds = int(links.VALID_FOR["session"].total_seconds())
        return f"{COOKIE}={token}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax"

    def form_token(self, session: Session) -> str:
        """What a form of this session must carry."""
        return self._ring.sign("form", session.token.encode(), 16).hex()

    def form_is_ours(self, event: dict[str, Any], session: Session) -> bool:
        """Whether a POST comes from a form that this session was shown, and from no other site."""
        headers = event.get("headers") or {}
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        sent = parse_qs(body_of(event)).get("form_token", [""])[0]
        try:
            signature = bytes.fromhex(sent)
        except ValueError:
            return False
        return len(signature) == 16 and self._ring.verify("form", session.token.encode(), signature)
