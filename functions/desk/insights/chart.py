"""Where the marks of the chart go: a score a month with its interval, as SVG draws it.

No library: pygal alone takes three times as long to import as the whole page (record 612).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lazo.insight.score import ScoreFigure

LEFT, RIGHT, TOP, BOTTOM = 32, 292, 8, 156
"""Edges of the area that the marks are drawn in; the view box is 300 by 180, pixels of a phone's card, so that its
letters are 11 pixels there and larger elsewhere."""
ALL_LABELS: Final = 8
"""Of more months every other one has a label, or they would touch."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A month: its score at (`x`, `y`), its interval from `top` to `bottom`. `few`: too few answers to compare."""

    label: str
    x: float
    y: float
    top: float
    bottom: float
    few: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is drawn. `ticks`: score and height of each line; `labels`: words below and where they are; `lines`:
    ends of the lines between neighbouring months that have enough answers."""

    ticks: tuple[tuple[int, float], ...]
    labels: tuple[tuple[str, float], ...]
    marks: tuple[Mark, ...]
    lines: tuple[tuple[Mark, Mark], ...]


def score_chart(months: Sequence[tuple[str, ScoreFigure]]) -> Chart | None:
    """Return the chart of months (their label and score), oldest first; None if no month has an answer."""
    ends = [end for _, each in months if each.interval for end in (each.interval.lower, each.interval.upper)]
    if not ends:
        return None
    ticks = _ticks(min(ends), max(ends))
    step = (RIGHT - LEFT) / len(months)

    def height(score: float) -> float:
        return round(BOTTOM - (score - ticks[0]) / (ticks[-1] - ticks[0]) * (BOTTOM - TOP), 1)

    def marks() -> Iterator[Mark | None]:
        for at, (label, each) in enumerate(months):
            if each.score is None or each.interval is None:
                yield None
                continue
            x = round(LEFT + step * (at + 0.5), 1)
            ends = height(each.interval.upper), height(each.interval.lower)
            yield Mark(label, x, height(each.score), *ends, few=not each.is_enough)

    placed = list(marks())
    return Chart(
        ticks=tuple((tick, height(tick)) for tick in ticks),
        labels=tuple(
            (label, round(LEFT + step * (at + 0.5), 1))
            for at, (label, _) in enumerate(months)
            if len(months) <= ALL_LABELS or (len(months) - at) % 2
        ),
        marks=tuple(mark for mark in placed if mark),
        lines=tuple((a, b) for a, b in pairwise(placed) if a and b and not a.few and not b.few),
    )


def _ticks(least: float, most: float) -> list[int]:
    """Return round scores around both, -100 to 100: every 25, or 50 if that would be more than six lines."""
    for step in (25, 50):
        lowest, highest = math.floor(least / step) * step, math.ceil(most / step) * step
        if (highest - lowest) // step < 6:
            break
    return list(range(lowest, highest + 1, step))
