"""The themes of the insights: what customers complain about, praise and name; and a page of each theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desk.account.access import Access
from desk.answers.filters import OPINIONS
from desk.deps import Deps
from desk.insights.chart import SHARE_STEPS, Chart, draw_chart, share_points
from desk.insights.chart_files import csv_file, svg_file
from desk.insights.figure_rows import AnswersLink, ShareRow, answers_link
from desk.insights.navigation import page_path
from desk.insights.page import page_reply
from desk.insights.readings import Reading, read_themes
from desk.insights.selection import Selection, load_selection
from desk.insights.theme_figures import ThemeRow, opinion_rows, theme_rows
from lazo.translations import translations
from lazo.web.responses import Response

PATH: Final = page_path("themes")
CHARTS: Final = ("complained", "praised")
SHARE_COLUMNS: Final = ("share", "lower", "upper")


@dataclass(frozen=True, slots=True)
class ShareChart:
    """A chart of shares and its table: id of the period, its label, and the share, None without answers. `words` as for
    a ScoreChart."""

    id: str
    words: Mapping[str, str]
    rows: Sequence[tuple[str, str, ShareRow | None]]
    chart: Chart


def show(event: dict[str, Any], deps: Deps, access: Access) -> Response:
    """Answer `GET /desk/insights/themes` with the filters of the overview; `theme` shows one, with its trend. `format`:
    the table as `csv`, and of one theme also a `chart` (`complained`, `praised`) as `csv` or `svg`."""
    query: Mapping[str, str] = event.get("queryStringParameters") or {}
    chosen = load_selection(event, deps, access)
    language = chosen.scope.language
    names: Mapping[str, str] = translations("labels", language)["themes"]
    theme = query.get("theme", "")
    if theme in names:
        return _show_theme(theme, query, chosen, deps, access)
    reading = read_themes(deps.table, chosen, trend=False)
    rows = theme_rows(reading, sorted(names, key=lambda each: names[each]), answers_link(chosen), language)
    if query.get("format") == "csv":
        return _themes_csv(rows, chosen, names)
    return page_reply(
        "themes",
        "insight_themes.html.j2",
        chosen,
        deps,
        access,
        rolled_up_at=reading.rolled_up_at,
        not_by_day=reading.not_by_day,
        rows=rows,
        drivers=[row for row in rows if row.drives],
        changes=[row for row in rows if row.changed],
        before=chosen.period.before.label(translations("insights_frame", language)),
        theme_page={each: chosen.filters.address(path=PATH, also={"theme": each}) for each in names},
    )


def _show_theme(
    theme: str, query: Mapping[str, str], chosen: Selection, deps: Deps, access: Access
) -> Response:
    language, link = chosen.scope.language, answers_link(chosen)
    reading = read_themes(deps.table, chosen, trend=True)
    charts = _charts(theme, reading, link, language)
    if file := _asked_file(query, charts, f"{theme}-{chosen.period.id}", language):
        return file
    rows = theme_rows(reading, sorted(translations("labels", language)["themes"]), link, language)
    return page_reply(
        "themes",
        "insight_theme.html.j2",
        chosen,
        deps,
        access,
        rolled_up_at=reading.rolled_up_at,
        not_by_day=reading.not_by_day,
        kept={"theme": theme},
        theme=theme,
        row=next((each for each in rows if each.theme == theme), None),
        before=chosen.period.before.label(translations("insights_frame", language)),
        charts=charts,
        every_theme=chosen.filters.address(path=PATH),
    )


def _charts(theme: str, reading: Reading, link: AnswersLink, language: str) -> list[ShareChart]:
    """Return the charts of the share of answers that complain about a theme, and of those that praise it."""
    frame, words = (
        translations("insights_frame", language),
        translations("insights_themes", language)["chart"],
    )
    unit = frame["unit"][reading.period.unit]
    rows = [
        (each.id, each.short_label(frame), opinion_rows(counts, theme, link, each))
        for each, counts in reading.shown
    ]
    rows = rows[next((at for at, (_, _, shares) in enumerate(rows) if shares), 0) :]
    found = []
    for opinion in CHARTS:
        of_opinion = [
            (id, label, next((share for share in shares if share.name == opinion), None))
            for id, label, shares in rows
        ]
        chart = draw_chart(share_points([row[1:] for row in of_opinion]), steps=SHARE_STEPS)
        if chart and any(share and share.of.hits for _, _, share in of_opinion):
            found.append(ShareChart(opinion, {**words[opinion], "column": unit}, of_opinion, chart))
    return found


def _asked_file(
    query: Mapping[str, str], charts: Sequence[ShareChart], name: str, language: str
) -> Response | None:
    chart = next((each for each in charts if each.id == query.get("chart")), None)
    if chart is None:
        return None
    file_name = f"lazo-{name}-{chart.id}"
    if query.get("format") == "svg":
        return svg_file(file_name, "chart_file.svg.j2", language, chart=chart.chart, about=chart.words)
    if query.get("format") != "csv":
        return None
    text = translations("insights_themes", language)["csv"]
    head = [chart.words["column"], text["n"], text[chart.id], *(text[each] for each in SHARE_COLUMNS)]
    rows = ([id, *_share_cells(share)] for id, _, share in chart.rows)
    return csv_file(file_name, [head, *rows])


def _themes_csv(rows: Sequence[ThemeRow], chosen: Selection, names: Mapping[str, str]) -> Response:
    text = translations("insights_themes", chosen.scope.language)["csv"]
    head = [text["theme"], text["n"]]
    for opinion in OPINIONS:
        head += [text[opinion], *(text[each] for each in SHARE_COLUMNS)]
    lines = [
        [
            names[row.theme],
            row.shares[0].of.n,
            *(cell for share in row.shares for cell in _share_cells(share)[1:]),
        ]
        for row in rows
    ]
    return csv_file(f"lazo-{chosen.period.id}-themes", [head, *lines])


def _share_cells(share: ShareRow | None) -> list[str | int]:
    """Return all answers, those that are meant, their share and its interval in per cent."""
    if share is None:
        return ["", "", "", "", ""]
    return [share.of.n, share.of.hits, share.percent, *share.of.percent_range]
