"""The board: the open follow-ups of one's shops, most urgent first."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from desk.account.access import Access
from desk.board import filters as board_filters
from desk.board.cards import FollowUpCard, build_card
from desk.board.filters import MINE, NOBODYS, OPEN_STAGES, BoardFilters, Choice
from desk.deps import Deps
from desk.web.render import PageHeader, Times, render
from desk.web.responses import html_reply
from lazo.auth.users import Scope, user_id_of
from lazo.table import users
from lazo.table.stores import UnknownStore
from lazo.table.views import open_followups
from lazo.table.views.open_followups import FollowUpPage, FollowUpQuery, RelatedItems
from lazo.translations import translations
from lazo.web.responses import Response

FEW_SHOPS = 10
"""Of so many shops all contacts are offered as owners; of more, those of the shops on the page."""


def show(event: dict[str, Any], deps: Deps, visit: Access) -> Response:
    """`GET /desk`, with `shop`, `stage`, `theme`, `owner` to filter by and `after` of another page."""
    now, scope = deps.clock(), visit.scope
    themes = translations("labels", scope.language)["themes"]
    filters = board_filters.read_filters(event, scope, themes)
    after = open_followups.parse_cursor((event.get("queryStringParameters") or {}).get("after"))
    page = open_followups.list_open_followups(deps.table, _wanted(filters, visit, deps, now), after)
    behind = open_followups.load_related(deps.table, page.followups, _shops_to_name(filters, scope))
    behind = replace(
        behind, stores={key: store for key, store in behind.stores.items() if scope.includes(store)}
    )
    cards = _cards(page, behind, scope, now)
    choices = _choices(filters, behind, scope, themes)
    form = deps.new_form_token(visit.session)
    html = render(
        "board.html.j2",
        scope.language,
        words="board",
        visitor=PageHeader(scope.name, form),
        here="board",
        times=cards[0].times if cards else Times("UTC", now, scope.language),
        cards=cards,
        many_zones=len({each.times.zone for each in cards}) > 1,
        filters=filters,
        choices=choices,
        chosen=filters.names(choices),
        continued=after is not None,
        next=filters.address(page.cursor) if page.cursor else None,
        full=page.full,
    )
    return html_reply(html, scope.language)


def _wanted(filters: BoardFilters, visit: Access, deps: Deps, now: datetime) -> FollowUpQuery:
    """The filters within the visitor's scope, whatever they name."""
    scope = visit.scope
    mine = frozenset(shop.store_id for shop in scope.stores)
    stores = mine & {filters.shop} if filters.shop else mine
    owner: str | None = None
    if filters.owner == NOBODYS:
        owner = ""
    elif filters.owner == MINE:
        # A person is named by the same id in each of their shops: it is part of who they are.
        owner = scope.member_stores[0].contact_id
        stores &= {shop.store_id for shop in scope.member_stores}
    elif filters.named_owner:
        owner, at = filters.named_owner
        stores &= _shops_of(owner, at, deps, now)
    return FollowUpQuery(stores, filters.stage, filters.theme, owner)


def _shops_of(contact_id: str, store_id: str, deps: Deps, now: datetime) -> frozenset[str]:
    """Where a contact's id means the same person as in this shop."""
    try:
        contact = deps.stores.get(store_id, now).contact(contact_id)
    except UnknownStore:
        contact = None
    known = users.load_scope(deps.table, user_id_of(contact)) if contact else None
    return frozenset(shop.store_id for shop in known.stores) if known else frozenset({store_id})


def _shops_to_name(filters: BoardFilters, scope: Scope) -> list[str]:
    """The shops whose contacts can be chosen as owners, also while none of their follow-ups is on the page."""
    named = [filters.named_owner[1]] if filters.named_owner else []
    if filters.shop:
        return [filters.shop, *named]
    few = scope.stores if len(scope.stores) <= FEW_SHOPS else ()
    return [*(shop.store_id for shop in few), *named]


def _cards(page: FollowUpPage, behind: RelatedItems, scope: Scope, now: datetime) -> list[FollowUpCard]:
    return [
        build_card(
            each,
            behind.answers.get(each.answer_ulid or ""),
            behind.stores[each.store_id],
            scope.user_id,
            scope.language,
            now,
        )
        for each in page.followups
        if each.store_id in behind.stores
    ]


def _choices(
    filters: BoardFilters, behind: RelatedItems, scope: Scope, themes: dict[str, str]
) -> dict[str, list[Choice]]:
    """What can be filtered by; no shops for somebody who has one."""
    text, stages = translations("board", scope.language), translations("labels", scope.language)["stages"]
    shops = [Choice(shop.store_id, shop.name) for shop in scope.stores]
    return {
        "shop": shops if len(shops) > 1 else [],
        "stage": [Choice(stage, stages[stage]) for stage in OPEN_STAGES],
        "theme": sorted((Choice(*each) for each in themes.items()), key=lambda choice: choice.label),
        "owner": [
            Choice(MINE, text["owner"]["mine"]),
            Choice(NOBODYS, text["owner"]["nobodys"]),
            *board_filters.owner_choices(list(behind.stores.values()), scope.user_id, filters),
        ],
    }
