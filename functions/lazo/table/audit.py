"""The audit trail in the table: an item for each entry, in the partition of its day (UTC)."""

from collections.abc import Iterator
from datetime import date, datetime
from operator import attrgetter
from typing import Final

from lazo.auth.audit import KEPT_FOR, Attempt, AuditEntry
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put, set_attributes
from lazo.timestamps import format_timestamp

_RECORD = Record(AuditEntry, sparse=("user_id", "store_id", "subject", "count"))
_REMEMBERED_AT_MOST: Final = 10_000


class AuditTrail:
    """Writes the trail. What it has written in this hour it remembers, so that who opens a page all day costs one write
    an hour; each copy of a function remembers for itself."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._hour: datetime | None = None
        self._written: set[Key] = set()

    def record(self, entry: AuditEntry, entry_id: str) -> None:
        """Record an event, once for each `entry_id`."""
        self._table.put(entry_put(entry, entry_id))

    def record_hourly(self, entry: AuditEntry) -> None:
        """Record a sighting, unless it is recorded for its hour. Whoever shows something records it before: what the
        trail does not hold was not shown."""
        hour = _hour(entry.at)
        if hour != self._hour or len(self._written) >= _REMEMBERED_AT_MOST:
            self._hour, self._written = hour, set()
        key = _key(hour, f"{entry.kind}#{entry.user_id}#{entry.store_id}#{entry.subject}")
        if key not in self._written:
            told = {**_RECORD.item(entry), "expires_at": _expires_at(entry.at)}
            self._table.update_if(set_attributes(key, told, condition="attribute_not_exists(pk)"))
            self._written.add(key)

    def count(self, kind: Attempt, subject: str, now: datetime) -> None:
        """Add to the entry of this hour that counts what is too frequent to be told one by one."""
        hour = _hour(now)
        told = {
            "kind": kind,
            "at": format_timestamp(hour),
            "subject": subject,
            "expires_at": _expires_at(now),
        }
        self._table.update(
            set_attributes(_key(hour, f"{kind}#{subject}"), told, "ADD n :n", values={":n": 1})
        )


def entry_put(entry: AuditEntry, entry_id: str) -> Put:
    """Return the write that records an event."""
    return Put(_key(entry.at, entry_id).item(**_RECORD.item(entry), expires_at=_expires_at(entry.at)))


def list_entries(table: Table, day: date) -> Iterator[AuditEntry]:
    """Yield the entries of a day (UTC), oldest first."""
    items = table.query_prefix(keys.audit_entry(day.isoformat(), "", "").pk)
    yield from sorted(
        (_RECORD.read(item, count=int(item.get("n", 1))) for item in items), key=attrgetter("at")
    )


def _key(at: datetime, entry_id: str) -> Key:
    return keys.audit_entry(f"{at:%Y-%m-%d}", format_timestamp(at), entry_id)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _expires_at(at: datetime) -> int:
    return int((at + KEPT_FOR).timestamp())
