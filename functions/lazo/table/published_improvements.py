"""Where improvements are published: their ids by store and by brand. Few pages read the improvements themselves."""

from collections.abc import Collection, Iterator

from lazo.table.dynamodb import improvement_keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Update


def published_ids(table: Table, store_id: str, brand: str) -> frozenset[str]:
    """Return the ids of what is published for a store of a brand, by one batch."""
    wanted = (improvement_keys.published_in_store(store_id), improvement_keys.published_in_brand(brand))
    found = table.batch_get(wanted).values()
    return frozenset(improvement_id for item in found for improvement_id in item.get("ids", ()))


def move_publication(
    improvement_id: str, before: Collection[Key], after: Collection[Key]
) -> Iterator[Update]:
    """Yield the writes after which an improvement is published at the places `after`, as it was at those `before`."""
    values = {":ids": {improvement_id}}
    for place in after:
        if place not in before:
            yield Update(place, "ADD ids :ids", values)
    for place in before:
        if place not in after:
            yield Update(place, "DELETE ids :ids", values)
