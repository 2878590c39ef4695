"""Compress responses: the HTTP API does not."""

import base64
import gzip
import re
from collections.abc import Mapping
from typing import Any, Final

_WANTED: Final = re.compile(
    r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)", re.IGNORECASE
)


def accepts_gzip(event: Mapping[str, Any]) -> bool:
    """Whether the client of a request (payload format 2.0) accepts gzip (RFC 9110, 12.5.3)."""
    headers = event.get("headers") or {}
    return _WANTED.search(headers.get("accept-encoding", "")) is not None


def gzip_response(reply: dict[str, Any]) -> dict[str, Any]:
    """Return the reply, whose body is text, compressed."""
    # Without the time, equal pages are equal bytes.
    body = base64.b64encode(gzip.compress(reply["body"].encode(), 6, mtime=0)).decode()
    headers = reply["headers"] | {"content-encoding": "gzip"}
    return reply | {"headers": headers, "body": body, "isBase64Encoded": True}
