"""Records in a follow-up's partition: notes, concerns, incentives and history entries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.case.model import HistoryEntry, HistoryKind, Note
from lazo.followup.model import FollowUp
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put

R = TypeVar("R")


class Children(Generic[R]):
    """The records of one `kind` of a follow-up; `id_name` is the field with a record's id."""

    def __init__(self, kind: str, record: Record[R], id_name: str) -> None:
        self.kind = kind
        self._record = record
        self._id_name = id_name

    def key(self, followup_id: str, child_id: str = "") -> Key:
        """Return the key of a record; without an id, the prefix of all."""
        return keys.child(followup_id, self.kind, child_id)

    def item(self, followup_id: str, record: R) -> Item:
        """Return a record's item."""
        key = self.key(followup_id, getattr(record, self._id_name))
        return {"pk": key.pk, "sk": key.sk, "followup_id": followup_id, **self._record.item(record)}

    def read(self, item: Mapping[str, Any]) -> R:
        """Return the record of an item."""
        return self._record.read(item)


NOTES: Final = Children("NOTE", Record(Note), "note_id")
CONCERNS: Final = Children("CONCERN", Record(Concern), "concern_id")
INCENTIVES: Final = Children("INCENTIVE", Record(Incentive), "incentive_id")
HISTORY: Final = Children(
    "ENTRY",
    Record(
        HistoryEntry,
        sparse=("request_hash",),
        stored_as={"idempotency_key": "entry_id", "request_hash": "asked"},
    ),
    "idempotency_key",
)


def in_order(entry: HistoryEntry) -> tuple[int, datetime]:
    """Return the sort key of history entries, oldest first."""
    return entry.version, entry.at


def load_history(table: Table, followup_id: str) -> list[HistoryEntry]:
    """Return the history of a follow-up, oldest first."""
    prefix = HISTORY.key(followup_id)
    return sorted(map(HISTORY.read, table.query_prefix(prefix.pk, prefix.sk)), key=in_order)


def system_entry_put(
    after: FollowUp, what: HistoryKind, now: datetime, detail: Mapping[str, str], *, ref: str = ""
) -> Put:
    """Return the write of a history entry that nobody's action made. `after`: the follow-up after it. `ref` makes the
    entry unique if it leaves the follow-up's version unchanged."""
    entry = HistoryEntry(f"{what}-{ref or after.version}", what, "", "", now, after.version, detail)
    return Put(HISTORY.item(after.followup_id, entry))
