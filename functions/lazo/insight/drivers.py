"""What drags a score down: the points that each theme costs or brings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lazo.insight.bands import BandCounts
from lazo.insight.interval import Interval, around, z_for_all_of
from lazo.insight.score import ENOUGH, adjusted_mean


@dataclass(frozen=True, slots=True)
class Driver:
    """A theme, how many answers mention it, and what that does to the score: `points` is the score of all answers
    less that of those that do not mention the theme. It goes along with the theme; that it is the cause is not shown.
    `is_enough`: so many answers mention it, and so many do not, that it may be ranked."""

    theme: str
    n: int
    points: float
    interval: Interval
    is_enough: bool


def drivers(of_all: BandCounts, by_theme: Mapping[str, BandCounts]) -> list[Driver]:
    """Return what each theme does to the score, what costs most first. `by_theme`: the bands of the answers that
    mention it, which are part of all. The intervals hold together with 95 %, so that the worst of many may be named.
    Themes that no answer or each answer mentions are left out."""
    mentioned = {theme: bands for theme, bands in by_theme.items() if 0 < bands.n < of_all.n}
    z = z_for_all_of(len(mentioned))
    return sorted((_driver(theme, bands, of_all, z) for theme, bands in mentioned.items()), key=_points)


def _points(driver: Driver) -> tuple[float, str]:
    return driver.points, driver.theme


def _driver(theme: str, bands: BandCounts, of_all: BandCounts, z: float) -> Driver:
    """Return the product of the theme's share and the difference of both scores, with the error of both (delta
    method). The answers that are added (three to a score, four to a share: A. Agresti and B. Coull, The American
    Statistician 52, 1998) widen the interval and do not move it: of twenty answers they would hide an eighth of the
    difference."""
    others = of_all - bands
    gap = ((bands.score or 0.0) - (others.score or 0.0)) / 100
    share = (bands.n + 2) / (of_all.n + 4)
    points = (of_all.score or 0.0) - (others.score or 0.0)
    variance = adjusted_mean(bands)[1] + adjusted_mean(others)[1]
    error = math.sqrt(share**2 * variance + gap**2 * share * (1 - share) / of_all.n)
    is_enough = min(bands.n, others.n) >= ENOUGH
    return Driver(theme, bands.n, points, around(points, 100 * error, z), is_enough)
