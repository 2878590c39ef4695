"""The promises that ended, as a list: those behind the figures of how many are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from desk.deps import Deps
from desk.promises.filters import ENDED, PromiseFilters, days_of
from desk.web.render import Times
from desk.web.store_groups import StoreGroup
from lazo.auth.users import Scope, user_id_of
from lazo.promise.kept_rate import PromiseFigures
from lazo.promise.model import JUDGED, Promise
from lazo.store.model import Store
from lazo.table.views import ended_promises, open_promises
from lazo.table.views.ended_promises import EndedPage, EndedPromise, EndedQuery
from lazo.table.week_figures import counted_weeks

COMPARED_STORES: Final = 50
COMPARED_MONTHS: Final = 12
"""Of so many stores and months at most the list is compared with the figures."""


@dataclass(frozen=True, slots=True)
class EndedRow:
    """A promise that ended as it is shown: `what` is "" where its words may not be shown, `owner` a name."""

    ended: EndedPromise
    at: datetime
    store_name: str
    owner: str
    mine: bool
    times: Times


@dataclass(frozen=True, slots=True)
class EndedList:
    """A page of promises that ended in `months`. `missing`: how many the figures count beyond those on a page that has
    all there are."""

    rows: Sequence[EndedRow]
    cursor: str | None
    months: tuple[str, ...]
    missing: int


def read_ended(
    chosen: PromiseFilters, group: StoreGroup, scope: Scope, deps: Deps, today: date, after: str | None
) -> EndedList:
    """Return the page of promises that ended as the filters say, the first first."""
    now, months = deps.clock(), chosen.months(today)
    owners = chosen.owners(scope, deps, now)
    stores = group.stores if owners is None else group.stores & owners.keys()
    first, last = days_of(months)
    # A day more at each end, for whatever zone a store is in; its calendar then decides.
    since = datetime.combine(first, time.min, UTC) - timedelta(days=1)
    until = datetime.combine(last, time.min, UTC) + timedelta(days=2)
    query = EndedQuery(stores, since, until, next(iter(owners.values()), "") if owners is not None else None)
    known = _StoresRead(scope, deps)
    page = ended_promises.list_ended_promises(
        deps.table, query, lambda each: known.holds(each, chosen, months, group), after
    )
    return EndedList(
        rows=[_row(each, known.stores[each.promise.store_id], scope, now) for each in page.promises],
        cursor=page.cursor,
        months=months,
        missing=0 if after else _missing(page, chosen, stores, owners, months, deps),
    )


class _StoresRead:
    """The stores of promises, each read once by the cache, if the reader may see them by their contacts."""

    def __init__(self, scope: Scope, deps: Deps) -> None:
        self._scope, self._deps = scope, deps
        self.stores: dict[str, Store] = {}

    def holds(
        self, promise: Promise, chosen: PromiseFilters, months: tuple[str, ...], group: StoreGroup
    ) -> bool:
        """Return whether the reader may see a promise and it is one that is looked for."""
        store = self.stores.get(promise.store_id)
        if store is None:
            store = self._deps.stores.find(promise.store_id, self._deps.clock())
            if store is None or not self._scope.includes(store):
                return False
            self.stores[promise.store_id] = store
        return chosen.ended_in(promise, store, months, group)


def _missing(
    page: EndedPage,
    chosen: PromiseFilters,
    stores: frozenset[str],
    owners: Mapping[str, str] | None,
    months: tuple[str, ...],
    deps: Deps,
) -> int:
    """Return how many promises the figures count beyond those of the only page; 0 where that is not compared."""
    if page.cursor or chosen.brand or len(stores) > COMPARED_STORES or len(months) > COMPARED_MONTHS:
        return 0
    if chosen.week:
        return max(0, _counted_in(chosen, stores, owners, deps) - len(page.promises))
    figures = open_promises.promise_figures(deps.table, dict.fromkeys(stores, months))
    counted = sum(
        _of_outcome(chosen, each)
        for store_id, of_store in figures.items()
        for owner, each in of_store.items()
        if owners is None or owners[store_id] == owner
    )
    return max(0, counted - len(page.promises))


def _counted_in(
    chosen: PromiseFilters, stores: frozenset[str], owners: Mapping[str, str] | None, deps: Deps
) -> int:
    """Return how many a week that was counted counts; 0 for those of one person, who is not in it."""
    if chosen.week is None or owners is not None:
        return 0
    weeks = counted_weeks(deps.table, stores, chosen.week)
    return sum(_of_outcome(chosen, each.figures.promises) for each in weeks.values())


def _of_outcome(chosen: PromiseFilters, figures: PromiseFigures) -> int:
    outcomes = JUDGED if chosen.outcome == ENDED else (chosen.outcome,)
    return sum(getattr(figures, str(outcome)) for outcome in outcomes)


def _row(each: EndedPromise, store: Store, scope: Scope, now: datetime) -> EndedRow:
    owner = store.contact(each.promise.owner)
    return EndedRow(
        ended=each,
        at=each.promise.settled_at or now,
        store_name=store.name,
        owner=owner.name if owner else each.promise.owner,
        mine=owner is not None and user_id_of(owner) == scope.user_id,
        times=Times(store.timezone, now, scope.language, store.country),
    )
