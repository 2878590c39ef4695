"""Signing in without a password: what was asked for, and how often it may be."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lazo.auth.links import VALID_FOR

REQUESTS_PER_HOUR = 5
"""How often an hour a link is sent to one address."""

REQUEST_VALID_FOR = VALID_FOR["sign-in"]
"""Whoever asked longer ago has asked again meanwhile, or given up."""

LEASE = timedelta(seconds=60)
"""How long the claim of one message holds."""

MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """Somebody asked for a link to be sent to `address` (as `contact_details.normal_address` gives it). Known or not,
    it is kept alike; who it belongs to is asked when it is sent."""

    request_id: str
    address: str
    at: datetime

    def is_expired(self, now: datetime) -> bool:
        """Whether a link would come as a surprise by now."""
        return now - self.at >= REQUEST_VALID_FOR
