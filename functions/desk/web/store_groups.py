"""The area or the brand that a list is filtered by: its stores, as the figures count them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from desk.deps import Deps
from desk.insights.filters import InsightFilters, area_choices
from desk.insights.periods import months_between, period_of
from desk.web.render import say
from lazo.auth.users import Scope, user_id_of
from lazo.store.model import Store
from lazo.table import users
from lazo.table.dynamodb.table import Table
from lazo.table.views import open_followups
from lazo.translations import translations

MONTHS_BACK: Final = 36
"""How far back a brand's stores are known here: as far as the charts go."""
OFFERED_STORES: Final = 100
"""Of so many stores areas and brands are offered: one batch reads them."""
MONTHS_OF_NOW: Final = 3
"""A brand's stores of now are those with answers in this month or the ones before it, three in all."""


@dataclass(frozen=True, slots=True)
class StoreGroup:
    """The `stores` (ids) that a list is limited to, within the reader's scope. A brand's stores may change: `by_month`
    holds those of each month (`2026-11`), None where they are the same in all; early in the month `present` not every
    store is added up yet. `name`: that of the area's manager or the brand, "" for neither."""

    stores: frozenset[str]
    name: str = ""
    by_month: Mapping[str, frozenset[str]] | None = None
    present: str = ""

    def holds(self, store: Store, month: str) -> bool:
        """Return whether a store was in it in a month."""
        if store.store_id not in self.stores or self.by_month is None:
            return store.store_id in self.stores
        counted = store.store_id in self.by_month.get(month, ())
        return counted or (month == self.present and store.brand == self.name)


def load_group(
    chosen: InsightFilters,
    scope: Scope,
    deps: Deps,
    now: datetime,
    days: tuple[date | None, date | None] | None = None,
) -> StoreGroup:
    """Return the stores of what is chosen: one store, an area, a brand, or all that the reader sees. `days`: the first
    and the last, None where open, of what is listed of a brand; without it, its stores of now. For an area the store
    that names it and the user's stores are read, for a brand a query of its months."""
    visible = frozenset(store.store_id for store in scope.stores)
    if chosen.store_id:
        return StoreGroup(visible & {chosen.store_id})
    if chosen.area:
        name, stores = area_stores(chosen.area, deps, now)
        return StoreGroup(visible & stores, name)
    if not chosen.brand:
        return StoreGroup(visible)
    if days is None:
        return StoreGroup(visible & stores_of_now(deps.table, chosen.brand, now.date()), chosen.brand)
    present = period_of("month", now.date())
    first, last = days
    begin = max(period_of("month", first).id if first else "", present.moved(1 - MONTHS_BACK).id)
    end = min(period_of("month", last).id if last else present.id, present.id)
    read = _stores_by_month(deps.table, chosen.brand, min(begin, present.before.id), end)
    by_month = {month: visible & of_month for month, of_month in read.items()}
    inside = frozenset[str]().union(*by_month.values())
    by_month = {month: stores for month, stores in by_month.items() if begin <= month}
    return StoreGroup(inside, chosen.brand, by_month, present.id)


def area_label(name: str, language: str) -> str:
    """Return `Zona de Diego Rojas`, as the figures call an area: a name alone would be a person's cases."""
    return say(translations("insights_frame", language)["area_named"], name=name)


def group_choices(
    chosen: InsightFilters, name: str, scope: Scope, deps: Deps, now: datetime
) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the areas, as value and label, and the brands that a list offers: of what the reader sees, and nothing
    where there is one only. What is chosen is among them, an area by its `name`. One batch for the stores of up to
    OFFERED_STORES; for a reader of more the brands of the months alone, and no areas."""
    areas: list[tuple[str, str]] = []
    brands: list[str] = []
    if 1 < len(scope.stores) <= OFFERED_STORES:
        found = open_followups.load_related(deps.table, (), [each.store_id for each in scope.stores]).stores
        stores = [each for each in found.values() if scope.includes(each)]
        people = area_choices(stores, scope.user_id, chosen.area)
        areas = [(value, area_label(person, scope.language)) for value, person in people]
        brands = sorted({each.brand for each in stores}, key=str.casefold)
    elif len(scope.stores) > 1 and scope.role == "head":
        brands = brands_of_now(deps.table, now.date())
    if chosen.area and chosen.area not in dict(areas):
        areas.append((chosen.area, area_label(name or chosen.area, scope.language)))
    if chosen.brand and chosen.brand not in brands:
        brands.append(chosen.brand)
    return areas if chosen.area or len(areas) > 1 else [], brands if chosen.brand or len(brands) > 1 else []


def brands_of_now(table: Table, today: date) -> list[str]:
    """Return the brands that have answers this month, or else last month."""
    # What figures need, no alert's page does.
    from lazo.table.views.month_figures import brands_of_month

    month = period_of("month", today)
    return brands_of_month(table, month.id) or brands_of_month(table, month.before.id)


def area_stores(area: str, deps: Deps, now: datetime) -> tuple[str, frozenset[str]]:
    """Return the name of an area's manager and the ids of their stores: "" and none if the store that names them does
    not any more."""
    contact_id, _, store_id = area.partition("@")
    store = deps.stores.find(store_id, now)
    contact = store.contact(contact_id) if store else None
    if contact is None:
        return "", frozenset()
    return contact.name, stores_of_contact(contact_id, store_id, deps, now)


def stores_of_contact(contact_id: str, store_id: str, deps: Deps, now: datetime) -> frozenset[str]:
    """Return the ids of the stores where a contact id means the same user as in this store: this one alone for a former
    contact."""
    store = deps.stores.find(store_id, now)
    contact = store.contact(contact_id) if store else None
    scope = users.load_scope(deps.table, user_id_of(contact)) if contact else None
    return frozenset(each.store_id for each in scope.stores) if scope else frozenset({store_id})


def stores_of_now(table: Table, brand: str, today: date) -> frozenset[str]:
    """Return the ids of the brand's stores of now, by one query."""
    present = period_of("month", today)
    months = months_between(present.moved(1 - MONTHS_OF_NOW).first, present.first)
    return frozenset[str]().union(*_stores_by_month(table, brand, months[0], months[-1]).values())


def _stores_by_month(table: Table, brand: str, first: str, last: str) -> dict[str, frozenset[str]]:
    # What figures need, no alert's page does.
    from lazo.table.rollups import brand_group
    from lazo.table.views.month_figures import group_stores_by_month

    found = group_stores_by_month(table, brand_group(brand), first, last)
    return {month: frozenset(stores) for month, stores in found.items()}
