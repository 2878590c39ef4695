"""Read requests of the HTTP API (payload format 2.0)."""

import base64
from collections.abc import Mapping
from typing import Any


def body_bytes(event: Mapping[str, Any]) -> bytes:
    """Return the body as sent, empty if there is none. Raises ValueError for invalid base64."""
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "replace")


def get_for_head(route_key: str) -> str:
    """Return the key of the route, for HEAD that of the same path's GET: `Response.for_api` leaves out the body."""
    return f"GET {route_key[5:]}" if route_key.startswith("HEAD ") else route_key


def media_type(event: Mapping[str, Any]) -> str:
    """Return the type in content-type, in lower case and without parameters; "" if there is none."""
    headers: Mapping[str, str] = event.get("headers") or {}
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def api_key_secret(event: Mapping[str, Any]) -> str:
    """Return the key in `x-api-key`, or in `authorization: Bearer`; "" without one."""
    headers: Mapping[str, str] = event.get("headers") or {}
    scheme, _, bearer = headers.get("authorization", "").strip().partition(" ")
    return headers.get("x-api-key", "").strip() or (bearer.strip() if scheme.lower() == "bearer" else "")


def accept_language(event: Mapping[str, Any]) -> str:
    """Return the header `accept-language`; "" without one."""
    found: str = (event.get("headers") or {}).get("accept-language", "")
    return found
