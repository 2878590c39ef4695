"""Read events of the HTTP API (payload 2.0)."""

from collections.abc import Mapping
from typing import Any

from lazo.web.requests import body_bytes

LONGEST_BODY = 300_000
"""Characters, base64 included. The longest form has two texts of 4,000 characters, each character up to 12 when
URL-encoded. A limit is needed because the sign-in form accepts requests from anybody."""


def body_text(event: Mapping[str, Any]) -> str:
    """Return the body as text, decoded from base64; "" if it is missing, too long or not valid base64."""
    if len(event.get("body") or "") > LONGEST_BODY:
        return ""
    try:
        return body_bytes(event).decode("utf-8", "replace")
    except ValueError:
        return ""


def is_cross_site(event: Mapping[str, Any]) -> bool:
    """Return whether another site caused the request, by Fetch Metadata; False for browsers that do not send it."""
    headers = event.get("headers") or {}
    return headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
