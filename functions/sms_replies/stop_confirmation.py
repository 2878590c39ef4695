"""Confirm by one SMS that a customer gets no more, where the number has not answered them itself."""

from datetime import datetime

from lazo.customer.acknowledgement import Acknowledgement
from lazo.customer.identity import CustomerKeys
from lazo.messaging.two_way_sms import is_answered_by_aws
from lazo.table import customers
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import opt_outs
from lazo.workflows.acknowledgements import build_acknowledgement
from lazo.workflows.contacts import ReadStore


def confirmation_of_stop(
    table: Table, keys: CustomerKeys, phone: str, text: str, read_store: ReadStore, now: datetime
) -> Acknowledgement | None:
    """Return the message that confirms a stop which is not recorded yet, in the language of the customer's newest
    answer. None if they stopped before, are no customer whom a store may write to, or were answered."""
    if is_answered_by_aws(text):
        return None
    reach = customers.load_history(table, keys.key, keys.also).reachable
    store = read_store(reach.store_id) if reach else None
    if reach is None or store is None:
        return None
    request = f"{keys.key}|{opt_outs.changed_at(table, keys.key)}"
    return build_acknowledgement(
        table, "stopped", phone, (keys.key,), store, reach.language, now, request=request
    )
