"""Send a claimed message once and record the outcome, for every kind of message."""

from collections.abc import Callable
from datetime import datetime

from lazo.channels.errors import (
    ChannelPaused,
    PermanentFailure,
    SendError,
    TransientFailure,
    UnknownOutcome,
)
from lazo.messaging.send_state import backoff_delay
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import provider_receipts
from lazo.table.messaging.claims import Claims, M


def send_claimed(
    table: Table,
    clock: Callable[[], datetime],
    claims: Claims[M],
    claimed: M,
    send: Callable[[], str],
    on_permanent_failure: Callable[[str], None] | None = None,
) -> SendError | None:
    """Call `send` and record the outcome: sent, postponed or failed. `on_permanent_failure`, if given, takes the code
    and records the failure instead. Returns the error, which is recorded, or None."""
    try:
        provider_id = send()
    except PermanentFailure as never:
        if on_permanent_failure:
            on_permanent_failure(never.code)
        else:
            claims.failed(table, claimed, never.code)
        return never
    except ChannelPaused as paused:
        # Many wake at once for the one trial; those that come too late would run out of attempts before the pause ends.
        claims.release(table, claimed, paused.until, paused.code)
        return paused
    except TransientFailure as later:
        claims.postpone(table, claimed, clock() + backoff_delay(claimed.attempts), later.code)
        return later
    except UnknownOutcome as unclear:
        # Keep the claim: when its lease ends, the sweep makes one more attempt.
        return unclear
    claims.sent(table, claimed, provider_id, clock())
    provider_receipts.record_receipt(table, provider_id, claims.key(claimed), clock())
    return None
