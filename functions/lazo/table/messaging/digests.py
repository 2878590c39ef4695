"""Digests of an earlier release: one message an hour in place of those that a limit held back from a contact.

Those that were not sent yet are left to `lazo.table.messaging.bundles`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.send_state import SendState
from lazo.store.contacts import Channel
from lazo.table import followups
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key
from lazo.table.messaging import deliveries
from lazo.table.messaging.claims import Claims


@dataclass(frozen=True, slots=True)
class Digest(SendState):
    """One SMS or e-mail to a contact in place of those that the limit held back in `hour`."""

    store_id: str
    hour: str
    contact_id: str
    followup_ids: frozenset[str]
    channel: Channel = "sms"

    @property
    def digest_id(self) -> str:
        """Return the id in events."""
        return keys.digest_id(self.hour, self.contact_id, self.channel)


def get_digest(table: Table, store_id: str, digest_id: str) -> Digest | None:
    """Return the digest that an event names, or None."""
    item = table.get(keys.digest(store_id, digest_id))
    return digest_from_item(item) if item else None


def digested_deliveries(table: Table, digest: Digest) -> Iterator[Delivery]:
    """Yield the deliveries that a digest stands for."""
    for followup_id in sorted(digest.followup_ids):
        followup = followups.get_followup(table, followup_id)
        if followup is None:
            continue
        for each in deliveries.deliveries_at_level(table, followup_id, followup.level):
            reader = (each.contact_id, each.channel)
            if each.state == "digested" and reader == (digest.contact_id, digest.channel):
                yield each


def is_digest(key: Key) -> bool:
    """Whether `key` is that of a digest."""
    return key.sk.startswith(keys.DIGEST_PREFIX)


def digest_from_item(item: Mapping[str, Any]) -> Digest:
    """Return the digest of an item."""
    return _DIGEST.read(item, followup_ids=frozenset(item["followups"]))


def _key(digest: Digest) -> Key:
    return keys.digest(digest.store_id, digest.digest_id)


DIGEST_CLAIMS = Claims(_key)
_DIGEST = Record(Digest, without=("followup_ids",))
