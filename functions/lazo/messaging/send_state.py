"""The state of a message and when it is tried again: the same for alerts, bundles and messages to customers.

Providers take no idempotency key. So each message is claimed before it is sent and recorded afterwards. A claim that
is never followed by a record may have been sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["pending", "sending", "sent", "failed", "cancelled", "digested"]

CLAIM_LEASE = timedelta(seconds=60)
"""How long a claim holds: over twice what one attempt and its record take when all AWS calls are slow."""

UNCLEAR_AT_MOST = 2
"""After this many attempts of unknown outcome (time-out, crash) none follows: each may have arrived."""

ATTEMPTS_AT_MOST = 10
"""After this many attempts in all, transient failures included, the message has failed."""

EVENT_GRACE = timedelta(seconds=60)
"""How long the event has to reach notify before the sweep picks the message up."""

ON_TIME_WITHIN = timedelta(minutes=2)
"""A message this little behind its time is sent without checking the opening hours again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendState:
    """The progress of a message. `attempts` counts claims and is the item's version; `unclear` counts attempts of
    unknown outcome. Until `lease_until` nobody may claim it: it is being sent, or just failed."""

    state: State = "pending"
    attempts: int = 0
    unclear: int = 0
    lease_until: datetime | None = None


def is_claimable(message: SendState, not_before: datetime, now: datetime) -> bool:
    """Return whether it may be sent now: it is time, and no claim or back-off holds it."""
    if message.lease_until is not None and message.lease_until > now:
        return False
    return message.state == "sending" or (message.state == "pending" and not_before <= now)


def is_exhausted(message: SendState) -> bool:
    """Return whether it may not be tried again. A message still "sending" counts as an unclear attempt."""
    unclear = message.unclear + (message.state == "sending")
    return unclear >= UNCLEAR_AT_MOST or message.attempts >= ATTEMPTS_AT_MOST


def backoff_delay(attempts: int) -> timedelta:
    """Return the wait after the `attempts`-th transient failure: 30 seconds, doubling up to ten minutes."""
    return timedelta(seconds=min(30 * 1 << (attempts - 1), 600))
