"""Months that were rolled up, of stores, brands and all, are what a count of their answers gives."""

from typing import Any

from tests.recount import wrong_months
from tests.simulation.month import Month


def problems(month: Month, items: list[dict[str, Any]]) -> list[str]:
    """What is wrong, in words; [] when every month that waits for no roll-up is right."""
    if not any(item["pk"] == "GROUP#all" and "counts" in item for item in items):
        return ["no month was rolled up"]
    zones = {store_id: str(store["timezone"]) for store_id, store in month.stores.items()}
    brands = {store_id: str(store["brand"]) for store_id, store in month.stores.items()}
    return wrong_months(items, zones, brands)
