"""How often a store is said to differ from its brand although all have the same customers.

    python -m benchmarks.store_standings

2,000 stores with 20 to some thousand answers each, of which none differs: a false discovery is any store above or
below, and their share is the share of brands with any. Then fifty of them are worse.
"""

import os
import random
from typing import Final

from benchmarks import report
from benchmarks.intervals import Shares, drawn_bands
from lazo.insight.proportion import proportion
from lazo.insight.store_comparison import FALSE_SHARE, store_standings

STORES: Final = int(os.environ.get("STORES", "2000"))
BRANDS: Final = int(os.environ.get("BRANDS", "200"))
MIXES: Final[tuple[Shares, ...]] = ((0.5, 0.2), (0.8, 0.05), (0.3, 0.4), (0.9, 0.02), (0.1, 0.1))


def brands_with_any(shares: Shares, brands: int, stores: int) -> int:
    """Return in how many brands of equal stores at least one is said to differ."""
    chance = random.Random(f"equal {shares}")
    found = 0
    for _ in range(brands):
        counted = {
            f"s{number}": drawn_bands(chance, max(20, int(chance.lognormvariate(4, 1))), shares)
            for number in range(stores)
        }
        found += any(store.standing in ("above", "below") for store in store_standings(counted))
    return found


def found_and_false(points: int, n: int, stores: int) -> tuple[float, float]:
    """Return which share of the stores that are `points` worse is found below, with `n` answers each, and which share
    of all that are found is false. Fifty stores are worse."""
    chance = random.Random(f"{points} {n}")
    worse = {
        f"w{number}": drawn_bands(chance, n, (0.5 - points / 200, 0.2 + points / 200)) for number in range(50)
    }
    same = {f"s{number}": drawn_bands(chance, n, (0.5, 0.2)) for number in range(stores - len(worse))}
    standings = store_standings(worse | same)
    below = [each.store_id for each in standings if each.standing == "below"]
    hits = sum(store_id in worse for store_id in below)
    return hits / len(worse), 1 - hits / len(below) if below else 0.0


def main() -> None:
    report.heading(
        f"{BRANDS} brands of {STORES:,} equal stores", "Brands in which any store is said to differ."
    )
    for shares in MIXES:
        share = proportion(brands_with_any(shares, BRANDS, STORES), BRANDS)
        assert share is not None
        verdict = "ok" if share.interval.lower <= FALSE_SHARE else "over"
        between = f"{share.interval.lower:.1%}-{share.interval.upper:.1%}"
        mix = f"promoters {shares[0]:.0%}, detractors {shares[1]:.0%}"
        print(
            f"  {mix:<35}{share.share:>7.1%}   target <= {FALSE_SHARE:.0%}   {verdict:<5}{between}",
            flush=True,
        )
    report.heading(
        f"Fifty of {STORES:,} stores are worse", "How many of them are found, and how many are false."
    )
    for points, n in ((10, 200), (20, 100), (20, 200), (20, 400), (40, 50), (40, 100)):
        found, false = found_and_false(points, n, STORES)
        print(f"  {points} points, {n} answers each: {found:.0%} found, {false:.0%} false", flush=True)


if __name__ == "__main__":
    main()
