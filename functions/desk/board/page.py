"""The board: open follow-ups of all stores that the user may see, most urgent first."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from desk.account.access import Access
from desk.board import filters as board_filters
from desk.board.cards import build_cards
from desk.board.filters import MINE, OPEN_STAGES, UNOWNED, BoardFilters
from desk.board.reading import BoardReading, board_tag, read_board
from desk.deps import Deps
from desk.promises.today import promised_today
from desk.web.addresses import page_address
from desk.web.assets import OF_THE_BOARD
from desk.web.render import CSP_OF_LIVE_PAGES, PageHeader, Times, html_reply, render
from desk.web.store_groups import StoreGroup, area_label, load_group, stores_of_contact
from lazo.auth.users import Scope
from lazo.followup.model import FollowUp
from lazo.table.views import open_followups
from lazo.table.views.open_followups import FollowUpQuery, RelatedItems
from lazo.translations import translations
from lazo.web.responses import Response, html_response

if TYPE_CHECKING:
    from desk.insights.board_score import BoardScore

MAX_STORES_FOR_ALL_OWNERS = 10
"""Up to so many stores, all their contacts are offered as owners; beyond, only those of the stores on the page."""
ASK_EVERY: Final = (20, 60)
"""Seconds after which an open page asks whether anything has changed: for a reader of so many stores, and of more,
whose lists may cost a query for each store."""


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk` with the filters `shop`, `stage`, `theme`, `owner`, `view`, the order `sort` and the cursor
    `after`.

    The first page has a tag: a browser that asks again with it gets 304 if nothing changed, before anything but the
    user and the lists was read.
    """
    now, scope = deps.clock(), access.scope
    themes = translations("labels", scope.language)["themes"]
    filters = board_filters.read_filters(event, scope, themes)
    after = open_followups.parse_cursor((event.get("queryStringParameters") or {}).get("after"))
    group = load_group(filters.stores, scope, deps, now)
    query = _query(filters, group, access, deps, now)
    if after is not None:
        found = BoardReading(open_followups.list_open_followups(deps.table, query, after), None)
        return html_reply(_page(found, filters, group, deps, access, now, continued=True), scope.language)
    first = open_followups.first_entries(deps.table, group.stores)
    tag = board_tag(scope, filters.address(), first, "".join(asset.name for asset in OF_THE_BOARD), now)
    if tag in (event.get("headers") or {}).get("if-none-match", ""):
        return Response(304, headers={"etag": tag})
    found = read_board(deps.table, query, filters, first, scope, now)
    html = _page(found, filters, group, deps, access, now, tag=tag)
    return html_response(200, html, CSP_OF_LIVE_PAGES, scope.language, {"etag": tag})


def _page(
    found: BoardReading,
    filters: BoardFilters,
    group: StoreGroup,
    deps: Deps,
    access: Access,
    now: datetime,
    *,
    tag: str = "",
    continued: bool = False,
) -> str:
    scope, page = access.scope, found.page
    themes = translations("labels", scope.language)["themes"]
    oldest = found.counts.oldest if found.counts else None
    wanted = [*_stores_for_owners(filters, group), *([oldest.store_id] if oldest else [])]
    related = open_followups.load_related(deps.table, page.followups, wanted)
    # The store's own contacts decide what the user may see now; the scope may be older.
    related = replace(
        related, stores={key: store for key, store in related.stores.items() if scope.includes(store)}
    )
    cards = build_cards(page.followups, related, scope, now)
    choices = _choices(filters, group, related, scope, themes)
    return render(
        "board.html.j2",
        scope.language,
        words="board",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="board",
        times=cards[0].times if cards else Times("UTC", now, scope.language),
        shared=translations("lists", scope.language),
        insight=translations("insights_frame", scope.language),
        score=None if continued else _score(filters, group, related, deps, scope, now),
        cards=cards,
        many_zones=len({each.times.zone for each in cards}) > 1,
        many_stores=len(scope.stores) > 1,
        filters=filters,
        counts=found.counts,
        oldest=_oldest(oldest, related, now, scope) if oldest else None,
        promised=None if continued else promised_today(deps.table, group.stores, related.stores, now),
        promises_of_today=page_address("/desk/promises", due="today", **filters.stores.stores),
        orders=board_filters.ORDERS,
        sorted=found.sorted,
        read_at_most=open_followups.READ_AT_MOST,
        choices=choices,
        chosen=filters.chosen_labels(choices),
        continued=continued,
        tag=tag,
        ask_every=ASK_EVERY[len(scope.stores) > MAX_STORES_FOR_ALL_OWNERS],
        next=filters.address(page.cursor) if page.cursor else None,
        full=page.full,
    )


def _oldest(followup: FollowUp, related: RelatedItems, now: datetime, scope: Scope) -> tuple[str, str] | None:
    """Return the address of the case that waits longest for somebody, and for how long; None if the user may not see
    its store any more."""
    store = related.stores.get(followup.store_id)
    if store is None or followup.unattended_since is None:
        return None
    waits = Times(store.timezone, now, scope.language).lasting(followup.unattended_since)
    return f"/desk/followups/{followup.followup_id}", waits


def _score(
    filters: BoardFilters,
    group: StoreGroup,
    related: RelatedItems,
    deps: Deps,
    scope: Scope,
    now: datetime,
) -> "BoardScore | None":
    """Return the score of the chosen stores; of a reader of few only of those whose contacts name the user."""
    from desk.insights.board_score import board_score  # 40 ms that no alert's page needs

    wanted = [store.store_id for store in scope.stores if store.store_id in group.stores]
    if filters.store_id or len(scope.stores) <= MAX_STORES_FOR_ALL_OWNERS:
        wanted = [each for each in wanted if each in related.stores]
    return board_score(deps.table, scope, wanted, filters.stores, now.date()) if wanted else None


def _query(
    filters: BoardFilters, group: StoreGroup, access: Access, deps: Deps, now: datetime
) -> FollowUpQuery:
    """Return the query for the filters; `group`: the stores that are chosen."""
    scope, stores = access.scope, group.stores
    owner: str | None = None
    if filters.owner == UNOWNED:
        owner = ""
    elif filters.owner == MINE:
        # A user has the same contact id in each of their stores: it is part of the user id.
        owner = scope.member_stores[0].contact_id
        stores &= {store.store_id for store in scope.member_stores}
    elif filters.named_owner:
        owner, at = filters.named_owner
        stores &= stores_of_contact(owner, at, deps, now)
    overdue_at = now if filters.view in ("overdue", "behind") else None
    unattended = {"unattended": True, "behind": False}.get(filters.view or "")
    return FollowUpQuery(stores, filters.stage, filters.theme, owner, overdue_at, unattended)


def _stores_for_owners(filters: BoardFilters, group: StoreGroup) -> list[str]:
    """Return the ids of the stores whose contacts are offered as owners, besides the stores on the page: the chosen
    ones, if there are few."""
    few = sorted(group.stores) if len(group.stores) <= MAX_STORES_FOR_ALL_OWNERS else ()
    return [*few, *([filters.named_owner[1]] if filters.named_owner else [])]


def _choices(
    filters: BoardFilters, group: StoreGroup, related: RelatedItems, scope: Scope, themes: dict[str, str]
) -> dict[str, list[tuple[str, str]]]:
    """Return the options of each filter as values and labels; no stores if the user has only one."""
    text, stages = translations("board", scope.language), translations("labels", scope.language)["stages"]
    stores = [(store.store_id, store.name) for store in scope.stores]
    return {
        "shop": stores if len(stores) > 1 else [],
        "area": [(area, area_label(group.name or area, scope.language))] if (area := filters.area) else [],
        "brand": [(filters.brand, filters.brand)] if filters.brand else [],
        "stage": [(stage, stages[stage]) for stage in OPEN_STAGES],
        "theme": sorted(themes.items(), key=lambda theme: theme[1]),
        "owner": [
            (MINE, text["owner"]["mine"]),
            (UNOWNED, text["owner"]["nobodys"]),
            *board_filters.owner_choices(list(related.stores.values()), scope.user_id, filters.owner),
        ],
    }
