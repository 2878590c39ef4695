"""The page of promises: open ones by date, the rate of kept ones, and recovered customers, per store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from desk.account.access import Access
from desk.board.filters import MINE, owner_choices
from desk.deps import Deps
from desk.insights.navigation import cases_link
from desk.insights.periods import first_of_month, period_of, periods_until
from desk.promises.display import format_due, promise_state
from desk.promises.ended import read_ended
from desk.promises.filters import (
    ENDED,
    MONTHS,
    ORDERS,
    Due,
    PromiseFilters,
    days_of,
    own_contact_ids,
    read_filters,
)
from desk.web.render import PageHeader, Times, html_reply, render
from desk.web.store_groups import StoreGroup, area_label, load_group
from lazo.auth.users import Scope, user_id_of
from lazo.followup.recovery import RecoveryFigures
from lazo.promise.kept_rate import PromiseFigures, total_figures
from lazo.promise.model import JUDGED, Promise
from lazo.store.model import Store
from lazo.table import recovery
from lazo.table.views import open_followups, open_promises, overdue_promises
from lazo.table.views.open_promises import PromisePage
from lazo.translations import translations
from lazo.web.responses import Response

MONTHS_OFFERED: Final = 36
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
class OwnerFigures:
    """The figures of an owner's promises; `links`: where they are, by what is counted."""

    name: str
    figures: PromiseFigures
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """The figures of a store's promises, in all (with `links` as of an owner) and by owner, and of its resurveys."""

    store_name: str
    figures: PromiseFigures
    links: Mapping[str, str]
    owners: Sequence[OwnerFigures]
    recovery: RecoveryFigures
    months: Sequence[str]
    store_id: str

    def cases(self, kind: str) -> str:
        """Return where the cases are that a figure of its resurveys counts."""
        return cases_link(kind, {"shop": self.store_id}, self.months)


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/promises` with the filters `shop`, `area`, `brand`, `owner` ("me" or a contact), `due`, the
    order `sort` and the cursor `after`; with `outcome` those that ended in the months `from` to `to`.

    The first page of open ones counts: if what it reads is all, it is filtered and sorted as read.
    """
    now, scope = deps.clock(), access.scope
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    chosen = read_filters(query, scope)
    after = open_promises.parse_cursor(query.get("after"))
    days = days_of(chosen.months(now.date())) if chosen.outcome else None
    group = load_group(chosen.stores, scope, deps, now, days)
    listed = [store.store_id for store in scope.stores if store.store_id in group.stores]
    ended = read_ended(chosen, group, scope, deps, now.date(), after) if chosen.outcome else None
    found = None if ended else _read_open(listed, chosen, scope, deps, after)
    counted = listed[:MAX_STORES_WITH_FIGURES]
    stores = _load_stores([*counted, *(found.store_ids if found else ())], scope, deps)
    figures, every_overdue = _figures([stores[each] for each in counted if each in stores], deps, now)
    cursor = ended.cursor if ended else found.page.cursor if found else None
    # By date, unless all there are stand on the page.
    ordered = chosen if cursor is None else replace(chosen, order="date")
    html = render(
        "promises.html.j2",
        scope.language,
        words="promises",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="promises",
        times=Times("UTC", now, scope.language),
        shared=translations("lists", scope.language),
        insight=translations("insights_frame", scope.language),
        rows=[
            _promise_row(each, stores[each.store_id], scope, now)
            for each in ordered.select(found.page.promises, stores, found.owners, now)
        ]
        if found
        else ended and ended.rows,
        ended=ended,
        month_names=_month_names(ended.months, scope.language) if ended else {},
        counts=_counts(found.first, chosen, stores, scope, now) if found and found.first else None,
        store_figures=figures,
        every_overdue=every_overdue,
        more_stores=len(listed) - len(counted),
        months=MONTHS,
        chosen=chosen,
        orders=ORDERS if found and cursor is None and len(scope.stores) > 1 else (),
        choices=_choices(chosen, group, stores, scope, now),
        continued=after is not None,
        next=chosen.address(cursor) if cursor else None,
    )
    return html_reply(html, scope.language)


def _month_names(months: Sequence[str], language: str) -> dict[str, str]:
    frame = translations("insights_frame", language)
    ends = {each: period_of("month", first_of_month(each)) for each in (months[0], months[-1])}
    return {each: month.label(frame) for each, month in ends.items()}


@dataclass(frozen=True, slots=True)
class OpenPromises:
    """What was read of open promises: the page, the `first` ones if it is the first page, which are counted, and the
    owner's contact id in each store, None for everybody's."""

    page: PromisePage
    first: PromisePage | None
    owners: Mapping[str, str] | None

    @property
    def store_ids(self) -> list[str]:
        """The ids of their stores."""
        return [each.store_id for each in (*self.page.promises, *(self.first.promises if self.first else ()))]


def _read_open(
    listed: Sequence[str], chosen: PromiseFilters, scope: Scope, deps: Deps, after: str | None
) -> OpenPromises:
    owners = chosen.owners(scope, deps, deps.clock())
    first = None if after else open_promises.first_open_promises(deps.table, frozenset(listed))
    if first is not None and (first.cursor is None or owners is None):
        return OpenPromises(first, first, owners)
    # One contact id is enough: a user has the same one in each of their stores.
    stores = frozenset(listed) if owners is None else frozenset(listed) & owners.keys()
    owner = None if owners is None else next(iter(owners.values()), "")
    return OpenPromises(open_promises.list_open_promises(deps.table, stores, owner, after), first, owners)


def _load_stores(ids: Sequence[str], scope: Scope, deps: Deps) -> dict[str, Store]:
    """Return the stores that the reader may see by their contacts; one batch for a hundred."""
    found = open_followups.load_related(deps.table, (), ids).stores
    return {key: store for key, store in found.items() if scope.includes(store)}


def _choices(
    chosen: PromiseFilters, group: StoreGroup, stores: Mapping[str, Store], scope: Scope, now: datetime
) -> dict[str, list[tuple[str, str]]]:
    """Return the options of each filter as values and labels; no stores if the user has only one."""
    text, frame = translations("promises", scope.language), translations("insights_frame", scope.language)
    shops = [(store.store_id, store.name) for store in scope.stores]
    months = periods_until(period_of("month", now.date()), MONTHS_OFFERED)[::-1]
    people = owner_choices(list(stores.values()), scope.user_id, chosen.owner)
    named = chosen.owner or MINE
    if named not in (MINE, *dict(people)):
        people.append((named, named.partition("@")[0]))
    return {
        "shop": shops if len(shops) > 1 else [],
        "area": [(area, area_label(group.name or area, scope.language))] if (area := chosen.area) else [],
        "brand": [(chosen.brand, chosen.brand)] if chosen.brand else [],
        "owner": [(MINE, text["mine"]), *people],
        "outcome": [(each, text["outcome"][each]) for each in (ENDED, *JUDGED)],
        "month": [(each.id, each.label(frame)) for each in months],
    }


def _counts(
    first: PromisePage, chosen: PromiseFilters, stores: Mapping[str, Store], scope: Scope, now: datetime
) -> dict[str, dict[str, int | bool]]:
    """Return how many open promises there are, overdue, due today and the user's own: each as `n`, and `more` if there
    may be others beyond those that were read."""
    kinds: dict[str, tuple[Due | None, Mapping[str, str] | None]] = {
        "open": (None, None),
        "overdue": ("overdue", None),
        "today": ("today", None),
        "mine": (None, own_contact_ids(scope)),
    }
    base = PromiseFilters(chosen.store_id)
    numbers = {
        kind: len(replace(base, due=due).select(first.promises, stores, owners, now))
        for kind, (due, owners) in kinds.items()
    }
    return {kind: {"n": n, "more": first.cursor is not None} for kind, n in numbers.items()}


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
            links=_links(store, months[store.store_id]),
            owners=_by_owner(promises.get(store.store_id, {}), store, months[store.store_id]),
            recovery=recoveries.get(store.store_id, RecoveryFigures()),
            months=months[store.store_id],
            store_id=store.store_id,
        )
        for store in stores
        if store.store_id in promises or store.store_id in recoveries
    ]
    return figures, every


def _by_owner(
    figures: Mapping[str, PromiseFigures], store: Store, months: Sequence[str]
) -> list[OwnerFigures]:
    named = ((store.contact(owner), owner, each) for owner, each in figures.items() if each.judged)
    found = (
        OwnerFigures(contact.name if contact else owner, each, _links(store, months, owner))
        for contact, owner, each in named
    )
    return sorted(found, key=lambda row: row.name.casefold())


def _links(store: Store, months: Sequence[str], owner: str | None = None) -> dict[str, str]:
    """Return where the promises of a store are, or of one owner, by outcome, and those that are overdue."""
    of = PromiseFilters(store.store_id, owner=f"{owner}@{store.store_id}" if owner else None)
    ended: dict[str, str] = {
        each: of.address(outcome=each, first=months[0], last=months[-1]) for each in JUDGED
    }
    return {**ended, "overdue": of.address(due="overdue")}


def _months(store: Store, now: datetime) -> list[str]:
    """Return the present month in the store's time zone and the ones before it (`2026-11`)."""
    today = store.hours.local_date(now)
    count = today.year * 12 + today.month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(count - MONTHS + 1, count + 1)]
