"""Events and answers of a customer whose early signals are weighed."""

from datetime import timedelta
from typing import Any

from lazo.customer.event import CustomerEvent
from lazo.customer.timeline import Timeline
from lazo.table import customers
from tests.builders import consent
from tests.product import Product

EVA, MAIL = "e" * 32, "f" * 32
DAY = timedelta(days=1)


def put_event(product: Product, event_id: str, kind: Any = "complaint", **changes: Any) -> CustomerEvent:
    """Store an event (the stream has it too), of now unless `changes` says otherwise."""
    values = {"customer_key": EVA, "store_id": "norte", "at": product.now(), "received_at": product.now()}
    event = CustomerEvent(event_id, "crm", kind, **{**values, **changes})
    assert customers.put_event(product.table, event) == "new"
    return event


def accept_answer(product: Product, **changes: Any) -> None:
    """Store an answer with a phone, from the customer of the events unless `changes` says otherwise."""
    given = {"phone": "+56987654321", "consent": consent(), "customer_key": EVA, "comment": ""}
    product.accept(**{**given, **changes})


def stored_events(product: Product) -> list[Any]:
    return product.items("EVENT#")


def load_timeline(product: Product, key: str | None = EVA) -> Timeline:
    return customers.load_timeline(product.table, product.open_store(), key, product.now())
