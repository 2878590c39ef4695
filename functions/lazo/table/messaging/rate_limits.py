"""Limit the messages to staff per hour: a store's SMS, and what one person gets alone."""

from datetime import UTC, datetime, timedelta
from typing import Final

from lazo.store.model import Store
from lazo.store.policy import Policy
from lazo.table.dynamodb import keys, staff_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import count_within, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

KEPT_FOR: Final = timedelta(days=2)


def reserve_sms(
    table: Table, store: Store, now: datetime, *, always: bool = False, unsigned: bool = False
) -> bool:
    """Count one SMS in this hour. Returns False if the store's limit is reached, which is lower for one about an
    `unsigned` answer; with `always` it counts and returns True. If the claim that follows fails, the reservation is not
    returned: the limit is never exceeded, and may be missed by as many."""
    policy = store.policy
    most = None if always else policy.unsigned_sms_per_hour if unsigned else policy.sms_per_hour
    write = count_within(keys.sms_hour(store.store_id, hour_of(now)), most, now + KEPT_FOR)
    return table.update_if(write) is not None


def reserve_message(
    table: Table, user_id: str, channel: str, policy: Policy, now: datetime, *, unsigned: bool = False
) -> bool:
    """Count a message that a user gets alone. Returns False if they were sent as many on the channel, in the 60 minutes
    up to `now`, as the policy allows. Those about `unsigned` answers are counted apart, so that they leave the others
    their room."""
    key = staff_keys.recent_messages(user_id, channel, unsigned=unsigned)
    most = policy.unsigned_alone_per_hour if unsigned else policy.alone_per_hour
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
