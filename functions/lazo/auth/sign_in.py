"""Requests for a sign-in link, and their limits."""

from dataclasses import dataclass
from datetime import datetime

from lazo.auth.links import VALID_FOR

REQUESTS_PER_HOUR = 5
"""How many links an hour are sent to one address."""

REQUESTS_OF_SOURCE_PER_HOUR = 60
"""How many an hour are asked for from one network address: more than the managers of one office."""

REQUEST_VALID_FOR = VALID_FOR["sign-in"]
"""No link is sent for an older request: its user has asked again or given up."""


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """A request to send a link to `address`, as `normalize_address` returns it. It is stored the same way for known and
    unknown addresses, so that the response does not reveal which are known; the sender looks up the user."""

    request_id: str
    address: str
    at: datetime

    def is_expired(self, now: datetime) -> bool:
        """Return whether the request is too old to send a link for it."""
        return now - self.at >= REQUEST_VALID_FOR
