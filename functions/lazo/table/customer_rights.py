"""What customers object to, and which of them restricted the use of their data, in the table.

One item a customer key says both. While a restriction is applied or lifted (`lazo.table.restriction`) it is due.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from lazo.customer.rights import CustomerRights, Objection, of_all
from lazo.table.dynamodb import customer_partition, keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Update, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

Way = Literal["page", "operator"]


def rights_of(table: Table, customer_keys: Iterable[str | None]) -> CustomerRights:
    """Return what holds for a customer (consistent reads)."""
    wanted = dict.fromkeys(key for key in customer_keys if key)
    found = (table.get(customer_partition.customer_rights(key)) for key in wanted)
    return of_all(rights_from_item(item) for item in found if item)


def rights_from_item(item: Mapping[str, Any]) -> CustomerRights:
    """Return the rights of an item."""
    restricted, ended = item.get("restricted_at"), item.get("links_ended_until")
    return CustomerRights(
        parse_timestamp(restricted) if restricted else None,
        tuple(item.get("objections", ())),
        parse_timestamp(ended) if ended else None,
    )


def is_rights(key: Key) -> bool:
    """Whether `key` is that of a customer's rights."""
    return key == customer_partition.customer_rights(customer_partition.customer_key_in(key.pk))


def record_objections(
    table: Table, customer_keys: Iterable[str], objections: Sequence[Objection], way: Way, now: datetime
) -> None:
    """Store what a customer objects to, in place of what they objected to before. May be repeated."""
    said = {"objections": list(objections), "objected_at": format_timestamp(now), "objected_way": way}
    for customer_key in customer_keys:
        table.update(set_attributes(customer_partition.customer_rights(customer_key), said))


def end_links(table: Table, customer_keys: Iterable[str], now: datetime) -> datetime:
    """End every link to a customer's page that was sent until now, and return from when on new ones work: links know
    the day (UTC) on which they were made."""
    until = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    for customer_key in customer_keys:
        key = customer_partition.customer_rights(customer_key)
        table.update(set_attributes(key, {"links_ended_until": format_timestamp(until)}))
    return until


def restriction_update(customer_key: str, restrict: bool, way: Way, now: datetime) -> Update:
    """Return the write that restricts the use of a customer's data, or lifts that, and makes it due."""
    key = customer_partition.customer_rights(customer_key)
    at = format_timestamp(now)
    said = {
        "asked_at": at,
        "asked_way": way,
        "due_pk": keys.due_partition(key),
        "due_at": at,
        **({"restricted_at": at} if restrict else {}),
    }
    return set_attributes(key, said, "" if restrict else "REMOVE restricted_at")
