"""Read requests of the HTTP API (payload format 2.0)."""

import base64
from collections.abc import Mapping
from typing import Any


def body_bytes(event: Mapping[str, Any]) -> bytes:
    """Return the body as sent, empty if there is none. Raises ValueError for invalid base64."""
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "replace")


def media_type(event: Mapping[str, Any]) -> str:
    """Return the type in content-type, in lower case and without parameters; "" if there is none."""
    headers: Mapping[str, str] = event.get("headers") or {}
    return headers.get("content-type", "").partition(";")[0].strip().lower()
