"""Messages to customers in the table: owed, claimed by one sender at a time (`CLAIMS`), and what became of them."""

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

KIND = "MESSAGE"


def _key(message: CustomerMessage) -> Key:
    return keys.child(message.followup_id, KIND, message.message_id)


CLAIMS = Claims(_key)
_RECORD = Record(CustomerMessage, without=("customer_keys",), sparse=("automatic",))


def message_put(message: CustomerMessage) -> Put:
    """The write that owes a message, due at the latest when the event should have reached notify, or when it may be
    sent, where that is later."""
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
    """All messages about a follow-up, oldest first."""
    prefix = keys.child(followup_id, KIND, "")
    return sorted(map(read, table.query_prefix(prefix.pk, prefix.sk)), key=lambda message: message.at)


def is_message(key: Key) -> bool:
    """Whether a message to a customer stands at `key`."""
    return key.sk.startswith(keys.child("", KIND, "").sk)


def read(item: Mapping[str, Any]) -> CustomerMessage:
    """A message from its item."""
    return _RECORD.read(item)
