"""Which stores a request is about, of those that its key is good for."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from lazo.errors import Problem, Rejected
from lazo.table.api_keys import ApiKey

BrandOf = Callable[[], dict[str, str]]


@dataclass(frozen=True, slots=True)
class StoresAsked:
    """The ids of the stores that are asked for. `every`: all that there are, whatever they are called."""

    ids: Sequence[str]
    every: bool = False


def visible_ids(key: ApiKey, every: Sequence[str], brands: BrandOf) -> list[str]:
    """Return those of `every` store's ids that the key is good for. `brands` reads the brand of each store, which only
    a key of brands needs."""
    brand_of = brands() if key.brands else {}
    return [each for each in every if key.reaches(each, brand_of.get(each))]


def stores_asked(key: ApiKey, visible: Sequence[str], named: Collection[str]) -> StoresAsked:
    """Return the stores that are `named`, or all that are visible to the key. Raises Rejected; a store that the key is
    not good for is as unknown as one that does not exist."""
    if not set(named) <= set(visible):
        raise Rejected(Problem("store_unknown", "store"))
    return StoresAsked(list(dict.fromkeys(named)) or visible, every=key.stores is None and not named)
