"""The audit trail: who came in, who was turned away, and who took or saw whose data. Ids only: no name, no address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

AuditKind = Literal["signed_in", "signed_out_everywhere", "exported", "sign_in_limited", "wrong_key"]
"""What an entry tells. The last two are counted by the hour: how often strangers try may not fill the table."""
KEPT_FOR: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What happened at `at` (of what is counted: from that hour on `count` times). `subject`: the export's id, or the
    function whose key was wrong. `store_id`: the store that an export was limited to."""

    kind: AuditKind
    at: datetime
    user_id: str = ""
    store_id: str = ""
    subject: str = ""
    count: int = 1
