"""Which stores differ from their brand beyond chance: a funnel plot instead of a league table.

A store's score strays from the brand's by chance, the more the fewer its answers. Limits after D. J. Spiegelhalter,
"Funnel plots for comparing institutional performance", Statistics in Medicine 24, 2005, 1185-1202: 95 % and 99.8 %,
without allowance for stores that differ truly, since that is what is looked for. Of many stores some are outside by
chance: which ones to believe is decided by the share of false ones, not by a line.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from lazo.insight.bands import BandCounts
from lazo.insight.chance import believable
from lazo.insight.interval import Z_95, Interval, around
from lazo.insight.score import ENOUGH, adjusted_mean

Z_998: Final = 3.090232306167813
FALSE_SHARE: Final = 0.1
"""Of the stores said to be above or below at most this share is expected to be so by chance."""

Standing = Literal["above", "below", "within", "too_few"]


@dataclass(frozen=True, slots=True)
class StoreStanding:
    """A store in the funnel. `limits`: where 95 % of stores with as many answers would be by chance alone."""

    store_id: str
    bands: BandCounts
    limits: Interval
    standing: Standing


def store_standings(stores: Mapping[str, BandCounts]) -> list[StoreStanding]:
    """Return each store's standing among all stores of a brand, in the order given. Stores with fewer than ENOUGH
    answers count for the brand and are not judged."""
    brand = sum(stores.values(), BandCounts())
    judged = [store_id for store_id, bands in stores.items() if ENOUGH <= bands.n < brand.n]
    chances = [chance_of_stray(stores[store_id], brand) for store_id in judged]
    outside = {judged[index] for index in believable(chances, FALSE_SHARE)}
    return [
        StoreStanding(
            store_id,
            bands,
            funnel_limits(brand, bands.n),
            _standing(bands, brand, outside=store_id in outside, judged=bands.n >= ENOUGH),
        )
        for store_id, bands in stores.items()
    ]


def funnel_limits(brand: BandCounts, n: int, z: float = Z_95) -> Interval:
    """Return between which scores (-100 to 100) a store with `n` of the brand's answers is by chance; Z_998 for the
    outer line."""
    if not brand.n or not n:
        return Interval(-100, 100)
    return around(brand.score or 0.0, 100 * _standard_error(brand, n), z).clamped(-100, 100)


def _standard_error(brand: BandCounts, n: int) -> float:
    """Return that of a store's mean around the brand's. The store is a part of the brand, hence the difference."""
    _, variance = adjusted_mean(brand)
    return math.sqrt(variance * (brand.n + 3) * max(0.0, 1 / n - 1 / brand.n))


def chance_of_stray(store: BandCounts, brand: BandCounts) -> float:
    """Return how likely a store whose customers are the brand's strays as far as this one, to either side.

    Where most customers are delighted, scores stray far down more easily than up; the saddlepoint approximation of the
    sum of answers takes that into account (R. Lugannani and S. Rice, Advances in Applied Probability 12, 1980; for
    whole numbers H. E. Daniels, International Statistical Review 55, 1987). A store that is a large part of the brand
    strays less from it.
    """
    n = store.n
    away = store.promoters - store.detractors - n * (brand.score or 0.0) / 100
    if abs(away) <= 0.5:
        return 1.0
    # Half an answer towards the middle, since answers come whole.
    mean = (store.promoters - store.detractors - math.copysign(0.5, away)) / n
    z = _saddlepoint_z(brand, n, mean) / math.sqrt(1 - n / brand.n)
    return min(1.0, math.erfc(abs(z) / math.sqrt(2)))


def _saddlepoint_z(brand: BandCounts, n: int, mean: float) -> float:
    """Return by how many standard deviations of a normal distribution the `mean` (-1 to 1) of n answers is away."""
    size = brand.n + 3
    p, d = (brand.promoters + 0.75) / size, (brand.detractors + 0.75) / size
    q = 1 - p - d
    tilt = (mean * q + math.sqrt((mean * q) ** 2 + 4 * p * d * (1 - mean**2))) / (2 * p * (1 - mean))
    total = p * tilt + q + d / tilt
    at = math.log(tilt)
    root = math.copysign(math.sqrt(max(0.0, 2 * n * (at * mean - math.log(total)))), at)
    if abs(root) < 1e-3:
        return root
    scaled = 2 * math.sinh(at / 2) * math.sqrt(n * ((p * tilt + d / tilt) / total - mean**2))
    return root + math.log(scaled / root) / root


def _standing(store: BandCounts, brand: BandCounts, *, outside: bool, judged: bool) -> Standing:
    if not judged:
        return "too_few"
    if not outside:
        return "within"
    return "above" if (store.score or 0.0) > (brand.score or 0.0) else "below"
