"""The team's page: how fast customers are answered, who never was, and who has what. A process, not a ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any, Final

from desk.account.access import Access
from desk.board.filters import BoardFilters
from desk.deps import Deps
from desk.insights import team_figures
from desk.insights.case_lists import KINDS, show_cases
from desk.insights.navigation import cases_link, page_path
from desk.insights.page import page_reply
from desk.insights.selection import MONTHS, Selection, load_selection
from desk.insights.step_figures import (
    again_links,
    never_sentence,
    pace_sentences,
    recovery_sentences,
    step_rows,
)
from desk.promises.filters import PromiseFilters
from lazo.followup.model import FollowUp
from lazo.insight.case_figures import CaseFigures
from lazo.insight.month_figures import MonthFigures
from lazo.store.model import Store
from lazo.table.dynamodb.table import Table
from lazo.table.views import month_figures, open_followups, open_promises, overdue_promises
from lazo.table.views.case_figures import case_figures_by_store
from lazo.table.views.owned_followups import count_owned_followups
from lazo.table.views.unanswered_followups import unanswered_followups
from lazo.translations import translations
from lazo.web.responses import Response

MAX_STORES: Final = 25
"""The people of so many stores are listed, and their times read as of now; of more, the times as rolled up."""


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/insights/team` with the filters `shop`, `area`, `brand` and `period` (a month or a quarter).
    With `cases` (in KINDS) the cases that one of its figures counts."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    chosen = load_selection(event, deps, access, MONTHS)
    if query.get("cases") in KINDS:
        return show_cases(query["cases"], query, chosen, deps, access)
    stores = _stores(chosen, deps.table)
    by_store: Mapping[str, CaseFigures] = {}
    rolled_up_at = None
    if stores is None:
        rolled = _rolled_up(chosen, deps.table)
        total, rolled_up_at = rolled.cases, rolled.read_at
    else:
        by_store = case_figures_by_store(
            deps.table, {store.store_id: chosen.period.months for store in stores}
        )
        total = sum(by_store.values(), CaseFigures())
    cases_of = partial(cases_link, stores=chosen.filters.stores, months=chosen.period.months)
    return page_reply(
        "team",
        "insights_team.html.j2",
        chosen,
        deps,
        access,
        rolled_up_at=rolled_up_at,
        cases_of=cases_of,
        again=again_links(total, cases_of),
        case_kinds=translations("insights_cases", chosen.scope.language)["kind"],
        most_stores=MAX_STORES,
        listed=stores is not None,
        **_of_cases(total, chosen, deps.table),
        **_of_stores(by_store, stores or (), chosen),
        **_of_people(chosen, stores or (), deps.table, deps.clock()),
    )


def _stores(chosen: Selection, table: Table) -> list[Store] | None:
    """Return the chosen stores that the reader may see by their contacts, by one batch; None if they are too many."""
    if len(chosen.store_ids) > MAX_STORES:
        return None
    if chosen.store:
        return [chosen.store]
    found = open_followups.load_related(table, (), chosen.store_ids).stores
    return [found[each] for each in chosen.store_ids if each in found and chosen.scope.includes(found[each])]


def _rolled_up(chosen: Selection, table: Table) -> MonthFigures:
    """Return the figures of many stores in the period: a query for a group, else a batch for each hundred store
    months."""
    months = chosen.period.months
    if chosen.group:
        found = month_figures.group_months(table, chosen.group, months[0], months[-1])
    else:
        found = month_figures.total_store_months(table, chosen.store_ids, months)
    return sum(found.values(), MonthFigures())


def _of_cases(total: CaseFigures, chosen: Selection, table: Table) -> dict[str, Any]:
    """Return what the template shows of times, of those who were never answered, and of recovery. For one store: a
    query of its brand's months, one of its cases that nobody took on, and a batch."""
    language, months = chosen.scope.language, chosen.period.months
    pace: Sequence[str] = ()
    unanswered: Sequence[FollowUp] = ()
    if chosen.store:
        brand = month_figures.group_months(table, chosen.comparable, months[0], months[-1])
        of_brand = sum((month.cases for month in brand.values()), CaseFigures())
        steps = translations("insights_team", language)["step"]
        pace = pace_sentences(total, of_brand, steps, language)
        # A day more at each end, for whatever zone the store is in; its calendar then decides.
        begin = datetime.combine(chosen.period.first, time.min, UTC) - timedelta(days=1)
        end = datetime.combine(chosen.period.last, time.min, UTC) + timedelta(days=2)
        listed = unanswered_followups(table, chosen.store.store_id, begin, end)
        unanswered = [each for each in listed if each.opened_month in (None, *months)]
    return {
        "steps": step_rows(total, language),
        "not_reached": total.not_reached,
        "never": never_sentence(total, language),
        "never_answered": total.step("contacted").never,
        "pace": pace,
        "unanswered": unanswered,
        "recovery": recovery_sentences(total, language),
    }


def _of_stores(
    by_store: Mapping[str, CaseFigures], stores: Sequence[Store], chosen: Selection
) -> dict[str, Any]:
    """Return what the template shows store by store, if they are several."""

    def address(store_id: str) -> str:
        return chosen.filters.address(path=page_path("team"), store_id=store_id, area=None, brand=None)

    several = stores if len(stores) > 1 else ()
    return {"stores": team_figures.store_rows(several, by_store, address, chosen.scope.language)}


def _of_people(chosen: Selection, stores: Sequence[Store], table: Table, now: datetime) -> dict[str, Any]:
    """Return what the template shows of people: the cases that they have now, and their promises in the period."""
    store_ids = frozenset(store.store_id for store in stores)
    now_ids = store_ids & frozenset(chosen.now_ids)
    owned, every = count_owned_followups(table, now_ids, now)
    promises = open_promises.promise_figures(table, dict.fromkeys(store_ids, chosen.period.months))
    # What is overdue now belongs to no period that is over.
    of_now = now_ids if f"{chosen.today:%Y-%m}" in chosen.period.months else frozenset()
    overdue, every_overdue = overdue_promises.count_overdue(table, of_now, now)
    board, months = BoardFilters.of_stores(chosen.filters), chosen.period.months
    ledger = replace(PromiseFilters.of_stores(chosen.filters), first=months[0], last=months[-1])
    nobody, nobody_links = team_figures.nobodys_cases(owned, board)
    return {
        "people": team_figures.person_rows(
            stores, owned, team_figures.with_overdue(promises, overdue), board, ledger
        ),
        "nobody": nobody,
        "nobody_links": nobody_links,
        "every_case": every and every_overdue,
    }
