"""Events that other systems report about a customer: a ticket, a complaint, how much they use or buy."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, get_args

from lazo.timestamps import format_timestamp

ReportedKind = Literal["support_ticket", "sales_interaction", "usage", "complaint", "refund", "visit", "note"]
EventKind = Literal[ReportedKind, "invitation"]
REPORTED_KINDS: tuple[ReportedKind, ...] = get_args(ReportedKind)
"""The kinds that other systems report. An "invitation" to answer a survey again is our own."""

OWN_SOURCE: str = "lazo"
"""The source of our own events; no API key may have this name."""

STREAM_GRACE = timedelta(minutes=2)
"""How long the stream has to process an event before the sweep does."""


@dataclass(frozen=True, slots=True)
class EventFindings:
    """What the phrase matcher found in an event's text (`lazo.phrases.themes`), and when."""

    themes: tuple[str, ...]
    leaving: bool
    competitors: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerEvent:
    """One event about a customer; it never holds their phone or e-mail.

    event_id: the source's own id; source: the name of the API key it came with; at: when it happened; received_at:
    when it reached us; change: of usage, in per cent (-30: almost a third less); amount: of a refund; reference: the
    store owner's own id of the customer.
    """

    event_id: str
    source: str
    kind: EventKind
    at: datetime
    received_at: datetime
    customer_key: str
    customer_also: str | None = None
    store_id: str | None = None
    text: str = ""
    reference: str | None = None
    change: Decimal | None = None
    amount: Decimal | None = None
    understood: EventFindings | None = None

    def fingerprint(self) -> str:
        """Return the SHA-256 of what was reported, without when: a repeated event has the same."""
        facts = [
            self.kind,
            format_timestamp(self.at),
            self.customer_key,
            self.customer_also,
            self.store_id,
            self.text,
            self.reference,
            None if self.change is None else str(self.change.normalize()),
            None if self.amount is None else str(self.amount.normalize()),
        ]
        return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
