"""A message that tells a customer, once, that what they asked for was done: their data erased, or messages stopped.

It goes to the address that they proved, which the message holds itself: nothing else may know it any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from lazo.followup.model import digest_id
from lazo.messaging.send_state import SendState
from lazo.store.contacts import Channel
from lazo.text.contact_details import can_be_sent_email, is_landline

Purpose = Literal["erased", "stopped"]

SENT_WITHIN: Final = timedelta(days=7)
"""After so long it is not sent any more: as long as a provider may be paused."""


@dataclass(frozen=True, slots=True)
class Acknowledgement(SendState):
    """The message to `address`, in the `language` of whoever asked. `customer_keys`: whose wishes count. Its state
    outlives the sending by some days; address and keys do not. `not_before`: the first time for it (None: at once).

    A stop leads back to the page where it was asked for: that of `followup_id`, whose link is signed for
    `address_version` of the address.
    """

    acknowledgement_id: str
    purpose: Purpose
    address: str
    customer_keys: tuple[str, ...]
    store_id: str
    language: str
    at: datetime
    not_before: datetime | None = None
    followup_id: str = ""
    address_version: int = 0

    @property
    def channel(self) -> Channel:
        """The channel of the address."""
        return "email" if "@" in self.address else "sms"

    @property
    def starts_at(self) -> datetime:
        """The first time at which it may be sent."""
        return self.not_before or self.at

    @property
    def ends_at(self) -> datetime:
        """From when on it is not sent, and all of it goes."""
        return self.at + SENT_WITHIN


def can_be_told(address: str) -> bool:
    """Return whether a message reaches the phone or e-mail."""
    return can_be_sent_email(address) if "@" in address else not is_landline(address)


def acknowledgement_id_for(purpose: Purpose, request: str) -> str:
    """Return the id of the message about a request, the same for the same one. It reveals nothing of it."""
    return digest_id(f"{purpose}|{request}")
