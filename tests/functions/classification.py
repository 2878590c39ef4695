"""Checks of what classify has written and published."""

from lazo.followup.model import followup_id_for
from lazo.survey.answer import Answer
from tests.product import Product
from tests.recount import counted, recount

SANTIAGO = "America/Santiago"


def counts_match(product: Product) -> bool:
    """Check that counters equal a recount, and that each unhappy answer has exactly one follow-up."""
    items = product.cloud.items()
    unhappy = {
        followup_id_for(item["store_id"], item["ulid"])
        for item in items
        if item.get("band") == "detractor"
        and (not item["suspect"] or item["comment"] or item["reasons"] or "phone" in item or "email" in item)
    }
    assert {f["followup_id"] for f in product.followups()} == unhappy
    assert recount(items, SANTIAGO) == counted(items)
    return True


def opened_events(product: Product, answer: Answer) -> int:
    """Count the `followup.opened` events of the answer's follow-up."""
    followup_id = followup_id_for(answer.store_id, answer.ulid)
    return sum(e["followup_id"] == followup_id and e["type"] == "followup.opened" for e in product.events())
