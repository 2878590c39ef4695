"""The token of a thanks page: whoever has it may see what becomes of their answer and add to it, for two hours."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from lazo import ids
from lazo.auth.keyring import KeyRing

VALID_FOR: Final = timedelta(hours=2)
_PURPOSE: Final = "thanks"
_TAG: Final = 10
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class ThanksLink:
    """The answer that a thanks page is about, and when the page was made, to the minute."""

    ulid: str
    issued: datetime


def sign_thanks_link(keys: KeyRing, code: str, ulid: str, issued: datetime) -> str:
    """Return the token for the answer with this ULID, given at `code`: 16 bytes of it, 4 of the minute, 10 HMAC."""
    scope = ids.ulid_bytes(ulid) + int(issued.timestamp() // _MINUTE).to_bytes(4)
    return base64.urlsafe_b64encode(scope + keys.sign(_PURPOSE, scope + code.encode(), _TAG)).decode()


def read_thanks_link(keys: KeyRing, code: str, token: str, now: datetime) -> ThanksLink | None:
    """Return what the token is for; None if it is malformed, was signed for another code, or has expired."""
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    scope, signature = raw[:20], raw[20:]
    if len(signature) != _TAG or not keys.verify(_PURPOSE, scope + code.encode(), signature):
        return None
    issued = datetime.fromtimestamp(int.from_bytes(scope[16:]) * _MINUTE, UTC)
    if not -timedelta(minutes=5) <= now - issued <= VALID_FOR:
        return None
    return ThanksLink(ids.ulid_from_bytes(scope[:16]), issued)
