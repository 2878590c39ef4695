"""Reading a request of the HTTP API (payload format 2.0)."""

import base64
from collections.abc import Mapping
from typing import Any


def body_bytes(event: Mapping[str, Any]) -> bytes:
    """The body as it was sent, empty when there is none; ValueError when it is not the base64 that it is said to be."""
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "replace")


def media_type(event: Mapping[str, Any]) -> str:
    """The type in content-type, in lower case and without parameters; "" without one."""
    headers: Mapping[str, str] = event.get("headers") or {}
    return headers.get("content-type", "").partition(";")[0].strip().lower()
