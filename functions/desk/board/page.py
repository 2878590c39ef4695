"""The board: open follow-ups of all stores that the user may see, most urgent first."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.account.access import Access
from desk.board import filters as board_filters
from desk.board.cards import FollowUpCard, build_card
from desk.board.filters import MINE, OPEN_STAGES, UNOWNED, BoardFilters
from desk.deps import Deps
from desk.web.render import PageHeader, Times, html_reply, render
from lazo.auth.users import Scope, user_id_of
from lazo.followup.model import FollowUp
from lazo.table import users
from lazo.table.messaging import deliveries
from lazo.table.stores import UnknownStore
from lazo.table.views import open_followups
from lazo.table.views.open_followups import FollowUpPage, FollowUpQuery, RelatedItems
from lazo.translations import translations
from lazo.web.responses import Response

if TYPE_CHECKING:
    from desk.insights.board_score import BoardScore

MAX_STORES_FOR_ALL_OWNERS = 10
"""Up to so many stores, all their contacts are offered as owners; beyond, only those of the stores on the page."""


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk` with the filters `shop`, `stage`, `theme`, `owner` and the cursor `after`."""
    now, scope = deps.clock(), access.scope
    themes = translations("labels", scope.language)["themes"]
    filters = board_filters.read_filters(event, scope, themes)
    after = open_followups.parse_cursor((event.get("queryStringParameters") or {}).get("after"))
    page = open_followups.list_open_followups(deps.table, _query(filters, access, deps, now), after)
    related = open_followups.load_related(deps.table, page.followups, _stores_for_owners(filters, scope))
    # The store's own contacts decide what the user may see now; the scope may be older.
    related = replace(
        related, stores={key: store for key, store in related.stores.items() if scope.includes(store)}
    )
    cards = _cards(page, related, deps, scope, now)
    choices = _choices(filters, related, scope, themes)
    times = cards[0].times if cards else Times("UTC", now, scope.language)
    html = render(
        "board.html.j2",
        scope.language,
        words="board",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="board",
        times=times,
        score=_score(filters, related, deps, scope, now) if after is None else None,
        cards=cards,
        many_zones=len({each.times.zone for each in cards}) > 1,
        filters=filters,
        choices=choices,
        chosen=filters.chosen_labels(choices),
        continued=after is not None,
        next=filters.address(page.cursor) if page.cursor else None,
        full=page.full,
    )
    return html_reply(html, scope.language)


def _score(
    filters: BoardFilters, related: RelatedItems, deps: Deps, scope: Scope, now: datetime
) -> "BoardScore | None":
    """Return the score of the chosen store, or of all; of few stores only of those whose contacts name the user."""
    from desk.insights.board_score import board_score  # 40 ms that no alert's page needs

    wanted = [filters.store_id] if filters.store_id else [store.store_id for store in scope.stores]
    if len(wanted) <= MAX_STORES_FOR_ALL_OWNERS:
        wanted = [each for each in wanted if each in related.stores]
    return board_score(deps.table, scope, wanted, filters.store_id, now.date()) if wanted else None


def _query(filters: BoardFilters, access: Access, deps: Deps, now: datetime) -> FollowUpQuery:
    """Return the query for the filters, limited to the stores of the user's scope."""
    scope = access.scope
    visible = frozenset(store.store_id for store in scope.stores)
    stores = visible & {filters.store_id} if filters.store_id else visible
    owner: str | None = None
    if filters.owner == UNOWNED:
        owner = ""
    elif filters.owner == MINE:
        # A user has the same contact id in each of their stores: it is part of the user id.
        owner = scope.member_stores[0].contact_id
        stores &= {store.store_id for store in scope.member_stores}
    elif filters.named_owner:
        owner, at = filters.named_owner
        stores &= _stores_of(owner, at, deps, now)
    return FollowUpQuery(stores, filters.stage, filters.theme, owner)


def _stores_of(contact_id: str, store_id: str, deps: Deps, now: datetime) -> frozenset[str]:
    """Return the ids of the stores where a contact id means the same user as in this store."""
    try:
        contact = deps.stores.get(store_id, now).contact(contact_id)
    except UnknownStore:
        contact = None
    scope = users.load_scope(deps.table, user_id_of(contact)) if contact else None
    return frozenset(store.store_id for store in scope.stores) if scope else frozenset({store_id})


def _stores_for_owners(filters: BoardFilters, scope: Scope) -> list[str]:
    """Return the ids of the stores whose contacts are offered as owners, besides the stores on the page."""
    named = [filters.named_owner[1]] if filters.named_owner else []
    if filters.store_id:
        return [filters.store_id, *named]
    few = scope.stores if len(scope.stores) <= MAX_STORES_FOR_ALL_OWNERS else ()
    return [*(store.store_id for store in few), *named]


def _cards(
    page: FollowUpPage, related: RelatedItems, deps: Deps, scope: Scope, now: datetime
) -> list[FollowUpCard]:
    return [
        build_card(
            each,
            related.telling_answer_of(each),
            related.stores[each.store_id],
            scope.user_id,
            scope.language,
            now,
            _told(each, deps),
        )
        for each in page.followups
        if each.store_id in related.stores
    ]


def _told(followup: FollowUp, deps: Deps) -> int:
    """Return how many contacts were sent something about an unattended follow-up: one query for each of these."""
    if followup.unattended_since is None:
        return 0
    return len(deliveries.notified_contacts(deps.table, followup.followup_id))


def _choices(
    filters: BoardFilters, related: RelatedItems, scope: Scope, themes: dict[str, str]
) -> dict[str, list[tuple[str, str]]]:
    """Return the options of each filter as values and labels; no stores if the user has only one."""
    text, stages = translations("board", scope.language), translations("labels", scope.language)["stages"]
    stores = [(store.store_id, store.name) for store in scope.stores]
    return {
        "shop": stores if len(stores) > 1 else [],
        "stage": [(stage, stages[stage]) for stage in OPEN_STAGES],
        "theme": sorted(themes.items(), key=lambda theme: theme[1]),
        "owner": [
            (MINE, text["owner"]["mine"]),
            (UNOWNED, text["owner"]["nobodys"]),
            *board_filters.owner_choices(list(related.stores.values()), scope.user_id, filters),
        ],
    }
