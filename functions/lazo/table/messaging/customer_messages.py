"""Messages to customers in the table: enqueued, then claimed by one sender at a time (`CLAIMS`)."""

from collections.abc import Mapping
from typing import Any

from lazo.messaging.customer_message import CustomerMessage
from lazo.messaging.send_state import EVENT_GRACE
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put
from lazo.table.messaging.claims import Claims
from lazo.timestamps import format_timestamp

CHILD_KIND = "MESSAGE"


def _key(message: CustomerMessage) -> Key:
    return keys.child(message.followup_id, CHILD_KIND, message.message_id)


CLAIMS = Claims(_key)
_RECORD = Record(CustomerMessage, without=("customer_keys",), sparse=("automatic",))


def message_put(message: CustomerMessage) -> Put:
    """Return the write that enqueues a message. The sweep takes over once the event should have reached notify, and not
    before the message may be sent."""
    key = _key(message)
    due = max(message.starts_at, message.at + EVENT_GRACE)
    return Put(
        {
            "pk": key.pk,
            "sk": key.sk,
            **_RECORD.item(message),
            "due_pk": keys.due_partition(key),
            "due_at": format_timestamp(due),
        },
        condition="attribute_not_exists(pk)",
    )


def messages_of_followup(table: Table, followup_id: str) -> list[CustomerMessage]:
    """Return all messages about a follow-up, oldest first."""
    prefix = keys.child(followup_id, CHILD_KIND, "")
    return sorted(
        map(message_from_item, table.query_prefix(prefix.pk, prefix.sk)), key=lambda message: message.at
    )


def is_message(key: Key) -> bool:
    """Whether `key` is that of a message to a customer."""
    return key.sk.startswith(keys.child("", CHILD_KIND, "").sk)


def message_from_item(item: Mapping[str, Any]) -> CustomerMessage:
    """Return the message of an item."""
    return _RECORD.read(item)
