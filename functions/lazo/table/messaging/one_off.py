"""Messages that are sent once and belong to no follow-up: sign-in links, and links that prove an address.

The message's item appears with its first claim, and is kept until its TTL.
"""

from datetime import datetime, timedelta
from typing import Final

from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Update, set_attributes
from lazo.timestamps import format_timestamp

LEASE: Final = timedelta(seconds=60)
"""How long one attempt excludes others."""
MAX_ATTEMPTS: Final = 3


def claim(table: Table, message: Key, purpose: str, expires: datetime, now: datetime) -> bool:
    """Claim the message. Returns False if it was sent, has failed, or another sender holds the lease."""
    write = Update(
        message,
        "SET #state = :sending, purpose = :purpose, lease_until = :lease, expires_at = :expires ADD attempts :one",
        {
            ":sending": "sending",
            ":pending": "pending",
            ":purpose": purpose,
            ":now": format_timestamp(now),
            ":lease": format_timestamp(now + LEASE),
            ":expires": int(expires.timestamp()),
            ":one": 1,
            ":most": MAX_ATTEMPTS,
        },
        # A sender that died leaves "sending": take over once its lease has ended.
        condition="attribute_not_exists(pk) OR (attempts < :most AND "
        "(#state = :pending OR (#state = :sending AND lease_until <= :now)))",
        names={"#state": "state"},
    )
    return table.update_if(write) is not None


def record_sent(table: Table, message: Key, provider_id: str) -> None:
    """Record that the provider accepted the message."""
    table.update(set_attributes(message, {"state": "sent", "provider_id": provider_id}))


def record_not_sent(table: Table, message: Key, code: str, *, again: bool) -> None:
    """Record that the message was not sent, or may have been; `code` says why, `again` whether it is tried again."""
    table.update(set_attributes(message, {"state": "pending" if again else "failed", "failure": code}))
