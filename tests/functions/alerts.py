"""Staff alerts: who receives them, their keys, and what happens to them meanwhile."""

from datetime import timedelta
from typing import Any

from lazo.followup import lifecycle
from lazo.table import followups
from tests.builders import WEEK, make_store
from tests.product import Product

ANAS_PHONE, ANAS_EMAIL = ("sms", "+56922345671"), ("email", "ana@aurora.example")
DIEGOS_PHONE, DIEGOS_EMAIL = ("sms", "+56922345672"), ("email", "diego@aurora.example")
MARTAS_EMAIL = ("email", "marta@aurora.example")
SMS, EMAIL = "0#0#sms#ana", "0#0#email#ana"
LEASE = timedelta(seconds=60)
NINE_TO_NINE = {**WEEK, "holidays": "as_usual"}


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def take_on(product: Product, contact_id: str = "ana") -> None:
    before = followups.followup_from_item(product.followup())
    followups.replace_followup(
        product.table, before, lifecycle.take_on(before, contact_id, make_store(), product.now())
    )


def event_of_sweep(product: Product) -> dict[str, Any]:
    """Run a sweep; return the one event that it publishes."""
    before = len(product.events())
    product.scheduler()
    (event,) = product.events()[before:]
    return event
