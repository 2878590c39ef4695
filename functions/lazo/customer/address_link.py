"""A link that is sent to an address to prove that whoever asked for it can read what arrives there.

It is asked for on a customer's page, whose own link proves one address only (`lazo.auth.links`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from lazo.auth.links import ADDRESS_LINK_VALID_FOR
from lazo.followup.model import digest_id
from lazo.store.contacts import Channel

LinkPurpose = Literal["erase", "change"]
"""To erase what was left with a linked address, or to make an address that was typed on the page the customer's."""

LINKS_PER_DAY: Final = 5
"""How many links are sent on a day because the holder of one address asked for them."""


@dataclass(frozen=True, slots=True)
class AddressLink:
    """A link to `address`, whose customer key is `customer_key`, in the `language` of the page where it was asked for.
    To change an address, `from_key` is the key of the one that the page's own link proves, and the other two name the
    answer that the page is about; else they are ""."""

    link_id: str
    purpose: LinkPurpose
    customer_key: str
    address: str
    store_id: str
    language: str
    at: datetime
    from_key: str = ""
    answered_at_store: str = ""
    answer_ulid: str = ""

    @property
    def channel(self) -> Channel:
        """The channel of the address."""
        return "email" if "@" in self.address else "sms"

    @property
    def ends_at(self) -> datetime:
        """When the link ends."""
        return self.at + ADDRESS_LINK_VALID_FOR


def link_id_for(purpose: LinkPurpose, customer_key: str, from_key: str, at: datetime) -> str:
    """Return the link's id: the same on one day (UTC), so that a form sent twice sends one message. It reveals neither
    key."""
    return digest_id(f"{purpose}|{customer_key}|{from_key}|{at:%Y-%m-%d}")
