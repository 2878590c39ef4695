"""Links that prove an address, in the table. They hold the address until they end (TTL)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from lazo.customer.address_link import LINKS_PER_DAY, AddressLink
from lazo.table.dynamodb import customer_partition
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Put, count_within
from lazo.table.messaging import one_off

_RECORD: Final = Record(AddressLink, sparse=("from_key", "answered_at_store", "answer_ulid"))
_COUNTED_FOR: Final = timedelta(days=2)


class TooManyLinks(Exception):
    """As many links as a day allows were asked for from this page."""


def put_link(table: Table, link: AddressLink, asked_with: str) -> None:
    """Store a link, and count it for the key on whose page it was asked for, unless it is stored already. Raises
    TooManyLinks."""
    if table.get(customer_partition.address_link(link.link_id)):
        return
    expires_at = int(link.ends_at.timestamp())
    of = customer_partition.address_link_of_customer(link.from_key or link.customer_key, link.link_id)
    day = customer_partition.address_links_of_day(asked_with, f"{link.at:%Y-%m-%d}")
    table.transact(
        [
            count_within(day, LINKS_PER_DAY, link.at + _COUNTED_FOR, error=TooManyLinks()),
            Put(
                customer_partition.address_link(link.link_id).item(
                    **_RECORD.item(link), expires_at=expires_at
                )
            ),
            Put(of.item(link_id=link.link_id, expires_at=expires_at)),
        ]
    )


def get_link(table: Table, link_id: str, now: datetime) -> AddressLink | None:
    """Return the link, or None if there is none or it has ended: TTL is late."""
    item = table.get(customer_partition.address_link(link_id))
    link = link_from_item(item) if item else None
    return link if link and now < link.ends_at else None


def link_from_item(item: Mapping[str, Any]) -> AddressLink:
    """Return the link of an item."""
    return _RECORD.read(item)


def removals(link: AddressLink) -> list[Delete]:
    """Return the writes that remove a link with all that belongs to it."""
    of = customer_partition.address_link_of_customer(link.from_key or link.customer_key, link.link_id)
    return [
        Delete(of),
        Delete(customer_partition.address_link(link.link_id)),
        Delete(customer_partition.address_link_message(link.link_id)),
    ]


def claim_message(table: Table, link: AddressLink, now: datetime) -> bool:
    """Claim the message with the link. Returns False if it was sent, has failed, or is being sent."""
    message = customer_partition.address_link_message(link.link_id)
    return one_off.claim(table, message, f"address_{link.purpose}", link.ends_at, now)


def record_sent(table: Table, link: AddressLink, provider_id: str) -> None:
    """Record that the provider accepted the message."""
    one_off.record_sent(table, customer_partition.address_link_message(link.link_id), provider_id)


def record_not_sent(table: Table, link: AddressLink, code: str, *, again: bool) -> None:
    """Record that the message was not sent, or may have been; `code` says why, `again` whether it is tried again."""
    one_off.record_not_sent(table, customer_partition.address_link_message(link.link_id), code, again=again)
