"""One message to a person in place of several deliveries (`BUNDLE_CLAIMS`).

What is to be told collects in one item for each user and channel. When its time has come, that item is closed: what it
collected becomes a bundle, which is claimed and sent like any message, and the next delivery starts to collect anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.send_state import EVENT_GRACE, SendState
from lazo.store.contacts import Channel
from lazo.table import followups
from lazo.table.dynamodb import keys, staff_keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put, Update, set_attributes
from lazo.table.messaging import deliveries
from lazo.table.messaging.claims import Claims
from lazo.timestamps import format_timestamp

KEPT_FOR: Final = timedelta(days=60)
"""Far longer than attempts go on."""
DELIVERIES_AT_MOST: Final = 500
"""In one bundle: a flood must not make it an item that DynamoDB refuses, or that takes too long to read."""


@dataclass(frozen=True, slots=True)
class Collecting:
    """What waits to be told to a user on a channel, from `sends_at` on. `names`: the deliveries, as
    `staff_keys.bundled` names them; `n` counts every change. `closed_at`: when the bundle before it was closed."""

    user_id: str
    channel: Channel
    sends_at: datetime
    n: int
    names: frozenset[str]
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bundle(SendState):
    """One SMS or e-mail to a user that tells the deliveries `names`; closed at `closed_at`. `failure`: the last reason
    why it was not sent, or did not arrive."""

    user_id: str
    channel: Channel
    closed_at: datetime
    names: frozenset[str]
    failure: str | None = None

    @property
    def bundle_id(self) -> str:
        """Return the id in events, and on the deliveries that it told."""
        return staff_keys.bundle_id(_key(self))


class _Changed(Exception):
    """Something was collected, or another sender closed the bundle, since it was read."""


def collect(table: Table, user_id: str, delivery: Delivery, sends_at: datetime) -> bool:
    """Leave a delivery to the next bundle of a user, which goes out at `sends_at` or sooner. A repetition changes
    nothing. Returns False if that bundle is full."""
    key, at = staff_keys.collecting_bundle(user_id, delivery.channel), format_timestamp(sends_at)
    name = staff_keys.bundled(deliveries.CLAIMS.key(delivery))
    added = {":names": {name}, ":one": 1, ":name": name, ":most": DELIVERIES_AT_MOST}
    room = "(attribute_not_exists(delivery_names) OR size(delivery_names) < :most OR contains(delivery_names, :name))"
    first = set_attributes(
        key,
        {
            "user_id": user_id,
            "channel": delivery.channel,
            "sends_at": at,
            "due_pk": keys.due_partition(key),
            "due_at": at,
            "expires_at": int((sends_at + KEPT_FOR).timestamp()),
        },
        "ADD delivery_names :names, n :one",
        condition=f"(attribute_not_exists(#sends_at) OR #sends_at > :sends_at) AND {room}",
        values=added,
    )
    further = Update(
        key,
        "ADD delivery_names :names, n :one",
        added,
        condition=f"attribute_exists(sends_at) AND {room}",
    )
    # Between the two, the bundle may be closed and another begun.
    if not any(table.update_if(write) for write in (first, further, first)):
        return False
    deliveries.mark_digested(table, delivery)
    return True


def get_bundle(table: Table, bundle_id: str) -> Collecting | Bundle | None:
    """Return what an event names, or None when it is gone or collects nothing."""
    key = staff_keys.bundle_key(bundle_id)
    item = table.get(key)
    if item is None or not item.get("delivery_names"):
        return None
    return collecting_from_item(item) if is_collecting(key) else bundle_from_item(item)


def close(table: Table, collecting: Collecting, now: datetime) -> Bundle | None:
    """Make a bundle of what was collected; None if something changed since it was read."""
    bundle = Bundle(collecting.user_id, collecting.channel, now, collecting.names)
    key = _key(bundle)
    put = Put(
        key.item(
            **_BUNDLE.item(bundle),
            delivery_names=set(bundle.names),
            due_pk=keys.due_partition(key),
            due_at=format_timestamp(now + EVENT_GRACE),
            expires_at=int((now + KEPT_FOR).timestamp()),
        ),
        condition="attribute_not_exists(pk)",
        error=_Changed(),
    )
    try:
        set_closed = ("SET closed_at = :closed_at ", {":closed_at": format_timestamp(now)})
        table.transact([put, _emptied(collecting, *set_closed, error=_Changed())])
    except _Changed:
        return None
    return bundle


def discard(table: Table, collecting: Collecting) -> None:
    """Forget what was collected, unless something changed since it was read."""
    table.update_if(_emptied(collecting, ""))


def postpone(table: Table, collecting: Collecting, until: datetime) -> None:
    """Go on collecting until `until`, unless something changed since it was read."""
    at = format_timestamp(until)
    seen = {":seen": collecting.n}
    table.update_if(
        set_attributes(
            _collecting_key(collecting), {"sends_at": at, "due_at": at}, condition="n = :seen", values=seen
        )
    )


def bundled_deliveries(table: Table, names: frozenset[str]) -> list[tuple[Delivery, FollowUp]]:
    """Return the deliveries of a bundle, each with its follow-up; those that are erased are left out."""
    found = table.batch_get(staff_keys.bundled_delivery(name) for name in sorted(names))
    cases = table.batch_get(keys.followup(item["followup_id"]) for item in found.values())
    return [
        (deliveries.delivery_from_item(item), followups.followup_from_item(case))
        for item in found.values()
        if (case := cases.get(keys.followup(item["followup_id"])))
    ]


def id_of(key: Key) -> str:
    """Return how events name the bundle at `key`, or what still collects there."""
    return staff_keys.bundle_id(key)


def is_collecting(key: Key) -> bool:
    """Whether what is at `key` still collects."""
    return key.sk.startswith(staff_keys.COLLECTING_PREFIX)


def is_bundle(key: Key) -> bool:
    """Whether `key` is that of a bundle, closed or not."""
    return key.sk.startswith(staff_keys.BUNDLE_PREFIX) or is_collecting(key)


def collecting_from_item(item: Mapping[str, Any]) -> Collecting:
    """Return what an item collects."""
    return _COLLECTING.read(item, names=frozenset(item["delivery_names"]))


def bundle_from_item(item: Mapping[str, Any]) -> Bundle:
    """Return the bundle of an item."""
    return _BUNDLE.read(item, names=frozenset(item["delivery_names"]))


def _emptied(
    collecting: Collecting,
    more: str,
    values: Mapping[str, Any] | None = None,
    error: Exception | None = None,
) -> Update:
    return Update(
        _collecting_key(collecting),
        f"{more}REMOVE delivery_names, sends_at, due_pk, due_at ADD n :one",
        {":one": 1, ":seen": collecting.n, **(values or {})},
        condition="n = :seen",
        error=error,
    )


def _collecting_key(collecting: Collecting) -> Key:
    return staff_keys.collecting_bundle(collecting.user_id, collecting.channel)


def _key(bundle: Bundle) -> Key:
    return staff_keys.bundle(bundle.user_id, bundle.channel, format_timestamp(bundle.closed_at))


BUNDLE_CLAIMS = Claims(_key)
_COLLECTING = Record(Collecting, without=("names",))
_BUNDLE = Record(Bundle, without=("names",))
