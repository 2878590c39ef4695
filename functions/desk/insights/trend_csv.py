"""The scores of the chart as a file for spreadsheets."""

from collections.abc import Mapping, Sequence
from typing import Any

from desk.insights.figures import ScoreRow
from lazo.text.csv_cells import BOM, csv_row
from lazo.web.responses import Response


def trend_csv(rows: Sequence[ScoreRow], text: Mapping[str, Any], months: Sequence[str]) -> Response:
    """Return a CSV file with a line for each of `months` (`2026-11`): bands, score and interval as whole points (as on
    the page), empty without answers."""
    names = ("month", "n", "promoters", "passives", "detractors", "score", "lower", "upper")
    lines = [csv_row(text["csv"][name] for name in names)]
    for month, row in zip(months, rows, strict=True):
        bands = row.figure.bands
        score: list[str | int] = ["", "", ""]
        if row.figure.score is not None and row.figure.interval is not None:
            score = [round(row.figure.score), *row.figure.interval.whole]
        lines.append(csv_row([month, bands.n, bands.promoters, bands.passives, bands.detractors, *score]))
    name = f"lazo-{months[0]}-{months[-1]}.csv"
    headers = {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": f'attachment; filename="{name}"',
    }
    return Response(200, BOM + "".join(lines), headers)
