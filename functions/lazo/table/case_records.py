"""Records in a follow-up's partition: notes, concerns, incentives and history entries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.case.model import HistoryEntry, HistoryKind, Note
from lazo.followup.model import FollowUp
from lazo.table.dynamodb.records import Children, Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put

NOTES: Final = Children("NOTE", Record(Note), "note_id")
CONCERNS: Final = Children("CONCERN", Record(Concern), "concern_id", order=["added_at"])
INCENTIVES: Final = Children("INCENTIVE", Record(Incentive), "incentive_id")
HISTORY: Final = Children(
    "ENTRY",
    Record(
        HistoryEntry,
        sparse=("request_hash",),
        stored_as={"idempotency_key": "entry_id", "request_hash": "asked"},
    ),
    "idempotency_key",
    order=["version", "at"],
)
load_history = HISTORY.of_followup


def get_concern(table: Table, followup_id: str, concern_id: str) -> Concern | None:
    """Return the current concern (a consistent read), or None."""
    item = table.get(CONCERNS.key(followup_id, concern_id))
    return CONCERNS.read(item) if item else None


def system_entry_put(
    after: FollowUp, what: HistoryKind, now: datetime, detail: Mapping[str, str], *, ref: str = ""
) -> Put:
    """Return the write of a history entry that nobody's action made. `after`: the follow-up after it. `ref` makes the
    entry unique if it leaves the follow-up's version unchanged."""
    entry = HistoryEntry(f"{what}-{ref or after.version}", what, "", "", now, after.version, detail)
    return Put(HISTORY.item(after.followup_id, entry))
