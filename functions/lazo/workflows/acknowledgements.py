"""Make the message that tells a customer that what they asked for was done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lazo.customer.acknowledgement import (
    Acknowledgement,
    Purpose,
    acknowledgement_id_for,
    can_be_told,
)
from lazo.store.model import Store
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import opt_outs


def build_acknowledgement(
    table: Table,
    purpose: Purpose,
    address: str | None,
    customer_keys: Sequence[str],
    store: Store,
    language: str,
    now: datetime,
    *,
    request: str,
    **more: Any,
) -> Acknowledgement | None:
    """Return the message about a `request` (its id) to the address that it came from; `more` holds further fields.
    None if no message reaches the address, or its customer takes none: they stopped them before, object to automatic
    ones, or restricted the use of their data."""
    if address is None or not can_be_told(address):
        return None
    if opt_outs.has_opted_out(table, customer_keys, "automatic_messages"):
        return None
    return Acknowledgement(
        acknowledgement_id=acknowledgement_id_for(purpose, request),
        purpose=purpose,
        address=address,
        customer_keys=tuple(customer_keys),
        store_id=store.store_id,
        language=language,
        at=now,
        **more,
    )
