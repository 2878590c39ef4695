"""The touchpoints of the insights: the score of each QR code of a store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desk.account.access import Access
from desk.answers import filters as answer_filters
from desk.deps import Deps
from desk.insights.chart_files import SCORE_COLUMNS, csv_file, score_cells
from desk.insights.figure_rows import answers_link
from desk.insights.navigation import page_path
from desk.insights.page import page_reply
from desk.insights.readings import read_figures
from desk.insights.selection import Selection, load_selection
from desk.insights.touchpoint_notes import touchpoint_notes
from desk.web.addresses import page_address
from lazo.insight.answer_counts import AnswerCounts
from lazo.insight.bands import BandCounts
from lazo.insight.score import ScoreFigure, score_figure
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
class TouchpointRow:
    """A touchpoint by its label, whether its code is in use, and its score; suspect answers are in `not_counted`."""

    code: str
    label: str
    active: bool
    figure: ScoreFigure


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/insights/touchpoints` with the filters of the overview, for one store; of several, offer the
    stores to choose from. `format`: `csv`."""
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
    reading = read_figures(deps.table, chosen)
    store_id = chosen.store.store_id
    touchpoints = stores.list_touchpoints(deps.table, store_id)
    rows = touchpoint_rows(reading.answers, touchpoints, chosen.scope.language)
    if query.get("format") == "csv":
        return _csv(rows, chosen)
    counted = sum(row.figure.n for row in rows)
    return page_reply(
        "touchpoints",
        "insight_touchpoints.html.j2",
        chosen,
        deps,
        access,
        rows=rows,
        notes=_notes(
            {store_id: store_signs(deps.table, store_id)},
            {each.code: each.label for each in touchpoints},
            chosen,
        ),
        uncounted=reading.answers.bands.n - counted,
        address=answers_link(chosen).to(chosen.period) if reading.answers.bands.n else None,
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
            answer_filters.PATH, shop=note.store_id, **{"from": note.first.isoformat(), "to": last}
        )
        where = labels.get(note.code, note.code)
        if not chosen.store:
            where = f"{names.get(note.store_id, note.store_id)}, {note.code}"
        found.append((where, note.sentence, address))
    return found


def touchpoint_rows(
    counts: AnswerCounts, touchpoints: Sequence[Touchpoint], language: str
) -> list[TouchpointRow]:
    """Return the score of each touchpoint by its label: of those in use, and of others with answers, also of codes that
    are not the store's any more."""
    known = {each.code: each for each in touchpoints}
    codes = {each.code for each in touchpoints if each.active}
    codes |= counts.touchpoints.keys() | counts.suspect_touchpoints.keys()
    gone = translations("insights_touchpoints", language)["gone"]
    rows = [
        TouchpointRow(
            code,
            known[code].label if code in known else gone,
            code in known and known[code].active,
            score_figure(
                counts.touchpoints.get(code, BandCounts()),
                {"suspect": counts.suspect_touchpoints.get(code, 0)},
            ),
        )
        for code in codes
    ]
    return sorted(rows, key=lambda row: (row.label.casefold(), row.code))


def _csv(rows: Sequence[TouchpointRow], chosen: Selection) -> Response:
    language = chosen.scope.language
    names = translations("insights_frame", language)["csv"]
    text = translations("insights_touchpoints", language)["csv"]
    head = [text["label"], text["code"], *(names[each] for each in SCORE_COLUMNS), text["suspect"]]
    lines = [
        [row.label, row.code, *score_cells(row.figure), row.figure.not_counted["suspect"]] for row in rows
    ]
    return csv_file(f"lazo-{chosen.period.id}-touchpoints", [head, *lines])
