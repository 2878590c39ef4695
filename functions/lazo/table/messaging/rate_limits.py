"""Limit the messages to staff per hour: a store's SMS, and what one person gets alone."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from lazo.store.model import Store
from lazo.store.policy import Policy
from lazo.table.dynamodb import keys, staff_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Update, count_within, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

T = TypeVar("T")

KEPT_FOR: Final = timedelta(days=2)


class NoRoom(Exception):
    """As many were sent in this hour as the policy allows."""


class CountedMeanwhile(Exception):
    """Another message to the same reader was counted since the count was read."""


def sms_count(store: Store, now: datetime, *, always: bool = False, unsigned: bool = False) -> Update:
    """Return the write that counts one SMS of a store in this hour. Its error is NoRoom if the store's limit is
    reached, which is lower for one about an `unsigned` answer; with `always` there is no limit."""
    policy = store.policy
    most = None if always else policy.unsigned_sms_per_hour if unsigned else policy.sms_per_hour
    return count_within(
        keys.sms_hour(store.store_id, hour_of(now)), most, now + KEPT_FOR, error=NoRoom(store.store_id)
    )


def message_count(
    table: Table, user_id: str, channel: str, policy: Policy, now: datetime, *, unsigned: bool = False
) -> Update:
    """Return the write that counts a message which a user gets alone. Raises NoRoom if they were sent as many on the
    channel, in the 60 minutes up to `now`, as the policy allows. Those about `unsigned` answers are counted apart, so
    that they leave the others their room. The write's error is CountedMeanwhile."""
    key = staff_keys.recent_messages(user_id, channel, unsigned=unsigned)
    item = table.get(key) or {"n": 0, "sent": []}
    recent = [at for at in item["sent"] if parse_timestamp(at) > now - timedelta(hours=1)]
    if len(recent) >= (policy.unsigned_alone_per_hour if unsigned else policy.alone_per_hour):
        raise NoRoom(user_id)
    return set_attributes(
        key,
        {
            "sent": [*recent, format_timestamp(now)],
            "n": item["n"] + 1,
            "expires_at": int((now + KEPT_FOR).timestamp()),
        },
        condition="attribute_not_exists(#n) OR #n = :seen",
        values={":seen": item["n"]},
        error=CountedMeanwhile(user_id),
    )


def repeat_counted(claim: Callable[[], T]) -> T:
    """Return what `claim` returns, which counts a message as it claims it, and is repeated while another message is
    counted first. It ends with NoRoom at the latest: each repetition means that another took a place."""
    while True:
        with suppress(CountedMeanwhile):
            return claim()


def hour_of(now: datetime) -> str:
    """Return the hour in keys: `2026-11-21T22`, UTC."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H")
