"""Messages to customers: what may be written to whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Channel = Literal["sms", "email"]
State = Literal["pending", "sending", "sent", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """One message to a customer, as the wording guard let it pass. `attempts` counts claims, `unclear` those whose
    outcome nobody knows; `subject` is "" for an SMS; `template` None for free text."""

    message_id: str
    followup_id: str
    store_id: str
    channel: Channel
    language: str
    subject: str
    text: str
    template: str | None
    by: str
    by_name: str
    at: datetime
    state: State = "pending"
    attempts: int = 0
    unclear: int = 0
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    failure: str | None = None
