"""Check that a request came through the installation's own edge: infra/edge.yaml adds a secret to each.

Functions know only its SHA-256 (32 random bytes need no slow hash), or two while it is rotated.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from lazo.web.security_headers import SECURITY_HEADERS

HEADER: Final = "x-lazo-origin"

FORBIDDEN: Final[dict[str, Any]] = {
    "statusCode": 403,
    "headers": {**SECURITY_HEADERS, "content-type": "text/plain; charset=utf-8"},
    "body": "",
}
"""The reply to requests that bypass the edge. No text: no person comes this way."""


class OriginCheck:
    """Checks requests against the digests of the current secrets (hex, separated by commas); "" admits every
    request."""

    def __init__(self, digests: str) -> None:
        self._digests = tuple(digest for digest in digests.split(",") if digest)

    @property
    def is_set(self) -> bool:
        """Whether requests come through an edge."""
        return bool(self._digests)

    def admits(self, event: Mapping[str, Any]) -> bool:
        """Whether a request of the HTTP API (payload format 2.0) came through the edge, or need not."""
        if not self._digests:
            return True
        sent = (event.get("headers") or {}).get(HEADER, "")
        digest = hashlib.sha256(sent.encode()).hexdigest()
        return any(hmac.compare_digest(digest, known) for known in self._digests)
