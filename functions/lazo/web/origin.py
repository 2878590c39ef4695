"""Whether a request came through the installation's own edge: infra/edge.yaml sends a secret along with each.

The functions know its SHA-256 alone (32 random bytes need no slow hash); two of them while it is rotated.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from lazo.web.security_headers import SECURITY_HEADERS

HEADER: Final = "x-lazo-origin"

TURNED_AWAY: Final[dict[str, Any]] = {
    "statusCode": 403,
    "headers": {**SECURITY_HEADERS, "content-type": "text/plain; charset=utf-8"},
    "body": "",
}
"""The reply to who asked the API itself. Without words: no person comes this way."""


class Origin:
    """Knows the digests of the secrets that are good now: hex, separated by commas; "" lets everybody in."""

    def __init__(self, digests: str) -> None:
        self._digests = tuple(digest for digest in digests.split(",") if digest)

    def admits(self, event: Mapping[str, Any]) -> bool:
        """Whether a request of the HTTP API (payload 2.0) came through the edge, or need not."""
        if not self._digests:
            return True
        sent = (event.get("headers") or {}).get(HEADER, "")
        digest = hashlib.sha256(sent.encode()).hexdigest()
        return any(hmac.compare_digest(digest, known) for known in self._digests)
