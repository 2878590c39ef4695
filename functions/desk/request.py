"""Reading what the HTTP API hands over (payload format 2.0)."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any


def body_of(event: Mapping[str, Any]) -> str:
    """The body as text: forms arrive base64; "" when there is none or it cannot be read."""
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def is_https(event: Mapping[str, Any]) -> bool:
    """Whether the browser came over TLS; only the local cloud is reached without."""
    headers = event.get("headers") or {}
    return bool(headers.get("x-forwarded-proto", "https") == "https")
