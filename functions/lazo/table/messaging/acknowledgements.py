"""Messages that tell customers that what they asked for was done, in the table.

The sweep makes notify send them. What is finished has lost the address and the customer's keys.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from lazo.customer.acknowledgement import Acknowledgement
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put
from lazo.table.messaging.claims import Claims
from lazo.timestamps import format_timestamp

_RECORD: Final = Record(Acknowledgement, sparse=("followup_id", "address_version"))


def _key(message: Acknowledgement) -> Key:
    return keys.acknowledgement(message.acknowledgement_id)


CLAIMS: Final = Claims(_key, forgets=("address", "customer_keys"))


def acknowledgement_put(message: Acknowledgement) -> Put:
    """Return the write that enqueues a message, in place of one with the same id. The sweep has it sent."""
    key = _key(message)
    due = {"due_pk": keys.due_partition(key), "due_at": format_timestamp(message.starts_at)}
    return Put(key.item(**_RECORD.item(message), **due, expires_at=int(message.ends_at.timestamp())))


def enqueue(table: Table, message: Acknowledgement) -> None:
    """Enqueue a message, unless there is or was one with its id."""
    table.put_or_get(replace(acknowledgement_put(message), condition="attribute_not_exists(pk)"))


def get_acknowledgement(table: Table, acknowledgement_id: str) -> Acknowledgement | None:
    """Return the message; None if there is none, or it is finished."""
    item = table.get(keys.acknowledgement(acknowledgement_id))
    return acknowledgement_from_item(item) if item and "address" in item else None


def acknowledgement_from_item(item: Mapping[str, Any]) -> Acknowledgement:
    """Return the message of an item that is not finished."""
    return _RECORD.read(item)


def is_acknowledgement(key: Key) -> bool:
    """Whether `key` is that of such a message."""
    return key.sk == keys.acknowledgement("").sk
