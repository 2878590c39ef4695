"""Sweeps of followup_scheduler, and items that they cannot handle."""

from typing import Any

from lazo.timestamps import format_timestamp
from tests.product import Product

IDLE = {"acted": 0, "failed": 0}


def new_events(product: Product) -> list[tuple[str, int]]:
    """Run a sweep; return type and level of each event that it publishes."""
    before = len(product.events())
    product.scheduler()
    return [(e["type"], e["level"]) for e in product.events()[before:]]


def put_broken_item(product: Product, number: int = 1, **changes: Any) -> tuple[str, str]:
    """Store an item that is due and that no sweep can handle; return its key."""
    key = {"pk": f"ODD#{number}", "sk": f"ODD#{number}"}
    product.change({**key, "due_pk": "due#0", "due_at": format_timestamp(product.now()), **changes})
    return key["pk"], key["sk"]
