"""Read a request of the HTTP API (payload format 2.0), with limits."""

from collections.abc import Mapping
from typing import Any, Final

from lazo.web import strict_json
from lazo.web.requests import body_bytes, media_type
from lazo.web.responses import HttpError

LARGEST_BODY: Final = 256 * 1024
"""Bytes; a hundred events with the longest texts in a Latin script."""


def json_body(event: Mapping[str, Any]) -> Any:
    """Return the JSON in the body, fractions as Decimal.

    Raises HttpError when it is too large (413), not declared as JSON (415) or not JSON (400).
    """
    try:
        raw = body_bytes(event)
        if len(raw) > LARGEST_BODY:
            raise HttpError(413, "too_large")
        if media_type(event) != "application/json":
            raise HttpError(415, "unsupported_media_type")
        return strict_json.parse_strict_json(raw, decimals=True)
    except ValueError as error:
        raise HttpError(400, "bad_json") from error
