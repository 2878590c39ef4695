"""Where the marks of a chart go: a figure with its interval each, as SVG draws it.

No library: pygal alone takes twice as long to import as the whole page (record 612).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from desk.insights.figure_rows import ScoreRow, ShareRow

LEFT, RIGHT, TOP, BOTTOM = 32, 292, 8, 156
"""Edges of the area that the marks are drawn in; the view box is 300 by 180, pixels of a phone's card, so that its
letters are 11 pixels there and larger elsewhere."""
WIDTH: Final = 300
LETTER: Final = 6.8
"""Width of a letter of that size, in a wide font."""
MOST_LINES: Final = 6
SCORE_STEPS: Final = (25, 50)
SHARE_STEPS: Final = (5, 10, 25)
WIDEST, SMALLEST_DOT, LARGEST_DOT = 8, 2, 4


@dataclass(frozen=True, slots=True)
class Point:
    """What is drawn of a period, an hour or the like. `value` is None where there are no answers; `few`: too few to
    compare."""

    label: str
    value: float | None
    lower: float = 0
    upper: float = 0
    few: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure at (`x`, `y`), its interval from `top` to `bottom`. `few`: too few answers to compare."""

    label: str
    x: float
    y: float
    top: float
    bottom: float
    few: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is drawn. `ticks`: figure and height of each line; `labels`: words below and where they are; `lines`:
    ends of the lines between neighbours that have enough answers; `bar` and `dot`: width of an interval, and radius;
    `benchmark`: where the line of another's figure is, None without one."""

    ticks: tuple[tuple[int, float], ...]
    labels: tuple[tuple[str, float], ...]
    marks: tuple[Mark, ...]
    lines: tuple[tuple[Mark, Mark], ...]
    bar: float
    dot: float
    benchmark: float | None = None


def score_points(rows: Sequence[ScoreRow]) -> list[Point]:
    """Return the points of scores."""
    return [
        Point(row.name, row.figure.score, *_ends(row), few=not row.figure.is_enough)
        if row.figure.interval
        else Point(row.name, None)
        for row in rows
    ]


def share_points(rows: Sequence[tuple[str, ShareRow | None]]) -> list[Point]:
    """Return the points of shares, in per cent, by their labels; None where there are no answers."""
    return [
        Point(
            label,
            100 * row.of.share,
            100 * row.of.interval.lower,
            100 * row.of.interval.upper,
            few=not row.is_enough,
        )
        if row
        else Point(label, None)
        for label, row in rows
    ]


def draw_chart(
    points: Sequence[Point],
    *,
    joined: bool = True,
    steps: Sequence[int] = SCORE_STEPS,
    benchmark: float | None = None,
) -> Chart | None:
    """Return the chart of points from left to right; None if none has answers. Neighbours are `joined` by lines if
    time passes from one to the next. `steps`: between the lines, of which the first is taken that makes few.
    `benchmark`: a figure that is a line of its own."""
    ends = [end for each in points if each.value is not None for end in (each.lower, each.upper)]
    if not ends:
        return None
    ends += [benchmark] if benchmark is not None else []
    ticks = round_ticks(min(ends), max(ends), steps)
    step = (RIGHT - LEFT) / len(points)

    def height(value: float) -> float:
        return round(BOTTOM - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (BOTTOM - TOP), 1)

    def mark(at: int, each: Point) -> Mark | None:
        if each.value is None:
            return None
        x = round(LEFT + step * (at + 0.5), 1)
        return Mark(each.label, x, height(each.value), height(each.upper), height(each.lower), each.few)

    placed = [mark(at, each) for at, each in enumerate(points)]
    return Chart(
        ticks=tuple((tick, height(tick)) for tick in ticks),
        labels=tuple(
            (points[at].label, _inside(LEFT + step * (at + 0.5), points[at].label))
            for at in _labelled(points, step)
        ),
        marks=tuple(each for each in placed if each),
        lines=tuple((a, b) for a, b in pairwise(placed) if joined and a and b and not a.few and not b.few),
        bar=round(min(WIDEST, 0.7 * step), 1),
        dot=round(min(LARGEST_DOT, max(SMALLEST_DOT, 0.3 * step)), 1),
        benchmark=height(benchmark) if benchmark is not None else None,
    )


def _ends(row: ScoreRow) -> tuple[float, float]:
    interval = row.figure.interval
    return (interval.lower, interval.upper) if interval else (0.0, 0.0)


def _inside(x: float, label: str) -> float:
    """Return where the middle of a label goes, so that it does not reach beyond the view box."""
    half = len(label) * LETTER / 2
    return round(min(max(x, half), WIDTH - half), 1)


def _labelled(points: Sequence[Point], step: float) -> list[int]:
    """Return which points have a label below: the last one, and every so many before it that they do not touch. Those
    at the edges are moved inside."""
    widest = max(len(each.label) for each in points) * LETTER
    moved = max(0.0, (widest - step) / 2 - (WIDTH - RIGHT))
    every = max(1, math.ceil((widest + LETTER + moved) / step))
    return [at for at in range(len(points)) if (len(points) - 1 - at) % every == 0]


def round_ticks(least: float, most: float, steps: Sequence[int]) -> list[int]:
    """Return round figures around both, a step apart: the first of `steps` that makes few of them."""
    for step in steps:
        lowest, highest = math.floor(least / step) * step, math.ceil(most / step) * step
        if (highest - lowest) // step < MOST_LINES:
            break
    return list(range(lowest, max(highest, lowest + step) + 1, step))
