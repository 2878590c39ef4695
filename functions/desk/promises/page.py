"""What was promised in one's shops: what is due next or overdue, how many promises are kept, and who was won back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from desk.account.access import Access
from desk.deps import Deps
from desk.promises.display import format_due, promise_state
from desk.web.render import PageHeader, Times, render
from desk.web.responses import html_reply
from lazo.auth.users import Scope, user_id_of
from lazo.followup.resurvey import ResurveyFigures
from lazo.promise.kept_rate import PromiseFigures, total_figures
from lazo.promise.model import Promise
from lazo.store.model import Store
from lazo.table import recovery
from lazo.table.views import open_followups, open_promises
from lazo.web.responses import Response

MONTHS: Final = 3
"""Of which the figures are: this one and those before it."""
SHOPS_AT_MOST: Final = 50
"""Whose figures a page shows; of the others when they are chosen."""


@dataclass(frozen=True, slots=True)
class OpenPromiseRow:
    """A promise still owed, as the page shows it: `state` as on the follow-up page, `owner` a name."""

    promise: Promise
    state: str
    due: str
    shop: str
    owner: str
    mine: bool
    times: Times


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """What became of a shop's promises, of each owner's by name, and of those whom it asked again."""

    shop: str
    figures: PromiseFigures
    owners: Sequence[tuple[str, PromiseFigures]]
    recovery: ResurveyFigures


@dataclass(frozen=True, slots=True)
class PromiseFilters:
    """What is shown: of one shop or all (None), of oneself or of everybody."""

    shop: str | None
    mine: bool

    def address(self, after: str | None = None, **changes: Any) -> str:
        """The page's address with these choices and `changes` to them, from `after` on."""
        now = {"shop": self.shop, "owner": "me" if self.mine else None, "after": after} | changes
        query = urlencode({name: value for name, value in now.items() if value})
        return f"/desk/promises?{query}" if query else "/desk/promises"


def show(event: dict[str, Any], deps: Deps, visit: Access) -> Response:
    """`GET /desk/promises`, with `shop` and `owner` ("me") to choose by, and `after` of another page."""
    now, scope = deps.clock(), visit.scope
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    chosen = _chosen(query, scope)
    after = open_promises.parse_cursor(query.get("after"))
    listed = [shop.store_id for shop in scope.stores if chosen.shop in (None, shop.store_id)]
    page = open_promises.list_open_promises(deps.table, *_wanted(listed, chosen, scope), after)
    counted = listed[:SHOPS_AT_MOST]
    ids = (*counted, *(each.store_id for each in page.promises))
    stores = {
        key: store
        for key, store in open_followups.load_related(deps.table, (), ids).stores.items()
        if scope.sees(store)
    }
    html = render(
        "promises.html.j2",
        scope.language,
        words="promises",
        visitor=PageHeader(scope.name, deps.new_form_token(visit.session)),
        here="promises",
        times=Times("UTC", now, scope.language),
        owed=[
            _owed(each, stores[each.store_id], scope, now)
            for each in page.promises
            if each.store_id in stores
        ],
        shops=_figures([stores[each] for each in counted if each in stores], deps, now),
        more_shops=len(listed) - len(counted),
        months=MONTHS,
        chosen=chosen,
        choices=scope.stores if len(scope.stores) > 1 else (),
        continued=after is not None,
        next=chosen.address(page.cursor) if page.cursor else None,
    )
    return html_reply(html, scope.language)


def _chosen(query: Mapping[str, str], scope: Scope) -> PromiseFilters:
    shop = query.get("shop", "")
    return PromiseFilters(
        shop=shop if scope.store(shop) and len(scope.stores) > 1 else None, mine=query.get("owner") == "me"
    )


def _wanted(listed: Sequence[str], chosen: PromiseFilters, scope: Scope) -> tuple[frozenset[str], str | None]:
    """The shops to look in, and whose promises for. A person is named by the same id in each of their shops."""
    if not chosen.mine:
        return frozenset(listed), None
    named = {shop.store_id: shop.contact_id for shop in scope.stores_naming_them}
    own = next(iter(named.values()), "")
    return frozenset(listed) & named.keys(), own


def _owed(promise: Promise, store: Store, scope: Scope, now: datetime) -> OpenPromiseRow:
    times = Times(store.timezone, now, scope.language)
    owner = store.contact(promise.owner)
    return OpenPromiseRow(
        promise=promise,
        state=promise_state(promise, now),
        due=format_due(promise.due, store, times),
        shop=store.name,
        owner=owner.name if owner else promise.owner,
        mine=owner is not None and user_id_of(owner) == scope.user_id,
        times=times,
    )


def _figures(stores: Sequence[Store], deps: Deps, now: datetime) -> list[StoreFigures]:
    """Of the shops that have promised or asked again anything; by two batches."""
    months = {store.store_id: _months(store, now) for store in stores}
    kept = open_promises.promise_figures(deps.table, months)
    asked = recovery.recovery_by_store(deps.table, months)
    return [
        StoreFigures(
            shop=store.name,
            figures=total_figures(kept.get(store.store_id, {}).values()),
            owners=_by_owner(kept.get(store.store_id, {}), store),
            recovery=asked.get(store.store_id, ResurveyFigures()),
        )
        for store in stores
        if store.store_id in kept or store.store_id in asked
    ]


def _by_owner(figures: Mapping[str, PromiseFigures], store: Store) -> list[tuple[str, PromiseFigures]]:
    named = ((store.contact(owner), owner, each) for owner, each in figures.items() if each.ended)
    found = ((contact.name if contact else owner, each) for contact, owner, each in named)
    return sorted(found, key=lambda pair: pair[0].casefold())


def _months(store: Store, now: datetime) -> list[str]:
    """This month at the shop and those before it (`2026-11`)."""
    today = store.hours.local_date(now)
    count = today.year * 12 + today.month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(count - MONTHS + 1, count + 1)]
