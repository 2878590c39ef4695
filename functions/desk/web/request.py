"""Reading what the HTTP API hands over (payload format 2.0)."""

from collections.abc import Mapping
from typing import Any

from lazo.web.requests import body_bytes

LONGEST_BODY = 300_000
"""Characters, also of base64. The longest form has two texts of 4,000 characters, each up to 12 characters long as
forms write them; what is longer is no form of ours, and anybody may send it to sign in."""


def body_of(event: Mapping[str, Any]) -> str:
    """The body as text: forms arrive base64; "" when there is none, or it is too long or cannot be read."""
    if len(event.get("body") or "") > LONGEST_BODY:
        return ""
    try:
        return body_bytes(event).decode("utf-8", "replace")
    except ValueError:
        return ""


def is_cross_site(event: Mapping[str, Any]) -> bool:
    """Whether a browser says that another site makes it send this (Fetch Metadata; older browsers do not say)."""
    headers = event.get("headers") or {}
    return headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
