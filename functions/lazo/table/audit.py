"""The audit trail in the table: an item for each entry, in the partition of its day (UTC)."""

from collections.abc import Iterator
from datetime import date, datetime

from lazo.auth.audit import KEPT_FOR, AuditEntry, AuditKind
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put, set_attributes
from lazo.timestamps import format_timestamp

_RECORD = Record(AuditEntry, sparse=("user_id", "store_id", "subject", "count"))


def record_entry(table: Table, entry: AuditEntry, entry_id: str) -> None:
    """Record an entry, once for each `entry_id`."""
    table.put(entry_put(entry, entry_id))


def entry_put(entry: AuditEntry, entry_id: str) -> Put:
    """Return the write that records an entry."""
    key = keys.audit_entry(f"{entry.at:%Y-%m-%d}", format_timestamp(entry.at), entry_id)
    return Put(key.item(**_RECORD.item(entry), expires_at=_expires_at(entry.at)))


def count_entry(table: Table, kind: AuditKind, subject: str, now: datetime, *, n: int = 1) -> None:
    """Add to the entry of this hour that counts what is too frequent to be told one by one."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    key = keys.audit_entry(f"{hour:%Y-%m-%d}", format_timestamp(hour), f"{kind}#{subject}")
    told = {"kind": kind, "at": format_timestamp(hour), "subject": subject, "expires_at": _expires_at(now)}
    table.update(set_attributes(key, told, "ADD n :n", values={":n": n}))


def list_entries(table: Table, day: date) -> Iterator[AuditEntry]:
    """Yield the entries of a day (UTC), oldest first."""
    for item in table.query_prefix(keys.audit_entry(day.isoformat(), "", "").pk):
        yield _RECORD.read(item, count=int(item.get("n", 1)))


def _expires_at(at: datetime) -> int:
    return int((at + KEPT_FOR).timestamp())
