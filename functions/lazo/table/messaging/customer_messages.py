"""Messages to customers in the table: enqueued, then claimed by one sender at a time (`CLAIMS`)."""

from dataclasses import replace

from lazo.messaging.customer_message import CustomerMessage
from lazo.messaging.send_state import EVENT_GRACE
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Children, Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put, set_attributes
from lazo.table.messaging.claims import Claims
from lazo.timestamps import format_timestamp

MESSAGES = Children(
    "MESSAGE", Record(CustomerMessage, without=("customer_keys",), sparse=("automatic",)), "message_id"
)
is_message = MESSAGES.is_one
message_from_item = MESSAGES.read
messages_of_followup = MESSAGES.of_followup


def _key(message: CustomerMessage) -> Key:
    return MESSAGES.key(message.followup_id, message.message_id)


CLAIMS = Claims(_key)


HELD_BACK = "customer_week"
"""The `failure` of an optional message that was not sent because the customer's week had no room for it."""

SAID_LATER = "said_later"
"""The `failure` of a message that was not sent because a later one says the same."""


def news_key(followup_id: str, improvement_id: str) -> Key:
    """Return the key of the message that tells the customer of a follow-up of an improvement."""
    return MESSAGES.key(followup_id, f"{improvement_id}-improved")


def held_back_put(message: CustomerMessage) -> Put:
    """Return the write that keeps a message that is not sent, so that the case can show it."""
    held = replace(message, state="cancelled", failure=HELD_BACK)
    return Put(MESSAGES.item(message.followup_id, held), condition="attribute_not_exists(pk)")


def turn_into_email(table: Table, message: CustomerMessage, subject: str) -> CustomerMessage | None:
    """Make an e-mail of a message that was to be an SMS. Returns None if another sender has it."""
    write = set_attributes(
        _key(message),
        {"channel": "email", "subject": subject},
        condition="#state = :seen AND attempts = :attempts",
        values={":seen": message.state, ":attempts": message.attempts},
    )
    changed = table.update_if(replace(write, names={**(write.names or {}), "#state": "state"}))
    return message_from_item(changed) if changed else None


def message_put(message: CustomerMessage) -> Put:
    """Return the write that enqueues a message. The sweep takes over once the event should have reached notify, and not
    before the message may be sent."""
    key = _key(message)
    due = max(message.starts_at, message.at + EVENT_GRACE)
    item = MESSAGES.item(message.followup_id, message)
    item |= {"due_pk": keys.due_partition(key), "due_at": format_timestamp(due)}
    return Put(item, condition="attribute_not_exists(pk)")
