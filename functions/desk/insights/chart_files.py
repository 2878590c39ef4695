"""Charts with their table, and both as files: CSV for spreadsheets, SVG for presentations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desk.insights.chart import Chart, draw_chart, score_points
from desk.insights.figure_rows import ScoreRow
from desk.web.render import render
from lazo.insight.score import ScoreFigure
from lazo.rounding import rounded
from lazo.text.csv_cells import BOM, csv_row
from lazo.translations import translations
from lazo.web.responses import Response

SCORE_COLUMNS = ("n", "promoters", "passives", "detractors", "score", "lower", "upper")


@dataclass(frozen=True, slots=True)
class ScoreChart:
    """A chart of scores and its table. `id` is that of its section, and names it in files and addresses; `words` are
    its title, alternative text, what its rows are (`column`), and what it is good for (`lead`, "" if that is plain)."""

    id: str
    words: Mapping[str, str]
    rows: Sequence[ScoreRow]
    chart: Chart


def score_chart(
    id: str,
    words: Mapping[str, str],
    rows: Sequence[ScoreRow],
    *,
    joined: bool = False,
    benchmark: float | None = None,
) -> ScoreChart | None:
    """Return the chart of these scores, with the line of a `benchmark`; None without answers."""
    chart = draw_chart(score_points(rows), joined=joined, benchmark=benchmark)
    return ScoreChart(id, words, rows, chart) if chart else None


def asked_file(
    query: Mapping[str, str], charts: Iterable[ScoreChart], name: str, language: str
) -> Response | None:
    """Return the file that a query asks for: `format` csv or svg, of the `chart` (or of the first). `name` says whose
    figures they are, for the file's name. None if it asks for none, or there is no such chart."""
    every = list(charts)
    wanted = query.get("chart") or (every[0].id if every else "")
    chart = next((each for each in every if each.id == wanted), None)
    if chart is None:
        return None
    file_name = f"lazo-{name}-{chart.id}"
    if query.get("format") == "csv":
        return scores_csv(file_name, chart.words["column"], chart.rows, language)
    if query.get("format") == "svg":
        return svg_file(file_name, "chart_file.svg.j2", language, chart=chart.chart, about=chart.words)
    return None


def scores_csv(file_name: str, column: str, rows: Iterable[ScoreRow], language: str) -> Response:
    """Return a CSV file with a line for each row: bands, score and interval as whole points (as on the page), empty
    without answers."""
    names: Mapping[str, str] = translations("insights_frame", language)["csv"]
    head = [column, *(names[name] for name in SCORE_COLUMNS)]
    return csv_file(file_name, [head, *([row.id, *score_cells(row.figure)] for row in rows)])


def score_cells(figure: ScoreFigure) -> list[str | int]:
    """Return the cells of SCORE_COLUMNS."""
    bands = figure.bands
    score: list[str | int] = ["", "", ""]
    if figure.score is not None and figure.interval is not None:
        score = [rounded(figure.score), *figure.interval.whole]
    return [bands.n, bands.promoters, bands.passives, bands.detractors, *score]


def csv_file(file_name: str, lines: Iterable[Iterable[str | int]]) -> Response:
    """Return a CSV file; its first line names the columns."""
    return _file(f"{file_name}.csv", "text/csv", BOM + "".join(map(csv_row, lines)))


def svg_file(file_name: str, template: str, language: str, **view: Any) -> Response:
    """Return an SVG file, made by a template."""
    return _file(f"{file_name}.svg", "image/svg+xml", render(template, language, **view))


def _file(name: str, kind: str, body: str) -> Response:
    headers = {
        "content-type": f"{kind}; charset=utf-8",
        "content-disposition": f'attachment; filename="{name}"',
    }
    return Response(200, body, headers)
