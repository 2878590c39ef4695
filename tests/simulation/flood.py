"""Whether anybody of the staff was flooded, counted from the outbox."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.simulation.month import Month

Item = dict[str, Any]

AN_HOUR_AT_MOST = 20


def people_flooded(month: Month, told: dict[str, list[Item]], lost: int) -> Iterator[str]:
    """Nobody gets more SMS, or more e-mails, in any 60 minutes than the store's limit, danger apart."""
    addresses: dict[str, int] = {}
    for store in month.stores.values():
        most = store["policy"].get("contact_messages_per_hour", AN_HOUR_AT_MOST)
        for contact in store["contacts"]:
            for address in filter(None, (contact.get("phone"), contact["email"])):
                addresses[address] = max(most, addresses.get(address, 0))
    for address, most in addresses.items():
        at = sorted(
            m.at
            for m in month.messages
            if m.to == address and any(case["priority"] != "urgent" for case in told.get(m.provider_id, ()))
        )
        for n, first in enumerate(at):
            within = sum(each < first + timedelta(hours=1) for each in at[n:])
            if within > most + lost:
                yield f"{address} got {within} messages within an hour from {first}"
                break


def most_in_an_hour(month: Month, items: list[Item]) -> int:
    """The most messages about cases that one person got in any 60 minutes, danger included."""
    told = {
        i["provider_id"]
        for i in (*month.removed, *items)
        if "provider_id" in i and i["sk"].startswith("DELIVERY#")
    }
    most = 0
    for person in {
        (c.get("phone"), c["email"]) for store in month.stores.values() for c in store["contacts"]
    }:
        at = sorted(m.at for m in month.messages if m.to in person and m.provider_id in told)
        most = max([most, *(sum(f <= e < f + timedelta(hours=1) for e in at) for f in at)])
    return most
