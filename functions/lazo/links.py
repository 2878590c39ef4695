"""Signed links: what a manager's SMS carries instead of a password, and the session that it opens.

Either is a token: 26 bytes, 35 characters: 10 of the follow-up's id, 3 that tell the contact among those of the shop,
3 for the hour at which it expires, 10 of HMAC-SHA-256 over the rest. Every character that it does not take is
one more of the customer's own words in the SMS.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from lazo.keyring import KeyRing

Purpose = Literal["link", "session"]

VALID_FOR: dict[Purpose, timedelta] = {"link": timedelta(days=7), "session": timedelta(hours=12)}
_TAG = 10


@dataclass(frozen=True, slots=True)
class Link:
    """Who may open what: `contact_tag` is `tag_of` the contact's id."""

    followup_id: str
    contact_tag: bytes


def make(ring: KeyRing, purpose: Purpose, followup_id: str, contact_id: str, issued: datetime) -> str:
    """The token for a contact and a follow-up, good from `issued` for as long as its purpose allows, to the hour.

    The same arguments give the same token, so that a repeated message carries the same link.
    """
    hour = -(-(issued + VALID_FOR[purpose]).timestamp() // 3600)
    scope = base64.b32decode(followup_id.upper()) + tag_of(contact_id) + int(hour).to_bytes(3)
    return _text(scope + ring.sign(purpose, scope, _TAG))


def read(ring: KeyRing, purpose: Purpose, token: str, now: datetime) -> Link | None:
    """What the token allows; None when it is broken, not ours, for another purpose, or over."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    scope, signature = raw[:16], raw[16:]
    if _text(raw) != token or len(signature) != _TAG or not ring.verify(purpose, scope, signature):
        return None
    if now >= datetime.fromtimestamp(int.from_bytes(scope[13:]) * 3600, UTC):
        return None
    return Link(base64.b32encode(scope[:10]).decode().lower(), scope[10:13])


def tag_of(contact_id: str) -> bytes:
    """Three bytes that tell a contact from the others of the same shop."""
    return hashlib.sha256(contact_id.encode()).digest()[:3]


def _text(raw: bytes) -> str:
    """The one way to write a token: base64 could leave other bits in its last character."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
