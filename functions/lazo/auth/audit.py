"""The audit trail: who came in, who was turned away, and who took or saw whose data. Ids only: no name, no address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

Event = Literal["signed_in", "signed_out_everywhere", "exported"]
"""Each is an entry of its own."""
Sighting = Literal[
    "report_opened", "case_opened", "case_opened_by_link", "refused", "key_read", "key_refused"
]
"""One entry an hour for the same user (or key) and subject, however often it happens."""
Attempt = Literal["sign_in_limited", "wrong_key"]
"""Counted by the hour: how often strangers try may not fill the table."""
AuditKind = Literal[Event, Sighting, Attempt]
KEPT_FOR: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What happened at `at`: a sighting then first in its hour, an attempt `count` times from that hour on.

    subject: the id of the export, of the case that was opened or refused, or of the improvement; "" if all of a store
        was refused. Of a key its id and what was asked for; of wrong keys the function that was asked
    store_id: the store of the case, or that was refused; of an export the store that it was limited to
    """

    kind: AuditKind
    at: datetime
    user_id: str = ""
    store_id: str = ""
    subject: str = ""
    count: int = 1
