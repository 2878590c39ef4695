"""The touchpoints of the insights: the score of each QR code of a store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desk.account.access import Access
from desk.answers import filters as answer_filters
from desk.deps import Deps
from desk.insights.chart_files import SCORE_COLUMNS, csv_file, score_cells, svg_file
from desk.insights.figure_rows import AnswersLink, ScoreRow, answers_link
from desk.insights.navigation import page_path
from desk.insights.page import page_reply
from desk.insights.readings import Reading, read_figures
from desk.insights.row_chart import draw_rows
from desk.insights.selection import Selection, load_selection
from desk.insights.touchpoint_notes import touchpoint_notes
from desk.web.addresses import page_address
from lazo.insight.bands import BandCounts
from lazo.insight.score import score_figure
from lazo.insight.touchpoint_watch import TouchpointSigns
from lazo.store.model import Touchpoint
from lazo.table import stores
from lazo.table.touchpoint_signs import signs_of_stores, store_signs
from lazo.translations import translations
from lazo.web.responses import Response

PATH: Final = page_path("touchpoints")
OFFERED_AS_LINKS: Final = 100
"""Of so many stores each is a link; of more the filter offers them."""


@dataclass(frozen=True, slots=True)
class TouchpointRow(ScoreRow):
    """A touchpoint by its code and label, whether that is in use, and its score; suspect answers are in
    `not_counted`, and to read at `apart`."""

    active: bool
    apart: str | None


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/insights/touchpoints` with the filters of the overview, for one store; of several, offer the
    stores to choose from. `format`: the table as `csv`, or the chart as `svg`."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    chosen = load_selection(event, deps, access)
    if chosen.store is None:
        ids = chosen.store_ids if len(chosen.store_ids) <= OFFERED_AS_LINKS else ()
        offered = [store for store in map(chosen.scope.store, ids) if store]
        links = [
            (each.name, chosen.filters.address(path=PATH, store_id=each.store_id, area=None, brand=None))
            for each in offered
        ]
        signs = signs_of_stores(deps.table, frozenset(chosen.store_ids))
        return page_reply(
            "touchpoints",
            "insight_touchpoints.html.j2",
            chosen,
            deps,
            access,
            rows=None,
            links=links,
            notes=_notes(signs, {}, chosen),
        )
    return _show_store(chosen.store.store_id, query.get("format", ""), chosen, deps, access)


def _show_store(store_id: str, file_format: str, chosen: Selection, deps: Deps, access: Access) -> Response:
    """Return the touchpoints of a store, as a page or as a file."""
    reading, language = read_figures(deps.table, chosen), chosen.scope.language
    touchpoints = stores.list_touchpoints(deps.table, store_id)
    rows = touchpoint_rows(reading, touchpoints, answers_link(chosen), language)
    if file_format == "csv":
        return _csv(rows, chosen)
    bands = reading.answers.bands
    chart = draw_rows(rows, bands.score)
    if file_format == "svg" and chart:
        about = translations("insights_touchpoints", language)["chart"]
        name = f"lazo-{chosen.period.id}-touchpoints"
        return svg_file(name, "row_chart_file.svg.j2", language, chart=chart, about=about)
    return page_reply(
        "touchpoints",
        "insight_touchpoints.html.j2",
        chosen,
        deps,
        access,
        rows=rows,
        chart=chart,
        notes=_notes(
            {store_id: store_signs(deps.table, store_id)},
            {each.code: each.label for each in touchpoints},
            chosen,
        ),
        uncounted=bands.n - sum(row.figure.n for row in rows),
        address=answers_link(chosen).to(chosen.period, results=None) if bands.n else None,
    )


def _notes(
    signs: Mapping[str, Mapping[str, TouchpointSigns]], labels: Mapping[str, str], chosen: Selection
) -> list[tuple[str, str, str]]:
    """Return what is unusual, as where it is (its touchpoint by `labels`, else by its code, after its store if there
    are several), what it is, and where its answers are to read."""
    above = {each.store_id for each in chosen.scope.stores if each.role != "store"}
    names = {each.store_id: each.name for each in chosen.scope.stores}
    found = []
    for note in touchpoint_notes(signs, above, chosen.scope.language):
        last = note.last.isoformat() if note.last else None
        address = page_address(
            answer_filters.PATH,
            shop=note.store_id,
            code=note.code,
            **{"from": note.first.isoformat(), "to": last},
        )
        where = labels.get(note.code, note.code)
        if not chosen.store:
            where = f"{names.get(note.store_id, note.store_id)}, {note.code}"
        found.append((where, note.sentence, address))
    return found


def touchpoint_rows(
    reading: Reading, touchpoints: Sequence[Touchpoint], link: AnswersLink, language: str
) -> list[TouchpointRow]:
    """Return the score of each touchpoint by its label: of those in use, and of others with answers, also of codes that
    are not the store's any more."""
    counts = reading.answers
    known = {each.code: each for each in touchpoints}
    codes = {each.code for each in touchpoints if each.active}
    codes |= counts.touchpoints.keys() | counts.suspect_touchpoints.keys()
    gone = translations("insights_touchpoints", language)["gone"]

    def row(code: str) -> TouchpointRow:
        bands, suspect = counts.touchpoints.get(code, BandCounts()), counts.suspect_touchpoints.get(code, 0)
        name, active = (known[code].label, known[code].active) if code in known else (gone, False)
        address = link.to(reading.period, code=code) if bands.n else None
        apart = link.to(reading.period, code=code, results="doubtful") if suspect else None
        return TouchpointRow(code, name, score_figure(bands, {"suspect": suspect}), address, active, apart)

    return sorted(map(row, codes), key=lambda each: (each.name.casefold(), each.id))


def _csv(rows: Sequence[TouchpointRow], chosen: Selection) -> Response:
    language = chosen.scope.language
    names = translations("insights_frame", language)["csv"]
    text = translations("insights_touchpoints", language)["csv"]
    head = [text["label"], text["code"], *(names[each] for each in SCORE_COLUMNS), text["suspect"]]
    lines = [[row.name, row.id, *score_cells(row.figure), row.figure.not_counted["suspect"]] for row in rows]
    return csv_file(f"lazo-{chosen.period.id}-touchpoints", [head, *lines])
