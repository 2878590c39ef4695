"""An e-mail that tells a contact of a store that touchpoints fell silent, once for each silence."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from lazo.messaging.send_state import SendState
from lazo.store.contacts import Channel

SENT_WITHIN: Final = timedelta(days=4)
"""After so long it is not sent any more: who has not looked at the poster by then reads it on the page."""


@dataclass(frozen=True, slots=True)
class SilenceNotice(SendState):
    """The notice of the day `on` to a contact about the touchpoints `codes`; not sent before `not_before`."""

    store_id: str
    contact_id: str
    on: date
    codes: tuple[str, ...]
    not_before: datetime

    @property
    def channel(self) -> Channel:
        """Always e-mail: a poster is nothing to wake anybody for, or to pay for."""
        return "email"

    @property
    def followup_id(self) -> str:
        """It belongs to no follow-up."""
        return ""

    @property
    def ends_at(self) -> datetime:
        """From when on it is not sent."""
        return self.not_before + SENT_WITHIN
