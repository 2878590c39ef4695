"""Which stores the reader looks at, in which period, and what else they may choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from desk.account.access import Access
from desk.deps import Deps
from desk.insights import filters as insight_filters
from desk.insights.filters import InsightFilters
from desk.insights.periods import UNITS, Period, Unit, choose_period
from desk.insights.recent_months import RunningMonth, too_young
from desk.web.render import say
from desk.web.store_groups import OFFERED_STORES, area_stores, brands_of_now, stores_of_now
from lazo.auth.users import Scope
from lazo.store.model import Store
from lazo.table.rollups import ALL_STORES, brand_group
from lazo.table.views import month_figures, open_followups
from lazo.text.regional_formats import WORLD
from lazo.translations import translations

MAX_STORES_READ: Final = OFFERED_STORES
"""So many stores are read, in one batch: their contacts decide whether the reader may see them, and their area managers
are offered. Of more the scope decides, which is written with the stores."""
MONTHS: Final[tuple[Unit, ...]] = ("month", "quarter")
"""The periods of pages whose figures are counted by month."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What the reader looks at.

    `store` if it is one store; else `group` if these are all stores of a group, whose figures are added up already;
    else the sum of `store_ids`. `running`: the month that it is, if nobody chose a period and the last month is shown
    because this one is too young. `now_ids` are those of what is counted as of now: of a brand the stores of now.
    `units` are the lengths of periods that may be chosen. `today`
    is the latest date in the stores that were read, `zone` and `country` those of the first. `brands` and `areas`: what
    else may be chosen.
    """

    filters: InsightFilters
    scope: Scope
    period: Period
    units: tuple[Unit, ...]
    today: date
    zone: str
    country: str
    place: str
    store_ids: Sequence[str]
    now_ids: Sequence[str]
    running: RunningMonth | None = None
    store: Store | None = None
    group: str | None = None
    brands: Sequence[str] = ()
    areas: Sequence[tuple[str, str]] = ()

    @property
    def comparable(self) -> str:
        """The group that its stores are compared with: their brand, if that is known, or all stores."""
        if self.store:
            return brand_group(self.store.brand)
        return self.group or ALL_STORES

    @property
    def is_of_now(self) -> bool:
        """Whether today is in the period."""
        return self.period.first <= self.today <= self.period.last


def load_selection(
    event: Mapping[str, Any], deps: Deps, access: Access, units: tuple[Unit, ...] = UNITS
) -> Selection:
    """Return what a request asks for within the reader's scope. What is not in it counts as not chosen, and so does a
    period that the page does not have (`units`)."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    now, scope = deps.clock(), access.scope
    filters = insight_filters.read_filters(query, scope)
    manager, inside = area_stores(filters.area, deps, now) if filters.area else ("", None)
    store_ids = [filters.store_id] if filters.store_id else [store.store_id for store in scope.stores]
    if inside is not None:
        store_ids = [each for each in store_ids if each in inside]
    whole = scope.role == "head" and not filters.store_id and not filters.area
    known = _read_stores(store_ids, deps, scope, now)
    if len(store_ids) <= MAX_STORES_READ:
        store_ids = [each.store_id for each in known]
    store = known[0] if len(store_ids) == 1 and known else None
    today = max((each.hours.local_date(now) for each in known), default=now.date())
    brands = brands_of_now(deps.table, today) if whole and not store else []
    if filters.brand not in brands:
        filters = replace(filters, brand=None)
    group = None
    if whole and not store:
        group = brand_group(filters.brand) if filters.brand else ALL_STORES
    period = choose_period(filters.period or "", today, units)
    running = None if filters.period else too_young(deps.table, store_ids, group, today)
    if running:
        period = running.period.before
    now_ids: Sequence[str] = store_ids
    if filters.brand and group:
        store_ids, now_ids = _stores_of_brand(filters.brand, period, now, scope, deps)
    return Selection(
        filters=filters,
        scope=scope,
        period=period,
        running=running,
        units=units,
        today=today,
        zone=known[0].timezone if known else "UTC",
        country=known[0].country if known else WORLD,
        place=_place(filters, store, store_ids, scope, manager),
        store_ids=store_ids,
        now_ids=now_ids,
        store=store,
        group=group,
        brands=brands if len(brands) > 1 else (),
        areas=insight_filters.area_choices(
            [*known, *_naming(filters.area, deps, now)] if not filters.brand else [],
            scope.user_id,
            filters.area,
        ),
    )


def _read_stores(store_ids: Sequence[str], deps: Deps, scope: Scope, now: datetime) -> list[Store]:
    """Return the stores that may be looked at by their contacts, in one batch if they are not too many; else the first
    of the reader's own, for its calendar."""
    if len(store_ids) <= MAX_STORES_READ:
        found = open_followups.load_related(deps.table, (), store_ids).stores
        return [found[each] for each in store_ids if each in found and scope.includes(found[each])]
    own = scope.member_stores or scope.stores
    first = deps.stores.find(own[0].store_id, now)
    return [first] if first else []


def _stores_of_brand(
    brand: str, period: Period, now: datetime, scope: Scope, deps: Deps
) -> tuple[list[str], list[str]]:
    """Return the ids of a brand's stores, by name: those with answers in the period or of now, and those of now."""
    of_now = stores_of_now(deps.table, brand, now.date())
    months = period.months
    found = month_figures.group_stores_by_month(deps.table, brand_group(brand), months[0], months[-1])
    inside = of_now.union(*found.values())
    every = [each.store_id for each in scope.stores if each.store_id in inside]
    return every, [each for each in every if each in of_now]


def _naming(area: str | None, deps: Deps, now: datetime) -> list[Store]:
    """Return the store that names the manager of an area, if any."""
    found = deps.stores.find(area.partition("@")[2], now) if area else None
    return [found] if found else []


def _place(
    filters: InsightFilters, store: Store | None, store_ids: Sequence[str], scope: Scope, manager: str
) -> str:
    """Return whose figures they are, in words."""
    text = translations("insights_frame", scope.language)
    if store:
        return store.name
    if filters.area:
        return say(text["area_of"], name=manager or "–", n=len(store_ids))
    if filters.brand:
        return filters.brand
    return say(text["all_of"], n=len(scope.stores))
