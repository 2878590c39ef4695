"""The page of promises: open ones by date, the rate of kept ones, and recovered customers, per store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from desk.account.access import Access
from desk.deps import Deps
from desk.promises.display import format_due, promise_state
from desk.promises.filters import ORDERS, PromiseFilters, own_contact_ids, read_filters
from desk.web.render import PageHeader, Times, html_reply, render
from lazo.auth.users import Scope, user_id_of
from lazo.followup.recovery import RecoveryFigures
from lazo.promise.kept_rate import PromiseFigures, total_figures
from lazo.promise.model import Promise
from lazo.store.model import Store
from lazo.table import recovery
from lazo.table.views import open_followups, open_promises, overdue_promises
from lazo.table.views.open_promises import PromisePage
from lazo.translations import translations
from lazo.web.responses import Response

MONTHS: Final = 3
"""The figures cover this month and the ones before it."""
MAX_STORES_WITH_FIGURES: Final = 50
"""A page shows the figures of so many stores; those of another when it is chosen."""


@dataclass(frozen=True, slots=True)
class OpenPromiseRow:
    """An open promise as it is shown: `state` as in `promise_state`, `due` in words, `owner` a name."""

    promise: Promise
    state: str
    due: str
    store_name: str
    owner: str
    mine: bool
    times: Times


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """The figures of a store's promises, in all and by owner's name, and of its resurveys."""

    store_name: str
    figures: PromiseFigures
    owners: Sequence[tuple[str, PromiseFigures]]
    recovery: RecoveryFigures


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/promises` with the filters `shop`, `owner` ("me"), `due`, the order `sort` and the cursor
    `after`.

    The first page counts: if what it reads is all, it is filtered and sorted as read.
    """
    now, scope = deps.clock(), access.scope
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    chosen = read_filters(query, scope)
    after = open_promises.parse_cursor(query.get("after"))
    listed = [store.store_id for store in scope.stores if chosen.store_id in (None, store.store_id)]
    first = None if after else open_promises.first_open_promises(deps.table, frozenset(listed))
    if first is None or (first.cursor and chosen.mine):
        page = open_promises.list_open_promises(deps.table, *_stores_and_owner(listed, chosen, scope), after)
    else:
        page = first
    counted = listed[:MAX_STORES_WITH_FIGURES]
    ids = (*counted, *(each.store_id for each in (*page.promises, *(first.promises if first else ()))))
    stores = {
        key: store
        for key, store in open_followups.load_related(deps.table, (), ids).stores.items()
        if scope.includes(store)
    }
    figures, every_overdue = _figures([stores[each] for each in counted if each in stores], deps, now)
    # By date, unless all there are stand on the page.
    ordered = chosen if page.cursor is None else replace(chosen, order="date")
    html = render(
        "promises.html.j2",
        scope.language,
        words="promises",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="promises",
        times=Times("UTC", now, scope.language),
        shared=translations("lists", scope.language),
        rows=[
            _promise_row(each, stores[each.store_id], scope, now)
            for each in ordered.select(page.promises, stores, scope, now)
        ],
        counts=_counts(first, chosen, stores, scope, now) if first else None,
        store_figures=figures,
        every_overdue=every_overdue,
        more_stores=len(listed) - len(counted),
        months=MONTHS,
        chosen=chosen,
        orders=ORDERS if page.cursor is None and len(scope.stores) > 1 else (),
        choices=scope.stores if len(scope.stores) > 1 else (),
        continued=after is not None,
        next=chosen.address(page.cursor) if page.cursor else None,
    )
    return html_reply(html, scope.language)


def _counts(
    first: PromisePage, chosen: PromiseFilters, stores: Mapping[str, Store], scope: Scope, now: datetime
) -> dict[str, dict[str, int | bool]]:
    """Return how many open promises there are, overdue, due today and the user's own: each as `n`, and `more` if there
    may be others beyond those that were read."""
    kinds: dict[str, dict[str, Any]] = {
        "open": {},
        "overdue": {"due": "overdue"},
        "today": {"due": "today"},
        "mine": {"mine": True},
    }
    base = PromiseFilters(chosen.store_id)
    numbers = {
        kind: len(replace(base, **changes).select(first.promises, stores, scope, now))
        for kind, changes in kinds.items()
    }
    return {kind: {"n": n, "more": first.cursor is not None} for kind, n in numbers.items()}


def _stores_and_owner(
    listed: Sequence[str], chosen: PromiseFilters, scope: Scope
) -> tuple[frozenset[str], str | None]:
    """Return the ids of the stores to read, and the owner's contact id or None for all.

    One contact id is enough: a user has the same one in each of their stores.
    """
    if not chosen.mine:
        return frozenset(listed), None
    named = own_contact_ids(scope)
    return frozenset(listed) & named.keys(), next(iter(named.values()), "")


def _promise_row(promise: Promise, store: Store, scope: Scope, now: datetime) -> OpenPromiseRow:
    times = Times(store.timezone, now, scope.language, store.country)
    owner = store.contact(promise.owner)
    return OpenPromiseRow(
        promise=promise,
        state=promise_state(promise, now),
        due=format_due(promise.due, store, times),
        store_name=store.name,
        owner=owner.name if owner else promise.owner,
        mine=owner is not None and user_id_of(owner) == scope.user_id,
        times=times,
    )


def _figures(stores: Sequence[Store], deps: Deps, now: datetime) -> tuple[list[StoreFigures], bool]:
    """Return the figures of the stores that have any promises, or cases that were resolved or ended unanswered, and
    whether every overdue promise is in them. Read in two batches, one query and the items that it finds."""
    months = {store.store_id: _months(store, now) for store in stores}
    promises = open_promises.promise_figures(deps.table, months)
    overdue, every = overdue_promises.count_overdue(deps.table, frozenset(months), now)
    for (store_id, owner), n in overdue.items():
        of_store = promises.setdefault(store_id, {})
        of_store[owner] = of_store.get(owner, PromiseFigures()) + PromiseFigures(overdue=n)
    recoveries = recovery.recovery_by_store(deps.table, months)
    figures = [
        StoreFigures(
            store_name=store.name,
            figures=total_figures(promises.get(store.store_id, {}).values()),
            owners=_by_owner(promises.get(store.store_id, {}), store),
            recovery=recoveries.get(store.store_id, RecoveryFigures()),
        )
        for store in stores
        if store.store_id in promises or store.store_id in recoveries
    ]
    return figures, every


def _by_owner(figures: Mapping[str, PromiseFigures], store: Store) -> list[tuple[str, PromiseFigures]]:
    named = ((store.contact(owner), owner, each) for owner, each in figures.items() if each.judged)
    found = ((contact.name if contact else owner, each) for contact, owner, each in named)
    return sorted(found, key=lambda pair: pair[0].casefold())


def _months(store: Store, now: datetime) -> list[str]:
    """Return the present month in the store's time zone and the ones before it (`2026-11`)."""
    today = store.hours.local_date(now)
    count = today.year * 12 + today.month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(count - MONTHS + 1, count + 1)]
