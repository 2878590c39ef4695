"""The filters of the insights, read from their query: whose stores, and which period."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from desk.web.addresses import page_address
from lazo.auth.users import Scope, user_id_of
from lazo.store.model import Store
from lazo.text.cleaning import one_line

PATH: Final = "/desk/insights"
LONGEST_PERIOD: Final = 10
"""Letters of the longest id of a period (`2026-11-30`): the rest of what is asked for is not repeated in links."""
LONGEST_BRAND: Final = 100
_AREA: Final = re.compile(r"([a-z0-9-]{1,40})@([a-z0-9-]{1,40})")


@dataclass(frozen=True, slots=True)
class InsightFilters:
    """The chosen values, None for all. `area` names an area manager as `contact_id@store_id`; `brand` and `period`, the
    id of a Period, are not checked yet."""

    store_id: str | None = None
    area: str | None = None
    brand: str | None = None
    period: str | None = None

    @property
    def stores(self) -> dict[str, str | None]:
        """Whose stores they are, as fields of a query."""
        return {"shop": self.store_id, "area": self.area, "brand": self.brand}

    def address(self, **changes: Any) -> str:
        """Return the address of the page at `path` (or of the overview) with these filters and `changes` to them;
        other fields of its query, such as `format`, go into `also`."""
        path, also = changes.pop("path", PATH), changes.pop("also", {})
        now = replace(self, **changes)
        return page_address(path, **now.stores, period=now.period, **also)


def read_filters(query: Mapping[str, str], scope: Scope) -> InsightFilters:
    """Return the filters of a query. A store or area outside the scope counts as not chosen."""
    store_id, area = query.get("shop", ""), query.get("area", "")
    named = _AREA.fullmatch(area)
    one = store_id if scope.store(store_id) and len(scope.stores) > 1 else None
    area_of = area if not one and named and scope.store(named[2]) else None
    return InsightFilters(
        store_id=one,
        area=area_of,
        brand=None if one or area_of else one_line(query.get("brand", ""))[:LONGEST_BRAND] or None,
        period=query.get("period", "")[:LONGEST_PERIOD] or None,
    )


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
