"""The filters of the page of promises, read from its query, and what they find among open promises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, cast, get_args

from desk.promises.today import is_due_today
from desk.web.addresses import page_address
from lazo.auth.users import Scope
from lazo.promise.model import Promise
from lazo.store.model import Store

Due = Literal["overdue", "today"]
Order = Literal["date", "store"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)


@dataclass(frozen=True, slots=True)
class PromiseFilters:
    """The chosen values: one store or all (None), the user's own promises or everybody's, and those that are overdue or
    due today or all (None); in the order of their dates, or of the stores' names."""

    store_id: str | None = None
    mine: bool = False
    due: Due | None = None
    order: Order = "date"

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return replace(self, order="date") != PromiseFilters()

    def address(self, after: str | None = None, **changes: Any) -> str:
        """Return the page's address with these values and `changes` to them, from the cursor `after` on."""
        now = replace(self, **changes)
        return page_address(
            "/desk/promises",
            shop=now.store_id,
            owner="me" if now.mine else None,
            due=now.due,
            sort=None if now.order == "date" else now.order,
            after=after,
        )

    def select(
        self, found: Iterable[Promise], stores: Mapping[str, Store], scope: Scope, now: datetime
    ) -> list[Promise]:
        """Return the promises, given by date, that match and whose store is among `stores`, in the chosen order."""
        own = own_contact_ids(scope)
        chosen = [
            each
            for each in found
            if each.store_id in stores
            and (not self.mine or own.get(each.store_id) == each.owner)
            and (self.due != "overdue" or each.is_overdue(now))
            and (self.due != "today" or is_due_today(each, stores[each.store_id], now))
        ]
        if self.order == "store":
            chosen.sort(key=lambda each: (stores[each.store_id].name, each.store_id))
        return chosen


def own_contact_ids(scope: Scope) -> dict[str, str]:
    """Return the user's contact id in each store of which they are a contact."""
    return {store.store_id: store.contact_id for store in scope.member_stores}


def read_filters(query: Mapping[str, str], scope: Scope) -> PromiseFilters:
    """Return the filters of a query. A store outside the scope and unknown values count as not chosen."""
    store_id, due, order = (query.get(name, "") for name in ("shop", "due", "sort"))
    return PromiseFilters(
        store_id=store_id if scope.store(store_id) and len(scope.stores) > 1 else None,
        mine=query.get("owner") == "me",
        due=cast(Due, due) if due in get_args(Due) else None,
        order="store" if order == "store" else "date",
    )
