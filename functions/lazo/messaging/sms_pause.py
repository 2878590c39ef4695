"""When SMS are paused because the account's spend limit is reached, and how they are taken up again.

SNS accepts an SMS above the limit like any other, and drops it; its delivery log says so some seconds later, and says
nothing of one that arrived. So while SMS are paused one message now and then tries: when no report of it has come for a
while, the others follow.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

CODE: Final = "spend_limit"
"""The failure of a message that was not sent, or did not arrive, for this reason."""

PROBE_EVERY: Final = timedelta(minutes=30)
"""How long after a failure the next message may try: the limit may have been raised, or the month be over."""

PROBE_SETTLES: Final = timedelta(minutes=10)
"""How long a message that tried may be reported as dropped. SNS writes its log within seconds, a subscription delivers
within minutes."""

_CLOCKS_DIFFER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SmsPause:
    """Paused at `since`. From `probe_at` on one message may try; `probed_at`: when one did, and no failure of it is
    known."""

    since: datetime
    probe_at: datetime
    probed_at: datetime | None = None

    @property
    def next_try(self) -> datetime:
        """The first time at which a message may be sent: as a trial, or because the trial has settled."""
        return self.probed_at + PROBE_SETTLES if self.probed_at else self.probe_at

    def is_over(self, now: datetime) -> bool:
        """Return whether a message has tried and was not reported in time."""
        return self.probed_at is not None and now >= self.next_try

    def may_probe(self, now: datetime) -> bool:
        """Return whether a message may try."""
        return self.probed_at is None and now >= self.probe_at

    def closed_until(self, now: datetime) -> datetime | None:
        """Return until when nothing is sent; None if a message may be."""
        return self.next_try if now < self.next_try else None

    def probe_failed(self, sent_at: datetime) -> bool:
        """Return whether a report of a message sent at `sent_at` is about the one that tried."""
        return self.probed_at is not None and sent_at >= self.probed_at - _CLOCKS_DIFFER
