"""The filters of the insights, read from their query: whose stores, and which period."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from desk.web.addresses import page_address
from lazo.auth.users import Scope, user_id_of
from lazo.store.model import Store
from lazo.table import users
from lazo.table.dynamodb.table import Table

PATH: Final = "/desk/insights"
LONGEST_PERIOD: Final = 10
"""Letters of the longest id of a period (`2026-11-30`): the rest of what is asked for is not repeated in links."""
_AREA: Final = re.compile(r"([a-z0-9-]{1,40})@([a-z0-9-]{1,40})")


@dataclass(frozen=True, slots=True)
class InsightFilters:
    """The chosen values, None for all. `area` names an area manager as `contact_id@store_id`; `brand` and `period`, the
    id of a Period, are not checked yet."""

    store_id: str | None = None
    area: str | None = None
    brand: str | None = None
    period: str | None = None

    def address(self, **changes: Any) -> str:
        """Return the address of the page at `path` (or of the overview) with these filters and `changes` to them;
        other fields of its query, such as `format`, go into `also`."""
        path, also = changes.pop("path", PATH), changes.pop("also", {})
        now = replace(self, **changes)
        chosen = {"shop": now.store_id, "area": now.area, "brand": now.brand, "period": now.period}
        return page_address(path, **chosen, **also)


def read_filters(query: Mapping[str, str], scope: Scope) -> InsightFilters:
    """Return the filters of a query. A store or area outside the scope counts as not chosen."""
    store_id, area = query.get("shop", ""), query.get("area", "")
    named = _AREA.fullmatch(area)
    one = store_id if scope.store(store_id) and len(scope.stores) > 1 else None
    area_of = area if not one and named and scope.store(named[2]) else None
    return InsightFilters(
        store_id=one,
        area=area_of,
        brand=None if one or area_of else query.get("brand"),
        period=query.get("period", "")[:LONGEST_PERIOD] or None,
    )


def chosen_store_ids(filters: InsightFilters, scope: Scope, table: Table, named: Store | None) -> list[str]:
    """Return the ids of the chosen stores within the scope, by name. `named` is the store that names the area's
    manager; an area that it does not name any more has no stores."""
    if filters.store_id:
        return [filters.store_id]
    every = [store.store_id for store in scope.stores]
    if filters.area is None:
        return every
    contact = named.contact(filters.area.partition("@")[0]) if named else None
    area = users.load_scope(table, user_id_of(contact)) if contact else None
    inside = {store.store_id for store in area.stores} if area else set()
    return [store_id for store_id in every if store_id in inside]


def area_choices(stores: Iterable[Store], reader_id: str, chosen: str | None) -> list[tuple[str, str]]:
    """Return the area managers of these stores as options (value, name), each once, by name; without the reader. An
    option that is `chosen` keeps its value."""
    found: dict[str, tuple[str, str]] = {}
    for store in stores:
        for contact in store.contacts:
            if contact.role == "area" and user_id_of(contact) != reader_id:
                value = f"{contact.contact_id}@{store.store_id}"
                if value == chosen or user_id_of(contact) not in found:
                    found[user_id_of(contact)] = (value, contact.name)
    return sorted(found.values(), key=lambda choice: choice[1].casefold())
