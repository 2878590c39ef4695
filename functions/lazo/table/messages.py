"""What all messages of the table have in common, whoever they are for."""

from datetime import datetime

from lazo.table.dynamodb.table import Item, Key
from lazo.table.messaging import customer_messages, deliveries
from lazo.timestamps import from_text


def unfinished_for(key: Key, item: Item, now: datetime) -> float:
    """For how many seconds a message might have gone out and has not; 0.0 for what is no message. What it was put off
    until, by the hours of its reader or by a pause, does not count."""
    if not deliveries.is_delivery(key) and not customer_messages.is_message(key):
        return 0.0
    from_when = [item.get("not_before") or item.get("at"), item.get("lease_until")]
    since = max(from_text(each) for each in from_when if each)
    return max(0.0, (now - since).total_seconds())
