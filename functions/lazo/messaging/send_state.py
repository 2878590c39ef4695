"""How often a message is tried, and when: the same for alerts, digests and messages to customers.

Providers take no idempotency key, so each message is claimed before it is sent and recorded after; a claim whose
sender is never heard of again may have been sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["pending", "sending", "sent", "failed", "cancelled", "digested"]

CLAIM_LEASE = timedelta(seconds=60)
"""How long a claim holds: more than twice what one attempt and its record can take, AWS being slow at every call."""

UNCLEAR_AT_MOST = 2
"""After so many attempts of unknown outcome (time-out, crash) it is not tried again: each may have arrived."""

ATTEMPTS_AT_MOST = 10
"""After so many attempts in all, refusals for the time being included, the message has failed."""

EVENT_GRACE = timedelta(seconds=60)
"""How long the event has to reach notify before the sweep looks after a message."""

ON_TIME_WITHIN = timedelta(minutes=2)
"""For so long after its time a message goes out without another look at the hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendState:
    """How far a message has got. `attempts` counts claims and is the item's version; `unclear` counts those whose
    outcome nobody knows. Until `lease_until` nobody may take it: it is being sent, or was refused for now."""

    state: State = "pending"
    attempts: int = 0
    unclear: int = 0
    lease_until: datetime | None = None


def is_claimable(message: SendState, not_before: datetime, now: datetime) -> bool:
    """Whether it may be sent now: its time has come, and nobody holds it."""
    if message.lease_until is not None and message.lease_until > now:
        return False
    return message.state == "sending" or (message.state == "pending" and not_before <= now)


def is_exhausted(message: SendState) -> bool:
    """Whether another attempt would be one too many."""
    unclear = message.unclear + (message.state == "sending")
    return unclear >= UNCLEAR_AT_MOST or message.attempts >= ATTEMPTS_AT_MOST


def backoff_delay(attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th refusal for the time being: half a minute, doubled up to ten."""
    return timedelta(seconds=min(30 * 1 << (attempts - 1), 600))
