"""One attempt to send a claimed message, and the record of how it went; the same whoever the message is for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lazo.channels.errors import PermanentFailure, SendError, TransientFailure, UnknownOutcome
from lazo.messaging.send_state import backoff_delay
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import provider_receipts
from lazo.table.messaging.claims import Claims, M


@dataclass(frozen=True, slots=True)
class SendAttempts:
    """Makes attempts on one table, by one clock."""

    table: Table
    clock: Callable[[], datetime]

    def run(
        self,
        claims: Claims[M],
        claimed: M,
        send: Callable[[], str],
        refused: Callable[[str], None] | None = None,
    ) -> SendError | None:
        """Send, and record it: sent; not now, with the time of the next attempt; or never, by `refused` where more
        follows from that. Returns what went wrong, if anything did; it is recorded already."""
        try:
            provider_id = send()
        except PermanentFailure as never:
            if refused:
                refused(never.code)
            else:
                claims.failed(self.table, claimed, never.code)
            return never
        except TransientFailure as later:
            claims.postpone(self.table, claimed, self.clock() + backoff_delay(claimed.attempts), later.code)
            return later
        except UnknownOutcome as unclear:
            # The claim stays: when its lease is over, the sweep has it tried once more.
            return unclear
        claims.sent(self.table, claimed, provider_id, self.clock())
        provider_receipts.record_receipt(self.table, provider_id, claims.key(claimed), self.clock())
        return None
