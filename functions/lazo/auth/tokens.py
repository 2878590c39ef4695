"""Tokens: bytes, signed, in base64url; ids of base32 as bytes."""

import base64
import binascii

from lazo.auth.keyring import KeyRing


def signed_scope(ring: KeyRing, purpose: str, token: str, size: int, tag: int) -> bytes | None:
    """Return the first `size` bytes of a token whose other `tag` bytes sign them; None for any other token."""
    raw = decoded(token)
    if raw is None:
        return None
    scope, signature = raw[:size], raw[size:]
    if len(signature) != tag or not ring.verify(purpose, scope, signature):
        return None
    return scope


def decoded(token: str) -> bytes | None:
    """Return the bytes of a token that is in the form of `to_text`; None for any other text."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if to_text(raw) == token else None


def to_text(raw: bytes) -> str:
    """Return the canonical base64url: decoding ignores spare bits of the last character, so others would decode too."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def id_to_bytes(id_: str) -> bytes:
    """Return the bytes of an id in base32."""
    return base64.b32decode(id_.upper())


def id_from(raw: bytes) -> str:
    """Return the id of these bytes, in base32 and lower case."""
    return base64.b32encode(raw).decode().lower()
