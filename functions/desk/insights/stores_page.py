"""The stores of the insights: which ones differ beyond chance, as a funnel plot, and all of them by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desk.account.access import Access
from desk.deps import Deps
from desk.insights.chart_files import SCORE_COLUMNS, csv_file, score_cells, svg_file
from desk.insights.figure_rows import AnswersLink
from desk.insights.filters import InsightFilters
from desk.insights.funnel_chart import draw_funnel
from desk.insights.navigation import page_path
from desk.insights.page import page_reply
from desk.insights.readings import stores_in_period
from desk.insights.selection import MONTHS, Selection, load_selection
from lazo.insight.bands import BandCounts
from lazo.insight.score import ScoreFigure, score_figure
from lazo.insight.statements import describe, score_statement, standing_statement
from lazo.insight.store_comparison import Standing, StoreStanding, store_standings
from lazo.table.views.month_figures import StoreAnswers
from lazo.translations import translations
from lazo.web.responses import Response

PATH: Final = page_path("stores")
PAGE: Final = 50
"""Stores in the table; the file has all."""
NAMED: Final = 25
"""Stores that are named as above, and as below; the table says it of all."""


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store with its score and where it stands; if beyond chance, as a `sentence`. `address` is its overview's;
    `answers` and `apart`: where the answers are to read, those that are counted and the others."""

    store_id: str
    name: str
    figure: ScoreFigure
    standing: Standing
    sentence: str
    address: str
    answers: str | None
    apart: str | None


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/insights/stores` with the filters of the overview; `page`: of the table, from 1. `format`: the
    table of all stores as `csv`, or the funnel plot as `svg`."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    chosen = load_selection(event, deps, access, MONTHS)
    counted = stores_in_period(deps.table, chosen)
    standings = {each.store_id: each for each in store_standings(_bands(counted))}
    of_all = sum((each.bands for each in standings.values()), BandCounts())
    rows = _rows(chosen, standings, counted)
    language = chosen.scope.language
    if query.get("format") == "csv":
        return _csv(rows, chosen)
    funnel = draw_funnel((standings[row.store_id] for row in rows if row.store_id in standings), of_all)
    if query.get("format") == "svg" and funnel:
        name = f"lazo-{chosen.period.id}-stores"
        return svg_file(name, "funnel_file.svg.j2", language, words="insights_stores", chart=funnel)
    return page_reply(
        "stores",
        "insight_stores.html.j2",
        chosen,
        deps,
        access,
        funnel=funnel,
        of_all=describe(score_statement(score_figure(of_all)), language),
        of_all_address=AnswersLink(chosen.filters).to(chosen.period) if chosen.group and of_all.n else None,
        outside={name: [row for row in rows if row.standing == name] for name in ("below", "above")},
        most_named=NAMED,
        **_table_page(rows, query.get("page", ""), chosen),
    )


def _bands(counted: Mapping[str, StoreAnswers]) -> dict[str, BandCounts]:
    return {store_id: each.bands for store_id, each in counted.items()}


def _rows(
    chosen: Selection, standings: Mapping[str, StoreStanding], counted: Mapping[str, StoreAnswers]
) -> list[StoreRow]:
    """Return the chosen stores by name, also those without answers."""
    rows = []
    inside = frozenset(chosen.store_ids)
    for store in (each for each in chosen.scope.stores if each.store_id in inside):
        standing = standings.get(store.store_id)
        suspect = counted[store.store_id].suspect if standing else 0
        link = AnswersLink(InsightFilters(store.store_id))
        rows.append(
            StoreRow(
                store.store_id,
                store.name,
                score_figure(standing.bands if standing else BandCounts(), {"suspect": suspect}),
                standing.standing if standing else "too_few",
                describe(standing_statement(standing), chosen.scope.language)
                if standing and standing.standing in ("below", "above")
                else "",
                chosen.filters.address(store_id=store.store_id, area=None, brand=None),
                link.to(chosen.period) if standing and standing.bands.n else None,
                link.to(chosen.period, results="doubtful") if suspect else None,
            )
        )
    return rows


def _table_page(rows: Sequence[StoreRow], wanted: str, chosen: Selection) -> dict[str, Any]:
    """Return the stores of a page of the table, and where the pages before and after it are."""
    last = max(1, -(-len(rows) // PAGE))
    page = min(int(wanted), last) if wanted.isascii() and wanted.isdigit() and wanted != "0" else 1

    def address(to: int) -> str | None:
        if not 1 <= to <= last:
            return None
        return chosen.filters.address(path=PATH, also={"page": str(to)})

    shown = rows[(page - 1) * PAGE : page * PAGE]
    return {
        "rows": shown,
        "page": page,
        "last": last,
        "before": address(page - 1),
        "after": address(page + 1),
    }


def _csv(rows: Sequence[StoreRow], chosen: Selection) -> Response:
    language = chosen.scope.language
    names = translations("insights_frame", language)["csv"]
    text = translations("insights_stores", language)
    head = [*(text["csv"][each] for each in ("id", "name")), *(names[each] for each in SCORE_COLUMNS)]
    head += [text["csv"][each] for each in ("suspect", "standing")]
    lines = [
        [
            row.store_id,
            row.name,
            *score_cells(row.figure),
            row.figure.not_counted["suspect"],
            text["standing"][row.standing],
        ]
        for row in rows
    ]
    return csv_file(f"lazo-{chosen.period.id}-stores", [head, *lines])
