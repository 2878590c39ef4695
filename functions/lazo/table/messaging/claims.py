"""Claiming a message before it is sent, and recording what became of it: one sender at a time, whoever it is for.

The item of a message carries state, attempts, unclear and lease_until, as `lazo.messaging.send_state.Sending`
has them, and stands in the index of dates until it is finished.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from lazo.messaging.send_state import CLAIM_LEASE, SendState, State
from lazo.table.dynamodb.table import ConditionFailed, Table
from lazo.table.dynamodb.writes import Key, Update
from lazo.timestamps import format_timestamp, parse_timestamp

M = TypeVar("M", bound=SendState)

_AS_READ = "#state = :seen_state AND attempts = :seen_attempts"


class Claims(Generic[M]):
    """The claims on one kind of message; `key` says where a message's item stands."""

    def __init__(self, key: Callable[[M], Key]) -> None:
        self._key = key

    def key(self, message: M) -> Key:
        """Where the message's item stands."""
        return self._key(message)

    def claim(self, table: Table, message: M, now: datetime) -> M | None:
        """Take the message for sending, for as long as the lease holds; None when somebody else was quicker."""
        lease = now + CLAIM_LEASE
        taken = replace(
            message,
            state="sending",
            attempts=message.attempts + 1,
            unclear=message.unclear + (message.state == "sending"),
            lease_until=lease,
        )
        values = {
            ":state": taken.state,
            ":attempts": taken.attempts,
            ":unclear": taken.unclear,
            ":lease": format_timestamp(lease),
        }
        changes = "SET #state = :state, attempts = :attempts, unclear = :unclear, lease_until = :lease, due_at = :lease"
        return taken if self._write(table, message, changes, values) else None

    def sent(self, table: Table, claimed: M, provider_id: str, now: datetime) -> None:
        """Record that the provider accepted it. Nothing is undone when the lease was lost meanwhile."""
        self.end(table, claimed, "sent", {"provider_id": provider_id, "sent_at": format_timestamp(now)})

    def failed(self, table: Table, message: M, code: str) -> None:
        """Record that it will never be sent; `code` says why."""
        self.end(table, message, "failed", {"failure": code})

    def cancel(self, table: Table, message: M) -> None:
        """Record that it is no longer wanted."""
        self.end(table, message, "cancelled")

    def end(self, table: Table, message: M, state: State, more: Mapping[str, Any] | None = None) -> None:
        """Record that nothing more follows, and take it out of the index of dates."""
        sets = "".join(f", {name} = :{name}" for name in more or {})
        values = {":state": state, **{f":{name}": value for name, value in (more or {}).items()}}
        changes = f"SET #state = :state{sets} REMOVE due_pk, due_at, lease_until"
        self._write(table, message, changes, values)

    def postpone(self, table: Table, message: M, until: datetime, code: str) -> None:
        """Give a message back, claimed or not, to be tried from `until` on; `code` says why."""
        changes = "SET #state = :state, lease_until = :until, due_at = :until, failure = :code"
        self._write(
            table, message, changes, {":state": "pending", ":until": format_timestamp(until), ":code": code}
        )

    def keep_unclear(self, table: Table, message: M, until: datetime) -> None:
        """Leave a message whose claim ran out for `until`, as unclear as it is: it may have been sent."""
        self._write(
            table, message, "SET lease_until = :until, due_at = :until", {":until": format_timestamp(until)}
        )

    def _write(self, table: Table, message: M, changes: str, values: Mapping[str, Any]) -> bool:
        """False when the item is not as it was read: a sender that was so slow that its lease ran out finds another
        one's claim, and that one's record stands."""
        seen = {":seen_state": message.state, ":seen_attempts": message.attempts}
        names = {"#state": "state"}
        try:
            table.update(
                Update(self._key(message), changes, {**values, **seen}, condition=_AS_READ, names=names)
            )
        except ConditionFailed:
            return False
        return True


def item(message: SendState) -> dict[str, Any]:
    """What of an item says how far its message has got, when it is new."""
    return {"state": message.state, "attempts": message.attempts, "unclear": message.unclear}


def read(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Sending` from an item."""
    return {
        "state": item["state"],
        "attempts": item["attempts"],
        "unclear": item["unclear"],
        "lease_until": parse_timestamp(item["lease_until"]) if "lease_until" in item else None,
    }
