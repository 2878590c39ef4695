"""Stop every SMS while the account's spend limit is reached, except for the one that tries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lazo.channels.errors import ChannelPaused
from lazo.messaging.sms_pause import CODE, PROBE_SETTLES
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import sms_pauses


@dataclass(frozen=True, slots=True)
class SmsGate:
    """What knows whether SMS are paused."""

    table: Table
    clock: Callable[[], datetime]

    def paused_until(self, known: Table | None = None) -> datetime | None:
        """Return until when no SMS is sent; None if one may be, perhaps as the one that tries. `known`: the table with
        the pause as it was read ahead."""
        pause = sms_pauses.get_pause(known or self.table)
        return pause.closed_until(self.clock()) if pause else None

    def enter(self, known: Table | None = None) -> None:
        """Let one SMS pass. Raises ChannelPaused. `known`: as for `paused_until`."""
        now, pause = self.clock(), sms_pauses.get_pause(known or self.table)
        if pause is None or pause.is_over(now):
            return
        if not pause.may_probe(now):
            raise ChannelPaused(CODE, pause.next_try)
        if not sms_pauses.claim_probe(self.table, pause, now):
            raise ChannelPaused(CODE, now + PROBE_SETTLES)
