"""Keys of improvements, of where they are published, and of the cases whose customers want to hear of them."""

from typing import Final

from lazo.table.dynamodb.keys import DATE_PREFIX, child, followup
from lazo.table.dynamodb.writes import Key

TELLING_KIND: Final = "improvement"
"""Kind of the date on which customers are told of an improvement."""
RESURVEY_KIND: Final = "improvement_resurvey"
"""Kind of the date on which a customer is asked whether they notice the improvement that they were told of."""


def improvement(improvement_id: str) -> Key:
    return Key(f"IMPROVEMENT#{improvement_id}", "IMPROVEMENT")


def telling(improvement_id: str) -> Key:
    """When customers are told of an improvement, and how far that has come."""
    return Key(f"IMPROVEMENT#{improvement_id}", f"{DATE_PREFIX}{TELLING_KIND}")


def customers_count(improvement_id: str) -> Key:
    """Counts the customers who are told of an improvement, those who are asked about it, and their replies; apart from
    its item, which is replaced as a whole."""
    return Key(f"IMPROVEMENT#{improvement_id}", "TOLD")


def resurvey(followup_id: str, improvement_id: str) -> Key:
    """When the customer of a follow-up was asked whether they notice an improvement, and their reply."""
    return child(followup_id, "ASKED", improvement_id)


def is_resurvey(key: Key) -> bool:
    """Whether `key` is one of `resurvey`."""
    return key.sk.startswith("ASKED#") and key.pk.startswith(followup("").pk)


def published_in_store(store_id: str) -> Key:
    """The ids of the improvements that are published for a store by its id."""
    return Key(f"STORE#{store_id}", "CHANGES")


def published_in_brand(brand: str) -> Key:
    """The ids of the improvements that are published for all stores of a brand."""
    return Key(f"BRAND#{brand}", "CHANGES")


def interested(store_id: str, followup_id: str) -> Key:
    """A case whose customer agreed to hear of improvements. All are in one partition, by store: an improvement of a
    brand finds them by one query."""
    return Key("INTERESTED", f"INTERESTED#{store_id}#{followup_id}")


def interested_ranges(store_ids: tuple[str, ...]) -> list[tuple[Key, Key]]:
    """Return the first and the last key of the cases of these stores, in order; of all stores if there are none."""
    if not store_ids:
        return [(interested("", ""), Key("INTERESTED", "INTERESTED#~"))]
    return [(interested(store_id, ""), interested(store_id, "~")) for store_id in sorted(store_ids)]


def interested_ids(key: Key) -> tuple[str, str]:
    """Return the ids of store and follow-up in a key of `interested`."""
    _, store_id, followup_id = key.sk.split("#")
    return store_id, followup_id
