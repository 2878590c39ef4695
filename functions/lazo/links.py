"""Signed links: what a manager's SMS carries instead of a password.

A token is 26 bytes, 35 characters: 10 of the follow-up's id, 3 that tell the contact among those of the shop,
3 for the hour at which it expires, 10 of HMAC-SHA-256 over the rest. Every character that it does not take is
one more of the customer's own words in the SMS.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lazo.keyring import KeyRing

VALID_FOR = timedelta(days=7)
_PURPOSE = "link"
_TAG = 10


@dataclass(frozen=True, slots=True)
class Link:
    """Who may open what: `contact_tag` is `tag_of` the contact's id."""

    followup_id: str
    contact_tag: bytes


def make(ring: KeyRing, followup_id: str, contact_id: str, issued: datetime) -> str:
    """The token for a contact and a follow-up, good for seven days from `issued`, to the hour.

    The same arguments give the same token, so that a repeated message carries the same link.
    """
    hour = -(-(issued + VALID_FOR).timestamp() // 3600)
    scope = base64.b32decode(followup_id.upper()) + tag_of(contact_id) + int(hour).to_bytes(3)
    return base64.urlsafe_b64encode(scope + ring.sign(_PURPOSE, scope, _TAG)).decode().rstrip("=")


def read(ring: KeyRing, token: str, now: datetime) -> Link | None:
    """What the token allows; None when it is broken, not ours, or over."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    scope, signature = raw[:16], raw[16:]
    if len(signature) != _TAG or not ring.verify(_PURPOSE, scope, signature):
        return None
    if now >= datetime.fromtimestamp(int.from_bytes(scope[13:]) * 3600, UTC):
        return None
    return Link(base64.b32encode(scope[:10]).decode().lower(), scope[10:13])


def tag_of(contact_id: str) -> bytes:
    """Three bytes that tell a contact from the others of the same shop."""
    return hashlib.sha256(contact_id.encode()).digest()[:3]
