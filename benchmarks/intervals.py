"""How often intervals of 95 % hold what is true.

    python -m benchmarks.intervals

For a score it is computed, not sampled: all samples of `n` answers that matter, each with its probability. The grid has
the bands in steps of ten per cent, each with at least a tenth, and at most seven tenths of passives; beside it stand
the extremes, where more than that are passives or a band is nearly empty. For differences, drivers and changes samples
are drawn (`SAMPLES`, with a fixed seed).
"""

import math
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from benchmarks import report
from lazo.insight.bands import BandCounts
from lazo.insight.drivers import drivers
from lazo.insight.interval import Interval
from lazo.insight.score import score_difference, score_interval

SMALL: Final = (5, 10, 15)
SIZES: Final = (20, 30, 50, 100, 200, 500)
SAMPLES: Final = int(os.environ.get("SAMPLES", "4000"))
LEAST, MOST = 93.5, 98.0
"""Per cent between which the coverage has to be from 20 answers on."""

Shares = tuple[float, float]
"""Of promoters and of detractors."""

GRID: Final[tuple[Shares, ...]] = tuple(
    (promoters / 10, detractors / 10)
    for promoters in range(1, 9)
    for detractors in range(1, 10 - promoters)
    if 10 - promoters - detractors <= 7
)
EXTREMES: Final[tuple[Shares, ...]] = ((0.05, 0.05), (0.1, 0.1), (0.9, 0.05), (0.05, 0.9), (0.95, 0.02))


def coverage(n: int, shares: Shares) -> float:
    """Return the probability (per cent) that the interval of `n` answers holds the true score."""
    promoters, detractors = shares
    passives = 1 - promoters - detractors
    true = 100 * (promoters - detractors)
    log_factorial = [math.lgamma(k + 1) for k in range(n + 1)]
    held = 0.0
    for p in _likely(n, promoters):
        for d in _likely(n, detractors):
            s = n - p - d
            if s >= 0 and _holds(_interval_of(n, p, d), true):
                held += math.exp(
                    log_factorial[n] - log_factorial[p] - log_factorial[d] - log_factorial[s]
                    + p * math.log(promoters) + d * math.log(detractors) + s * math.log(passives)
                )  # fmt: skip
    return 100 * held


def _likely(n: int, share: float) -> range:
    """Return the counts within six standard deviations; the rest are less likely than one in 10 million."""
    away = 6 * math.sqrt(n * share * (1 - share)) + 6
    return range(max(0, math.floor(n * share - away)), min(n, math.ceil(n * share + away)) + 1)


@cache
def _interval_of(n: int, promoters: int, detractors: int) -> Interval:
    return score_interval(BandCounts(promoters, n - promoters - detractors, detractors))


def _holds(interval: Interval, true: float) -> bool:
    return interval.lower <= true + 1e-9 and true - 1e-9 <= interval.upper


def drawn_bands(chance: random.Random, n: int, shares: Shares) -> BandCounts:
    """Return `n` answers at random."""
    promoters, detractors = shares
    bands = Counter(chance.choices("psd", (promoters, 1 - promoters - detractors, detractors), k=n))
    return BandCounts(bands["p"], bands["s"], bands["d"])


def _share(held: Callable[[random.Random], bool], seed: str) -> float:
    """Return how often (per cent) a drawn sample's interval holds the truth."""
    chance = random.Random(seed)
    return 100 * sum(held(chance) for _ in range(SAMPLES)) / SAMPLES


def difference_coverage(n: int, m: int, first: Shares, second: Shares) -> float:
    """Return the coverage (per cent) of the difference of two scores."""
    true = 100 * (first[0] - first[1] - second[0] + second[1])

    def held(chance: random.Random) -> bool:
        found = score_difference(drawn_bands(chance, n, first), drawn_bands(chance, m, second))
        return found is not None and _holds(found.interval, true)

    return _share(held, f"difference {n} {m}")


def driver_coverage(n: int, share: float, mentioning: Shares, others: Shares) -> float:
    """Return the coverage (per cent) of a single theme's effect."""
    true = 100 * share * (mentioning[0] - mentioning[1] - others[0] + others[1])

    def held(chance: random.Random) -> bool:
        with_theme = sum(chance.random() < share for _ in range(n))
        theme = drawn_bands(chance, with_theme, mentioning)
        found = drivers(theme + drawn_bands(chance, n - with_theme, others), {"price": theme})
        return not found or _holds(found[0].interval, true)

    return _share(held, f"driver {n} {share}")


def _sampled() -> Iterator[tuple[str, float]]:
    for n, m in ((20, 20), (20, 500), (50, 2000), (500, 500)):
        yield f"difference, {n} and {m}", difference_coverage(n, m, (0.3, 0.4), (0.5, 0.2))
    for n, share in ((100, 0.3), (200, 0.1), (500, 0.05), (500, 0.3)):
        yield f"driver, {n} answers, {share:.0%}", driver_coverage(n, share, (0.1, 0.7), (0.6, 0.15))


def main() -> None:
    report.heading(
        "Intervals of 95 %",
        f"Lowest and highest coverage over {len(GRID)} mixes of bands; from 20 answers on {LEAST:g}-{MOST:g} %.",
    )
    for n in (*SMALL, *SIZES):
        found = sorted((coverage(n, shares), shares) for shares in GRID)
        (least, low), (most, high) = found[0], found[-1]
        holds = "" if n < 20 else "ok" if least >= LEAST and most <= MOST else "OUTSIDE"
        print(f"  {n:>4} answers  {least:6.2f} - {most:6.2f} %  {holds:<8}at {low} and {high}", flush=True)
    print("\n  Extremes: mostly passives, or a band nearly empty\n")
    for shares in EXTREMES:
        by_size = "  ".join(f"{n}: {coverage(n, shares):.1f}" for n in (*SMALL, *SIZES))
        print(f"  promoters {shares[0]:.0%}, detractors {shares[1]:.0%}   {by_size}", flush=True)
    print(f"\n  Drawn, {SAMPLES:,} samples each\n")
    for what, covered in _sampled():
        print(f"  {what:<40}{covered:6.2f} %", flush=True)


if __name__ == "__main__":
    main()
