"""What came in over HTTP (payload format 2.0), read with limits."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from lazo.web import strict_json

LARGEST_BODY: Final = 256 * 1024
"""Bytes; a hundred events with the longest texts in a Latin script."""


class Declined(Exception):
    """The request as a whole cannot be taken: HTTP `status`, and the `code` of the reason."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def secret(event: Mapping[str, Any]) -> str:
    """The key in `x-api-key`, or in `authorization: Bearer`; "" without one."""
    headers: Mapping[str, str] = event.get("headers") or {}
    scheme, _, bearer = headers.get("authorization", "").strip().partition(" ")
    return headers.get("x-api-key", "").strip() or (bearer.strip() if scheme.lower() == "bearer" else "")


def accept_language(event: Mapping[str, Any]) -> str:
    """The header, "" without one."""
    found: str = (event.get("headers") or {}).get("accept-language", "")
    return found


def body(event: Mapping[str, Any]) -> Any:
    """The JSON in the body, numbers exactly as written; Declined when it is too large (413), not said to be JSON (415)
    or no JSON (400)."""
    raw = _raw(event)
    if len(raw) > LARGEST_BODY:
        raise Declined(413, "too_large")
    media_type = (event.get("headers") or {}).get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Declined(415, "unsupported_media_type")
    try:
        return strict_json.loads(raw, decimals=True)
    except ValueError as error:
        raise Declined(400, "bad_json") from error


def _raw(event: Mapping[str, Any]) -> bytes:
    text: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise Declined(400, "bad_json") from error
