"""Measure how long messages have waited that could have been sent."""

from datetime import datetime

from lazo.messaging.send_state import SendState
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import customer_messages, deliveries


def seconds_unsent(key: Key, item: Item, now: datetime) -> float:
    """Return for how many seconds a message could have been sent and was not; 0.0 for an item that is no message.

    Time for which a message was held back, by its reader's hours or after a failed attempt, does not count.
    """
    if deliveries.is_delivery(key):
        delivery = deliveries.delivery_from_item(item)
        return _seconds_since(delivery.not_before, delivery, now)
    if customer_messages.is_message(key):
        message = customer_messages.message_from_item(item)
        return _seconds_since(message.starts_at, message, now)
    return 0.0


def _seconds_since(not_before: datetime, message: SendState, now: datetime) -> float:
    since = max(not_before, message.lease_until) if message.lease_until else not_before
    return max(0.0, (now - since).total_seconds())
