"""The filters of the page of promises, read from its query, and what they find among promises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal, cast, get_args

from desk.board.filters import MINE, parse_contact
from desk.deps import Deps
from desk.insights import filters as insight_filters
from desk.insights.filters import InsightFilters
from desk.insights.periods import Period, first_of_month, month_span, months_between, months_of_span
from desk.promises.today import is_due_today
from desk.web.addresses import page_address
from desk.web.store_groups import StoreGroup, stores_of_contact
from lazo.auth.users import Scope
from lazo.insight.weeks import Week, parse_week, week_of
from lazo.promise.model import JUDGED, Outcome, Promise
from lazo.store.model import Store

Due = Literal["overdue", "today"]
Order = Literal["date", "store"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
ENDED: Final[Literal["ended"]] = "ended"
"""Instead of an outcome: any."""
MONTHS: Final = 3
"""The figures, and what ended if no months are chosen, are of this month and the ones before it, three in all."""


@dataclass(frozen=True, slots=True)
class PromiseFilters:
    """The chosen values, None for all: stores as in InsightFilters; the `owner` as on the board, but never nobody;
    open promises that are overdue or due today; in the order of their dates, or of the stores' names. With an
    `outcome` (one, or "ended" for any) those that ended in the months `first` to `last` (`2026-11`), or in a `week`,
    instead."""

    store_id: str | None = None
    owner: str | None = None
    due: Due | None = None
    order: Order = "date"
    area: str | None = None
    brand: str | None = None
    outcome: Outcome | Literal["ended"] | None = None
    first: str | None = None
    last: str | None = None
    week: Week | None = None

    @classmethod
    def of_stores(cls, stores: InsightFilters) -> "PromiseFilters":
        """Return the filters of these stores alone."""
        return cls(stores.store_id, area=stores.area, brand=stores.brand)

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return replace(self, order="date") != PromiseFilters()

    @property
    def mine(self) -> bool:
        """Whether these are the reader's own promises."""
        return self.owner == MINE

    @property
    def stores(self) -> InsightFilters:
        """Whose stores are chosen."""
        return InsightFilters(self.store_id, self.area, self.brand)

    def address(self, after: str | None = None, **changes: Any) -> str:
        """Return the page's address with these values and `changes` to them, from the cursor `after` on."""
        now = replace(self, **changes)
        return page_address(
            "/desk/promises",
            **now.stores.stores,
            owner=now.owner,
            due=now.due,
            sort=None if now.order == "date" else now.order,
            outcome=now.outcome,
            **{"from": now.first, "to": now.last, "week": str(now.week) if now.week else None}
            if now.outcome
            else {},
            after=after,
        )

    def months(self, today: date) -> tuple[str, ...]:
        """Return the months (`2026-11`) in which the promises ended; by default those of the figures."""
        if self.week:
            return months_between(self.week.monday, self.week.sunday)
        return months_of_span(self.first, self.last, today, MONTHS)

    def owners(self, scope: Scope, deps: Deps, now: datetime) -> Mapping[str, str] | None:
        """Return the contact id of the owner in each of their stores, None for everybody's promises."""
        if self.mine:
            return own_contact_ids(scope)
        named = parse_contact(self.owner)
        if named is None:
            return None
        return dict.fromkeys(stores_of_contact(*named, deps, now), named[0])

    def select(
        self,
        found: Iterable[Promise],
        stores: Mapping[str, Store],
        owners: Mapping[str, str] | None,
        now: datetime,
    ) -> list[Promise]:
        """Return the open promises, given by date, that match and whose store is among `stores`, in the chosen order.
        `owners` as the method returns them."""
        chosen = [
            each
            for each in found
            if each.store_id in stores
            and (owners is None or owners.get(each.store_id) == each.owner)
            and (self.due != "overdue" or each.is_overdue(now))
            and (self.due != "today" or is_due_today(each, stores[each.store_id], now))
        ]
        if self.order == "store":
            chosen.sort(key=lambda each: (stores[each.store_id].name, each.store_id))
        return chosen

    def ended_in(self, promise: Promise, store: Store, months: Iterable[str], group: StoreGroup) -> bool:
        """Return whether a promise ended as wanted in one of the months, and in the week if one is chosen, by its
        store's calendar."""
        if promise.settled_at is None or promise.state not in JUDGED:
            return False
        day = store.hours.local_date(promise.settled_at)
        month = f"{day:%Y-%m}"
        wanted = self.outcome in (ENDED, promise.state) and self.week in (None, week_of(day))
        return wanted and month in months and group.holds(store, month)


def own_contact_ids(scope: Scope) -> dict[str, str]:
    """Return the user's contact id in each store of which they are a contact."""
    return {store.store_id: store.contact_id for store in scope.member_stores}


def days_of(months: tuple[str, ...]) -> tuple[date, date]:
    """Return the first and the last day of months."""
    return first_of_month(months[0]), Period("month", first_of_month(months[-1])).last


def read_filters(query: Mapping[str, str], scope: Scope) -> PromiseFilters:
    """Return the filters of a query. A store or owner outside the scope and unknown values count as not chosen; so do
    months that are crossed or without an outcome, and `due` with one."""
    owner, due, order, outcome = (query.get(name, "") for name in ("owner", "due", "sort", "outcome"))
    stores, named = insight_filters.read_filters(query, scope), parse_contact(owner)
    known = owner == MINE or (named and scope.store(named[1]))
    ended = outcome if outcome in (ENDED, *JUDGED) else None
    week = parse_week(query.get("week", "")) if ended else None
    first, last = month_span(query) if ended and not week else (None, None)
    return PromiseFilters(
        store_id=stores.store_id,
        owner=owner if known else None,
        due=cast(Due, due) if due in get_args(Due) and not ended else None,
        order="store" if order == "store" else "date",
        area=stores.area,
        brand=stores.brand,
        outcome=cast(Outcome, ended) if ended else None,
        first=first,
        last=last,
        week=week,
    )
