"""Where the marks of a chart of names go: a line for each, one below the other, with its score and interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from desk.insights.chart import LETTER, SCORE_STEPS, WIDTH, round_ticks
from desk.insights.figure_rows import ScoreRow

LEFT, RIGHT, TOP = 10, 290, 4
"""Edges of the area that the marks are drawn in; the view box is as wide as that of other charts."""
ROW: Final = 26
"""Height of a line: a name, and its interval below."""
MARK_AT: Final = 19
FOOT: Final = 18
LONGEST_NAME: Final = int(WIDTH // LETTER)


@dataclass(frozen=True, slots=True)
class RowMark:
    """A name at height `name_at`; its score at (`x`, `y`), and its interval from `start` to `end`. `few`: too few
    answers to compare."""

    name: str
    name_at: float
    x: float
    y: float
    start: float
    end: float
    few: bool


@dataclass(frozen=True, slots=True)
class RowChart:
    """All that is drawn in `height` pixels. `ticks`: score of each line, and where it is, from the top to `bottom`;
    `whole`: where the score of all together is, None without one."""

    height: float
    bottom: float
    ticks: Sequence[tuple[int, float]]
    marks: Sequence[RowMark]
    whole: float | None


def draw_rows(rows: Sequence[ScoreRow], whole: float | None = None) -> RowChart | None:
    """Return the chart of rows from top to bottom, those without answers left out; None if none has any. `whole`: the
    score of all together."""
    found = [(row, row.figure.score, row.figure.interval) for row in rows]
    drawn = [
        (row, score, interval) for row, score, interval in found if score is not None and interval is not None
    ]
    if not drawn:
        return None
    ends = [end for _, _, interval in drawn for end in (interval.lower, interval.upper)]
    ends += [whole] if whole is not None else []
    ticks = round_ticks(min(ends), max(ends), SCORE_STEPS)

    def across(score: float) -> float:
        return round(LEFT + (score - ticks[0]) / (ticks[-1] - ticks[0]) * (RIGHT - LEFT), 1)

    bottom = TOP + ROW * len(drawn)
    return RowChart(
        height=bottom + FOOT,
        bottom=bottom,
        ticks=[(tick, across(tick)) for tick in ticks],
        marks=[
            RowMark(
                _shortened(row.name),
                TOP + ROW * at + 11,
                across(score),
                TOP + ROW * at + MARK_AT,
                across(interval.lower),
                across(interval.upper),
                not row.figure.is_enough,
            )
            for at, (row, score, interval) in enumerate(drawn)
        ],
        whole=across(whole) if whole is not None else None,
    )


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
