"""Messages to customers: what may be written to whom."""

from dataclasses import dataclass
from datetime import datetime

from lazo.sending import Channel, Sending


@dataclass(frozen=True, slots=True)
class CustomerMessage(Sending):
    """One message to a customer, as the wording guard let it pass. `subject` is "" for an SMS; `template` None for
    free text; `failure` the last reason why it was not sent."""

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
    sent_at: datetime | None = None
    failure: str | None = None
