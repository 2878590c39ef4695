"""Where the marks of the funnel plot go: a dot for each store by answers and score, and the limits of chance.

Dots of one kind are one path, each a point of it, since as many circles would be most of the page; coordinates are
whole and half pixels, so that dots at the same place are drawn once.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from desk.insights.chart import BOTTOM, LEFT, RIGHT, TOP
from lazo.insight.bands import BandCounts
from lazo.insight.interval import Z_95
from lazo.insight.score import ENOUGH
from lazo.insight.store_comparison import Z_998, Standing, StoreStanding, funnel_limits

LIMIT_POINTS: Final = 40
"""Points of each line of a limit."""
STEP: Final = 25
MOST_LABELS: Final = 7
DRAWN: Final[tuple[Standing, ...]] = ("within", "below", "above")


@dataclass(frozen=True, slots=True)
class Funnel:
    """All that is drawn. `ticks` and `labels`: a score or number of answers, and where it is; `middle`: the height of
    the score of all; `inner` and `outer`: the paths of the limits that 95 % and 99.8 % of stores are within by chance;
    `dots`: path of the stores of each standing."""

    ticks: Sequence[tuple[int, float]]
    labels: Sequence[tuple[int, float]]
    middle: float
    inner: Sequence[str]
    outer: Sequence[str]
    dots: Sequence[tuple[Standing, str]]


def draw_funnel(standings: Iterable[StoreStanding], of_all: BandCounts) -> Funnel | None:
    """Return the funnel plot of these stores among `of_all`; None if none has enough answers. Those with too few are
    not drawn."""
    judged = [each for each in standings if each.standing != "too_few"]
    if not judged or of_all.score is None:
        return None
    most = max(max(each.bands.n for each in judged), 2 * ENOUGH)
    widest = funnel_limits(of_all, ENOUGH, Z_998)
    scores = [each.bands.score or 0.0 for each in judged]
    lowest = max(-100, math.floor(min(*scores, widest.lower) / STEP) * STEP)
    highest = min(100, math.ceil(max(*scores, widest.upper) / STEP) * STEP)

    def across(n: float) -> float:
        """The square root of n: where stores with few answers are, limits bend most."""
        share = (math.sqrt(n) - math.sqrt(ENOUGH)) / (math.sqrt(most) - math.sqrt(ENOUGH))
        return LEFT + share * (RIGHT - LEFT)

    def height(score: float) -> float:
        return BOTTOM - (score - lowest) / (highest - lowest) * (BOTTOM - TOP)

    def limit(z: float, *, upper: bool) -> str:
        roots = [
            math.sqrt(ENOUGH) + at * (math.sqrt(most) - math.sqrt(ENOUGH)) / LIMIT_POINTS
            for at in range(LIMIT_POINTS + 1)
        ]
        ends = [(root**2, funnel_limits(of_all, min(round(root**2), of_all.n), z)) for root in roots]
        placed = [f"{across(n):.1f} {height(each.upper if upper else each.lower):.1f}" for n, each in ends]
        return "M" + "L".join(placed)

    places: dict[Standing, dict[str, None]] = {standing: {} for standing in DRAWN}
    for each, score in zip(judged, scores, strict=True):
        places[each.standing][f"M{_half(across(each.bands.n)):g} {_half(height(score)):g}h0"] = None
    return Funnel(
        ticks=[(tick, _half(height(tick))) for tick in range(lowest, highest + 1, STEP)],
        labels=[(n, _half(across(n))) for n in _round_numbers(most)],
        middle=_half(height(of_all.score)),
        inner=[limit(Z_95, upper=upper) for upper in (False, True)],
        outer=[limit(Z_998, upper=upper) for upper in (False, True)],
        dots=[(standing, "".join(found)) for standing, found in places.items() if found],
    )


def _half(pixels: float) -> float:
    return round(2 * pixels) / 2


def _round_numbers(most: int) -> list[int]:
    """Return round numbers of answers from ENOUGH up to `most`, far enough apart to stand below a chart."""
    apart = (math.sqrt(most) - math.sqrt(ENOUGH)) / MOST_LABELS
    found = [ENOUGH]
    for number in (digit * 10**zeros for zeros in range(1, 7) for digit in (2, 3, 4, 5, 7, 10)):
        if number <= most and math.sqrt(number) - math.sqrt(found[-1]) >= apart:
            found.append(number)
    return found
