"""Claim a message before it is sent, and record the outcome: one sender at a time, for every kind of message.

An item holds `state`, `attempts`, `unclear` and `lease_until` of `lazo.messaging.send_state.SendState`, and is in the
index `due` until the message is finished.
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
    """Claims messages of one kind. `key` returns the key of a message's item."""

    def __init__(self, key: Callable[[M], Key]) -> None:
        self._key = key

    def key(self, message: M) -> Key:
        """Return the key of the message's item."""
        return self._key(message)

    def claim(self, table: Table, message: M, now: datetime) -> M | None:
        """Claim the message until the lease ends. Returns it as claimed, or None if another sender was first."""
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
        """Record that the provider accepted the message. Does nothing if the lease was lost meanwhile."""
        self.end(table, claimed, "sent", {"provider_id": provider_id, "sent_at": format_timestamp(now)})

    def failed(self, table: Table, message: M, code: str) -> None:
        """Record that the message will never be sent; `code` says why."""
        self.end(table, message, "failed", {"failure": code})

    def cancel(self, table: Table, message: M) -> None:
        """Record that the message is no longer relevant."""
        self.end(table, message, "cancelled")

    def end(self, table: Table, message: M, state: State, more: Mapping[str, Any] | None = None) -> None:
        """Record a final state, and remove the message from the index `due`."""
        sets = "".join(f", {name} = :{name}" for name in more or {})
        values = {":state": state, **{f":{name}": value for name, value in (more or {}).items()}}
        changes = f"SET #state = :state{sets} REMOVE due_pk, due_at, lease_until"
        self._write(table, message, changes, values)

    def postpone(self, table: Table, message: M, until: datetime, code: str) -> None:
        """Return a message to pending, claimed or not, until `until`; `code` says why."""
        changes = "SET #state = :state, lease_until = :until, due_at = :until, failure = :code"
        self._write(
            table, message, changes, {":state": "pending", ":until": format_timestamp(until), ":code": code}
        )

    def keep_unclear(self, table: Table, message: M, until: datetime) -> None:
        """Postpone a message whose lease ended to `until`, in its state: it may have been sent."""
        self._write(
            table, message, "SET lease_until = :until, due_at = :until", {":until": format_timestamp(until)}
        )

    def _write(self, table: Table, message: M, changes: str, values: Mapping[str, Any]) -> bool:
        """Write if the item is as it was read, else return False: after a lease that ended, another sender's claim and
        record must stand."""
        seen = {":seen_state": message.state, ":seen_attempts": message.attempts}
        names = {"#state": "state"}
        try:
            table.update(
                Update(self._key(message), changes, {**values, **seen}, condition=_AS_READ, names=names)
            )
        except ConditionFailed:
            return False
        return True


def send_state_attributes(message: SendState) -> dict[str, Any]:
    """Return the attributes of a new message's send state."""
    return {"state": message.state, "attempts": message.attempts, "unclear": message.unclear}


def send_state_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of SendState from an item."""
    return {
        "state": item["state"],
        "attempts": item["attempts"],
        "unclear": item["unclear"],
        "lease_until": parse_timestamp(item["lease_until"]) if "lease_until" in item else None,
    }
