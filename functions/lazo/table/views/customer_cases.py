"""List the follow-ups of a customer, found by a phone or e-mail, open or ended."""

from collections.abc import Iterable
from typing import Final

from lazo.followup.model import FollowUp
from lazo.table import followups
from lazo.table.dynamodb import customer_partition
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key

NEWEST: Final = 100
"""So many of the newest answers and follow-ups under each key are read."""


def followups_of_customers(table: Table, customer_keys: Iterable[str]) -> list[FollowUp]:
    """Return the follow-ups under these keys, the newest first, without those that were erased or restricted. One query
    a key."""
    found: dict[str, FollowUp] = {}
    for key in dict.fromkeys(customer_keys):
        for item in table.query_customer_index(customer_partition.customer(key), NEWEST):
            if followups.is_followup(Key.key_of(item)):
                followup = followups.followup_from_item(item)
                found[followup.followup_id] = followup
    usable = (each for each in found.values() if each.erased_at is None and each.restricted_at is None)
    return sorted(usable, key=lambda each: each.opened_at, reverse=True)
