"""What a provider said later of a message that it had accepted: which message that was, and recording it there.

Providers name a message by their own id, so each that is sent leaves an item that leads from that id to it.
"""

from datetime import datetime, timedelta

from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Table
from lazo.table.dynamodb.writes import Item, Key, Put, Update
from lazo.timestamps import format_timestamp

KEPT_FOR = timedelta(days=7)
"""A carrier's word can come 72 hours later (AWS End User Messaging), a bounce some days (SES retries for 14 hours)."""


def record_receipt(table: Table, provider_id: str, message: Key, now: datetime) -> None:
    """Remember which message a provider gave its id to."""
    key = keys.provider_receipt(provider_id)
    table.put(
        Put(
            {
                "pk": key.pk,
                "sk": key.sk,
                "message_pk": message.pk,
                "message_sk": message.sk,
                "expires_at": int((now + KEPT_FOR).timestamp()),
            }
        )
    )


def receipt_key(table: Table, provider_id: str) -> Key | None:
    """Where the message of this id stands; None when nothing is known of it."""
    item = table.get(keys.provider_receipt(provider_id))
    return Key(item["message_pk"], item["message_sk"]) if item else None


def mark_not_arrived(table: Table, message: Key, provider_id: str, code: str, now: datetime) -> Item | None:
    """Record that a message that was sent did not arrive; `code` says why. The item as it is now, also when it was
    recorded before; None when the message is not there any more, or was not sent under this id."""
    write = Update(
        message,
        "SET #state = :failed, failure = :code, reported_at = :now",
        {
            ":failed": "failed",
            ":code": code,
            ":now": format_timestamp(now),
            ":sent": "sent",
            ":id": provider_id,
        },
        condition="#state = :sent AND provider_id = :id",
        names={"#state": "state"},
    )
    try:
        return table.update(write)
    except ConditionFailed as failed:
        there = failed.item
        again = there.get("provider_id") == provider_id and there.get("state") == "failed"
        return there if again else None


def mark_complained(table: Table, message: Key, provider_id: str, now: datetime) -> Item | None:
    """Record that its receiver called a message unwanted; the item as it is now, None when it is not there."""
    write = Update(
        message,
        "SET complained_at = :now",
        {":now": format_timestamp(now), ":id": provider_id},
        condition="provider_id = :id",
    )
    try:
        return table.update(write)
    except ConditionFailed:
        return None
