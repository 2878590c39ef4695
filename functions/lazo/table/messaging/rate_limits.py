"""Limit the messages to staff per hour: a store's SMS, and what one person gets alone."""

from datetime import UTC, datetime, timedelta
from typing import Final

from lazo.store.model import Store
from lazo.table.dynamodb import keys, staff_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import count_within, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

KEPT_FOR: Final = timedelta(days=2)


def reserve_sms(table: Table, store: Store, now: datetime, *, always: bool = False) -> bool:
    """Count one SMS in this hour. Returns False if the store's limit is reached; with `always` it counts and returns
    True. If the claim that follows fails, the reservation is not returned: the limit is never exceeded, and may be
    missed by as many."""
    most = None if always else store.policy.sms_per_hour
    write = count_within(keys.sms_hour(store.store_id, hour_of(now)), most, now + KEPT_FOR)
    return table.update_if(write) is not None


def reserve_message(table: Table, user_id: str, most: int, now: datetime) -> bool:
    """Count a message that a user gets alone. Returns False if they were sent `most` such messages, SMS and e-mails
    together, in the 60 minutes up to `now`."""
    key = staff_keys.recent_messages(user_id)
    # Of several senders at a time one succeeds in each round, so that after `most` rounds there is no room.
    for _ in range(most + 1):
        item = table.get(key) or {"n": 0, "sent": []}
        recent = [at for at in item["sent"] if parse_timestamp(at) > now - timedelta(hours=1)]
        if len(recent) >= most:
            return False
        write = set_attributes(
            key,
            {
                "sent": [*recent, format_timestamp(now)],
                "n": item["n"] + 1,
                "expires_at": int((now + KEPT_FOR).timestamp()),
            },
            condition="attribute_not_exists(#n) OR #n = :seen",
            values={":seen": item["n"]},
        )
        if table.update_if(write) is not None:
            return True
    return False


def hour_of(now: datetime) -> str:
    """Return the hour in keys: `2026-11-21T22`, UTC."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H")
