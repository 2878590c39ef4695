"""Messages to staff in the table: enqueued, then claimed by one sender at a time (`CLAIMS`)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lazo.followup.staff_deliveries import TO_ESCALATION_LEVEL, Delivery
from lazo.messaging.send_state import EVENT_GRACE
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put
from lazo.table.messaging.claims import Claims
from lazo.timestamps import format_timestamp, parse_timestamp


def delivery_put(delivery: Delivery) -> Put:
    """Return the write that enqueues a delivery. The sweep takes over once the event should have reached notify, and
    not before the delivery may be sent."""
    key = _key(delivery)
    due = max(delivery.not_before, delivery.planned_at + EVENT_GRACE)
    item = key.item(
        **_RECORD.item(delivery),
        ref=_ref(delivery) or None,
        due_pk=keys.due_partition(key, delivery.priority),
        due_at=format_timestamp(due),
    )
    return Put(item, condition="attribute_not_exists(pk)")


def enqueue(table: Table, delivery: Delivery) -> None:
    """Enqueue a delivery, unless it is enqueued already."""
    table.put_or_get(delivery_put(delivery))


def deliveries_at_level(table: Table, followup_id: str, level: int) -> list[Delivery]:
    """Return all deliveries of one level of a follow-up, in any state, SMS first."""
    found = table.query_prefix(keys.followup(followup_id).pk, keys.deliveries_of(level))
    return sms_first(map(delivery_from_item, found))


def sms_first(found: Iterable[Delivery]) -> list[Delivery]:
    """Return deliveries in the order in which they go out: people see an SMS first."""
    return sorted(found, key=lambda delivery: delivery.channel != "sms")


def notified_contacts(table: Table, followup_id: str) -> list[tuple[datetime, str]]:
    """Return when each contact was first sent something about a follow-up, with their ids, oldest first."""
    every = table.query_prefix(keys.followup(followup_id).pk, keys.DELIVERY_PREFIX)
    sent = sorted((parse_timestamp(i["sent_at"]), i["contact_id"]) for i in every if i["state"] == "sent")
    first = {contact_id: at for at, contact_id in reversed(sent)}
    return sorted((at, contact_id) for contact_id, at in first.items())


def first_alert_time(table: Table, followup_id: str) -> datetime | None:
    """Return when a provider accepted the first message that asks somebody to take a follow-up on; None if none was."""
    every = table.query_prefix(keys.followup(followup_id).pk, keys.DELIVERY_PREFIX)
    return first_alert_among(item for item in every if item["state"] == "sent")


def first_alert_among(sent: Iterable[Item]) -> datetime | None:
    """Return the same of the items of deliveries that were sent."""
    times = [item["sent_at"] for item in sent if item["purpose"] in TO_ESCALATION_LEVEL]
    return parse_timestamp(min(times)) if times else None


def is_delivery(key: Key) -> bool:
    """Whether `key` is that of a delivery."""
    return key.sk.startswith(keys.DELIVERY_PREFIX)


def mark_digested(table: Table, delivery: Delivery) -> None:
    """Record that a bundle will tell the delivery."""
    CLAIMS.end(table, delivery, "digested")


def mark_told(table: Table, delivery: Delivery, bundle_id: str, provider_id: str, now: datetime) -> None:
    """Record that a bundle, sent under the provider's id, has told the delivery."""
    sent = {"provider_id": provider_id, "sent_at": format_timestamp(now), "bundle": bundle_id}
    CLAIMS.end(table, delivery, "sent", sent)


def _key(delivery: Delivery) -> Key:
    return keys.delivery(
        delivery.followup_id,
        delivery.level,
        delivery.round,
        delivery.channel,
        delivery.contact_id,
        _ref(delivery),
    )


def _ref(delivery: Delivery) -> str:
    return keys.delivery_ref(delivery.purpose, delivery.promise_id, delivery.ref)


CLAIMS = Claims(_key)
_RECORD = Record(Delivery, without=("ref", "promise_id"), sparse=("about", "bundle", "asks"))


def delivery_from_item(item: Mapping[str, Any]) -> Delivery:
    """Return the delivery of an item."""
    promise_id, ref = keys.promise_and_ref(item.get("ref", ""))
    return _RECORD.read(item, promise_id=promise_id, ref=ref)
