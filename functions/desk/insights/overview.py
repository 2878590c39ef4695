"""The insights: the score of the reader's stores, what drags it down, and who needs help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from desk.account.access import Access
from desk.deps import Deps
from desk.insights import filters as insight_filters
from desk.insights import periods
from desk.insights.chart import score_chart
from desk.insights.figures import (
    AnswersLink,
    ScoreOverview,
    StoreMonths,
    score_overview,
    store_scores,
)
from desk.insights.filters import InsightFilters
from desk.insights.navigation import page_links
from desk.insights.periods import Period
from desk.insights.trend_csv import trend_csv
from desk.web.addresses import page_address
from desk.web.render import PageHeader, Times, html_reply, render, say
from lazo.auth.users import Scope
from lazo.followup.recovery import total_recovery
from lazo.insight.recovery_effect import resurvey_figures
from lazo.insight.statements import describe, resurvey_statement
from lazo.promise.kept_rate import PromiseFigures, total_figures
from lazo.store.model import Store
from lazo.table import recovery
from lazo.table.views import open_followups, open_promises, overdue_followups, overdue_promises
from lazo.table.views.answer_counts import counts_by_month
from lazo.translations import translations
from lazo.web.responses import Response

MAX_STORES: Final = 25
"""The figures of so many stores are added up; whoever sees more chooses (record 612)."""
MONTHS_OF_ONE, MONTHS_OF_SEVERAL = 12, 6
"""How many months the chart of one store, and that of several, goes back: each has some 30 items to read."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader looks at: stores that may be added up, or too many of them (`stores` is None), the period, and
    the months that are read."""

    store_ids: Sequence[str]
    stores: Sequence[Store] | None
    period: Period
    months: Sequence[str]

    @property
    def offered(self) -> list[Period]:
        """The periods that may be chosen."""
        return periods.periods_of(self.months)


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/insights` with the filters `shop`, `area` and `period`; `format=csv`: the months as a file."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    now, scope = deps.clock(), access.scope
    text = translations("insights_page", scope.language)
    filters = insight_filters.read_filters(query, scope)
    named = deps.stores.find(filters.area.partition("@")[2], now) if filters.area else None
    chosen = _choose(
        filters, insight_filters.chosen_store_ids(filters, scope, deps.table, named), deps, scope, now
    )
    link = AnswersLink(filters.store_id, exact=filters.area is None)
    counts = _read_counts(chosen, deps, scope.language)
    overview = score_overview(counts, chosen.period, chosen.months, link, scope.language, text)
    if query.get("format") == "csv" and chosen.stores is not None:
        return trend_csv(overview.months, text, chosen.months)
    html = render(
        "insights.html.j2",
        scope.language,
        words="insights_page",
        header=PageHeader(scope.name, deps.new_form_token(access.session)),
        here="insights",
        pages=page_links(filters, "overview"),
        insight=translations("insights_frame", scope.language),
        times=Times("UTC", now, scope.language),
        filters=filters,
        chosen=chosen,
        most_stores=MAX_STORES,
        stores_to_choose=scope.stores if len(scope.stores) > 1 else (),
        areas=insight_filters.area_choices(_for_areas(chosen, named), scope.user_id, filters.area),
        place=_place(filters, chosen, scope, named, text),
        waiting=overdue_followups.count_overdue_followups(deps.table, frozenset(chosen.store_ids), now),
        board=page_address("/desk", shop=filters.store_id),
        ledger=page_address("/desk/promises", shop=filters.store_id),
        **_of_answers(overview, counts, chosen, filters, text),
        **_of_cases(chosen, deps, scope.language, now),
    )
    return html_reply(html, scope.language)


def _choose(
    filters: InsightFilters, store_ids: Sequence[str], deps: Deps, scope: Scope, now: datetime
) -> Chosen:
    """Read the chosen stores, unless they are too many, and keep those that the reader may see by their contacts."""
    stores = None
    if len(store_ids) <= MAX_STORES:
        found = open_followups.load_related(deps.table, (), store_ids).stores
        stores = [found[each] for each in store_ids if each in found and scope.includes(found[each])]
        store_ids = [store.store_id for store in stores]
    today = max((store.hours.local_date(now) for store in stores or ()), default=now.date())
    count = MONTHS_OF_ONE if len(store_ids) == 1 else MONTHS_OF_SEVERAL
    months = periods.months_until(today, count)
    offered = {each.id: each for each in periods.periods_of(months)}
    return Chosen(store_ids, stores, offered.get(filters.period or "", Period(months[-1:])), months)


def _read_counts(chosen: Chosen, deps: Deps, language: str) -> StoreMonths:
    if not chosen.stores:
        return {}
    first = date.fromisoformat(f"{chosen.months[0]}-01")
    last = Period(tuple(chosen.months[-1:])).last
    themes = translations("labels", language)["themes"]
    return counts_by_month(deps.table, [store.store_id for store in chosen.stores], first, last, themes)


def _of_answers(
    overview: ScoreOverview,
    counts: StoreMonths,
    chosen: Chosen,
    filters: InsightFilters,
    text: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what the template shows of answers."""
    short = [text["short_months"][int(month[-2:]) - 1] for month in chosen.months]
    names = {store.store_id: store.name for store in chosen.stores or ()}
    figures = [row.figure for row in overview.months]
    return {
        "overview": overview,
        "chart": score_chart(list(zip(short, figures, strict=True))),
        "stores": store_scores(
            counts, chosen.period, names, lambda store_id: filters.address(store_id=store_id, area=None)
        )
        if len(names) > 1
        else [],
    }


def _of_cases(chosen: Chosen, deps: Deps, language: str, now: datetime) -> dict[str, Any]:
    """Return what the template shows of promises and recovery, in the chosen period: two batches for each hundred
    store months, a query, and what it finds."""
    months = {store.store_id: chosen.period.months for store in chosen.stores or ()}
    kept = open_promises.promise_figures(deps.table, months)
    # What is overdue now belongs to no period that is over.
    of_now = frozenset(months) if chosen.months[-1] in chosen.period.months else frozenset()
    overdue, every = overdue_promises.count_overdue(deps.table, of_now, now)
    figures = [each for owners in kept.values() for each in owners.values()]
    recovered = total_recovery(recovery.recovery_by_store(deps.table, months).values())
    return {
        "promises": total_figures([*figures, PromiseFigures(overdue=sum(overdue.values()))]),
        "every_overdue": every,
        "recovery": recovered,
        "resurvey": describe(resurvey_statement(resurvey_figures(recovered)), language),
    }


def _for_areas(chosen: Chosen, named: Store | None) -> list[Store]:
    """Return the stores whose area managers are offered: those that were read."""
    return [*(chosen.stores or ()), *([named] if named else [])]


def _place(
    filters: InsightFilters, chosen: Chosen, scope: Scope, named: Store | None, text: Mapping[str, Any]
) -> str:
    """Return whose figures they are, in words."""
    if len(chosen.store_ids) == 1 and chosen.stores:
        return chosen.stores[0].name
    if filters.area:
        contact = named.contact(filters.area.partition("@")[0]) if named else None
        return say(text["area_of"], name=contact.name if contact else "–", n=len(chosen.store_ids))
    return say(text["all_of"], n=len(scope.stores))
