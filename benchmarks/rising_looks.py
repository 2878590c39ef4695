"""How often a look at stores and brands together says that something rises although nothing has, and how long it takes.

    python -m benchmarks.rising_looks                 some minutes
    LOOKS=100 STORES=60 python -m benchmarks.rising_looks

`benchmarks.rising_themes` judges stores by their own past alone. Here it is the whole look of the product: the brand's
share, the rows of the brands, and how much weeks stray as the stores themselves tell it. Shares stray from week to week
by store, or in all stores of a brand together (a heat wave), which is hardest for the brand's row. Each look has stores
of its own, so looks with any flag are the share of false discoveries.
"""

import os
import random
from bisect import bisect
from collections.abc import Sequence
from time import process_time
from typing import Final

from benchmarks import report
from benchmarks.rising_themes import ANSWERS, SHARES, cumulative, weekly_levels
from lazo.insight.rising_look import WEEKS, StoreWeeks, find_rising
from lazo.insight.rising_themes import FALSE_SHARE_OF_LOOK

LOOKS: Final = int(os.environ.get("LOOKS", "1000"))
STORES: Final = int(os.environ.get("STORES", "60"))
BRANDS: Final = 3


def looks_with_flags(looks: int, stores: int, strayed: float, *, together: bool) -> int:
    """Return how many looks at stores of three brands, in which nothing has changed, flag anything. `strayed`: the
    standard deviation of a week's share, as a part of it; `together`: all stores of a brand stray alike."""
    chance = random.Random(f"{stores} {strayed} {together}")
    return sum(any(find_rising(_stores(chance, stores, strayed, together=together))) for _ in range(looks))


def _stores(chance: random.Random, stores: int, strayed: float, *, together: bool) -> list[StoreWeeks]:
    levels = weekly_levels(strayed) if strayed else [1.0]
    of_brand = [
        [chance.choices(levels, k=WEEKS) for _ in SHARES] if together else None for _ in range(BRANDS)
    ]
    return [
        StoreWeeks(
            f"store{n}",
            f"brand{n % BRANDS}",
            [ANSWERS[n // BRANDS % len(ANSWERS)]] * WEEKS,
            _complaints(chance, ANSWERS[n // BRANDS % len(ANSWERS)], levels, of_brand[n % BRANDS]),
        )
        for n in range(stores)
    ]


def _complaints(
    chance: random.Random, answers: int, levels: Sequence[float], shared: Sequence[Sequence[float]] | None
) -> dict[str, list[int]]:
    found = {}
    for number, share in enumerate(SHARES):
        weeks = shared[number] if shared else chance.choices(levels, k=WEEKS)
        found[f"theme{number}"] = [_drawn(chance, answers, min(1.0, share * level)) for level in weeks]
    return found


def _drawn(chance: random.Random, answers: int, share: float) -> int:
    return bisect(cumulative(answers, share), chance.random())


def main() -> None:
    report.heading(
        f"{LOOKS:,} looks in which nothing changed, {STORES} and 3 stores of {BRANDS} brands",
        f"{len(SHARES)} themes, {ANSWERS[0]}-{ANSWERS[-1]} answers a week.",
    )
    for stores in (STORES, BRANDS):
        for strayed, together in ((0.0, False), (0.3, False), (0.3, True), (0.5, True)):
            flagged = looks_with_flags(LOOKS, stores, strayed, together=together)
            how = "together" if together else "each by itself"
            report.line(
                f"{stores} stores, {strayed:.0%} {how}",
                100 * flagged / LOOKS,
                "%",
                at_most=100 * FALSE_SHARE_OF_LOOK,
            )
    chance = random.Random(1)
    many = _stores(chance, 2000, 0.3, together=False)
    began = process_time()
    find_rising(many)
    report.line("2,000 stores", process_time() - began, "s of processor")


if __name__ == "__main__":
    main()
