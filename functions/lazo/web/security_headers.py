"""The security headers of every response, and the content-security-policy of a page.

Does not import Jinja: functions that answer in JSON load this module too.
"""

import base64
import hashlib
from typing import Final


def content_security_policy(**sources: str) -> str:
    """Return a policy (CSP Level 3) that allows only forms to the same origin and the named `sources`.

    `content_security_policy(style="'self'")` allows `style-src 'self'`.
    """
    allowed = "".join(f"{kind}-src {source}; " for kind, source in sources.items())
    return f"default-src 'none'; {allowed}form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def hash_source(text: str) -> str:
    """Return the source that allows this inline style or script: `'sha256-...'`."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


SECURITY_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": content_security_policy(),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
"""Names in lower case. A response may replace the policy and cache-control. X-Frame-Options is absent: browsers that
know `frame-ancestors` ignore it."""
