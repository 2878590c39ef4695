"""Claim a message before it is sent, and record the outcome: one sender at a time, for every kind of message.

An item holds `state`, `attempts`, `unclear` and `lease_until` of `lazo.messaging.send_state.SendState`, and is in the
index `due` until the message is finished.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from lazo.messaging.send_state import CLAIM_LEASE, SendState, State
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put, Update, set_attributes
from lazo.timestamps import format_timestamp

M = TypeVar("M", bound=SendState)

_AS_READ = "#state = :seen_state AND attempts = :seen_attempts"


class _NotAsRead(Exception):
    """Another sender claimed or finished the message since it was read."""


class Claims(Generic[M]):
    """Claims messages of one kind. `key` returns the key of a message's item; `forgets`: attributes that it loses when
    it is finished."""

    def __init__(self, key: Callable[[M], Key], *, forgets: Sequence[str] = ()) -> None:
        self._key = key
        self._finished = "REMOVE " + ", ".join(("due_pk", "due_at", "lease_until", *forgets))

    def key(self, message: M) -> Key:
        """Return the key of the message's item."""
        return self._key(message)

    def claim(self, table: Table, message: M, now: datetime, more: Sequence[Put | Update] = ()) -> M | None:
        """Claim the message until the lease ends, with `more` writes or not at all. Returns it as claimed, or None if
        another sender was first. Raises the error of one of `more` whose condition fails."""
        lease = now + CLAIM_LEASE
        taken = replace(
            message,
            state="sending",
            attempts=message.attempts + 1,
            unclear=message.unclear + (message.state == "sending"),
            lease_until=lease,
        )
        at = format_timestamp(lease)
        sets = {"state": "sending", "attempts": taken.attempts, "unclear": taken.unclear}
        write = self._if_as_read(message, {**sets, "lease_until": at, "due_at": at})
        try:
            table.transact([write, *more]) if more else table.update(write)
        except _NotAsRead:
            return None
        return taken

    def sent(self, table: Table, claimed: M, provider_id: str, now: datetime) -> None:
        """Record that the provider accepted the message. Does nothing if the lease was lost meanwhile."""
        self.end(table, claimed, "sent", {"provider_id": provider_id, "sent_at": format_timestamp(now)})

    def failed(self, table: Table, message: M, code: str) -> None:
        """Record that the message will never be sent; `code` says why."""
        self.end(table, message, "failed", {"failure": code})

    def cancel(self, table: Table, message: M) -> None:
        """Record that the message is no longer relevant."""
        self.end(table, message, "cancelled")

    def cancellation(self, message: M, error: Exception) -> Update:
        """Return the write that cancels a message as part of a transaction; `error` is raised if another sender or
        write was first."""
        return replace(self._if_as_read(message, {"state": "cancelled"}, self._finished), error=error)

    def end(self, table: Table, message: M, state: State, more: Mapping[str, Any] | None = None) -> None:
        """Record a final state, and remove the message from the index `due`."""
        self._write(table, message, {"state": state, **(more or {})}, self._finished)

    def postpone(self, table: Table, message: M, until: datetime, code: str) -> None:
        """Return a message to pending, claimed or not, until `until`; `code` says why."""
        self._move(table, message, until, state="pending", failure=code)

    def release(self, table: Table, claimed: M, until: datetime, code: str) -> None:
        """Return a claimed message to pending until `until`, with the attempt that it has not made; `code` says why."""
        self._move(table, claimed, until, state="pending", failure=code, attempts=claimed.attempts - 1)

    def reopen(self, table: Table, message: M, until: datetime, code: str) -> None:
        """Return a message that is finished to pending until `until`; `code` says why."""
        self._move(
            table,
            message,
            until,
            state="pending",
            failure=code,
            due_pk=keys.due_partition(self._key(message)),
        )

    def keep_unclear(self, table: Table, message: M, until: datetime) -> None:
        """Postpone a message whose lease ended to `until`, in its state: it may have been sent."""
        self._move(table, message, until, state=message.state)

    def _move(self, table: Table, message: M, until: datetime, **sets: Any) -> None:
        at = format_timestamp(until)
        self._write(table, message, {**sets, "lease_until": at, "due_at": at})

    def _write(self, table: Table, message: M, sets: Mapping[str, Any], more: str = "") -> None:
        """Write if the item is as it was read: after a lease that ended, another sender's claim and record must
        stand."""
        with suppress(_NotAsRead):
            table.update(self._if_as_read(message, sets, more))

    def _if_as_read(self, message: M, sets: Mapping[str, Any], more: str = "") -> Update:
        seen = {":seen_state": message.state, ":seen_attempts": message.attempts}
        return set_attributes(
            self._key(message), sets, more, condition=_AS_READ, values=seen, error=_NotAsRead()
        )
