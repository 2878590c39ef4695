"""Find the message that a provider's later report is about, and record the report.

Providers name a message by their own id: an item per sent message leads from that id to it.
"""

from datetime import datetime, timedelta

from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Table
from lazo.table.dynamodb.writes import Item, Key, Put, set_attributes
from lazo.timestamps import format_timestamp

KEPT_FOR = timedelta(days=7)
"""A carrier's report can come 72 hours later (AWS End User Messaging), a bounce some days (SES retries for 14
hours)."""


def record_receipt(table: Table, provider_id: str, message: Key, now: datetime) -> None:
    """Store the key of the message that a provider gave this id."""
    receipt = keys.provider_receipt(provider_id).item(
        message_pk=message.pk, message_sk=message.sk, expires_at=int((now + KEPT_FOR).timestamp())
    )
    table.put(Put(receipt))


def receipt_key(table: Table, provider_id: str) -> Key | None:
    """Return the key of the message with this id, or None."""
    item = table.get(keys.provider_receipt(provider_id))
    return Key(item["message_pk"], item["message_sk"]) if item else None


def mark_not_arrived(table: Table, message: Key, provider_id: str, code: str, now: datetime) -> Item | None:
    """Record that a sent message did not arrive; `code` says why. Returns the item afterwards, also if it was recorded
    before; None if the message is gone, or was not sent under this id."""
    write = set_attributes(
        message,
        {"state": "failed", "failure": code, "reported_at": format_timestamp(now)},
        condition="#state = :sent AND provider_id = :id",
        values={":sent": "sent", ":id": provider_id},
    )
    try:
        return table.update(write)
    except ConditionFailed as failed:
        item = failed.item
        # A repeated report finds "failed", and the caller must be able to complete what follows from it.
        repeated = item.get("provider_id") == provider_id and item.get("state") == "failed"
        return item if repeated else None


def reopen(table: Table, message: Key, provider_id: str, code: str, now: datetime) -> Item | None:
    """Return a sent message that did not arrive to pending, due now and with all its attempts; `code` says why. Returns
    the item afterwards; None if it was done before, if the message is gone, or was not sent under this id."""
    at = format_timestamp(now)
    due = {"due_pk": keys.due_partition(message), "due_at": at, "lease_until": at}
    write = set_attributes(
        message,
        {"state": "pending", "attempts": 0, "unclear": 0, "failure": code, "reported_at": at, **due},
        "REMOVE provider_id",
        condition="#state = :sent AND provider_id = :id",
        values={":sent": "sent", ":id": provider_id},
    )
    return table.update_if(write)


def mark_complained(table: Table, message: Key, provider_id: str, now: datetime) -> Item | None:
    """Record a complaint about a message. Returns the item afterwards, None if the message is gone or was not sent
    under this id."""
    complained = {"complained_at": format_timestamp(now)}
    return table.update_if(
        set_attributes(message, complained, condition="provider_id = :id", values={":id": provider_id})
    )
