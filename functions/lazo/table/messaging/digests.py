"""One message an hour in place of those that a limit held back from a contact (`DIGEST_CLAIMS`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.send_state import SendState
from lazo.store.contacts import Channel
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, set_attributes
from lazo.table.messaging.claims import Claims
from lazo.table.messaging.rate_limits import end_of_hour, hour_of
from lazo.timestamps import format_timestamp

DIGEST_KEPT_FOR = timedelta(days=60)
"""Far longer than attempts go on."""
FOLLOWUPS_AT_MOST = 500
"""In one digest: a flood must not make it an item that DynamoDB refuses, or that takes too long to read."""


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

    @property
    def sends_at(self) -> datetime:
        """Return the end of its hour."""
        return end_of_hour(self.hour)


def defer_to_digest(table: Table, delivery: Delivery, now: datetime) -> bool:
    """Add a delivery to this hour's digest, or to the next hour's if this one is being sent or full. A repetition
    changes nothing. Returns False if the next hours' are full too."""
    for hour in (hour_of(now), hour_of(now + timedelta(hours=1)), hour_of(now + timedelta(hours=2))):
        key = keys.digest(delivery.store_id, keys.digest_id(hour, delivery.contact_id, delivery.channel))
        write = set_attributes(
            key,
            {
                "store_id": delivery.store_id,
                "hour": hour,
                "contact_id": delivery.contact_id,
                **({"channel": delivery.channel} if delivery.channel != "sms" else {}),
                "due_pk": keys.due_partition(key),
                "due_at": format_timestamp(end_of_hour(hour)),
                "state": "pending",
                "attempts": 0,
                "unclear": 0,
                "expires_at": int((end_of_hour(hour) + DIGEST_KEPT_FOR).timestamp()),
            },
            "ADD followups :followup",
            # A claimed digest has its list already: a follow-up added now would not be in the message.
            condition="attribute_not_exists(#state) OR (#state = :state AND #attempts = :attempts AND "
            "(size(followups) < :most OR contains(followups, :id)))",
            values={
                ":followup": {delivery.followup_id},
                ":id": delivery.followup_id,
                ":most": FOLLOWUPS_AT_MOST,
            },
        )
        if table.update_if(write) is not None:
            return True
    return False


def get_digest(table: Table, store_id: str, digest_id: str) -> Digest | None:
    """Return the digest that an event names, or None."""
    item = table.get(keys.digest(store_id, digest_id))
    return digest_from_item(item) if item else None


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
