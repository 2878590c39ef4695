"""How often a theme is said to rise although nothing has changed, and how soon a doubling is seen.

    python -m benchmarks.rising_themes               1,000 null months of 2,000 stores: some minutes
    MONTHS=100 STORES=200 python -m benchmarks.rising_themes

Null months: each store keeps its number of answers a week, and each theme its share of them, for 83 years; each Monday
is a look. Only the store's own past is held against a rise, not the brand's share, which flags more than the product
does. A false discovery is any theme flagged; where nothing changed, their share is the share of months with any. Then
the same where shares stray from week to week (`STRAYED` months): the standard deviation of a week's own share, in parts
of it. Nothing rises there for longer than a week, but the promise of 10 % is for chance alone.

Power: a theme's share doubles and stays so at one store, while nothing changes at all others, which is when chance is
judged most strictly.
"""

import os
import random
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from math import comb, exp, log
from statistics import NormalDist, fmean, pstdev
from typing import Final

from benchmarks import report
from lazo.insight.chance import chance_of_rise
from lazo.insight.rising_themes import (
    FALSE_SHARE_OF_LOOK,
    FALSE_SHARE_OF_MONTH,
    PAST_WEEKS,
    RECENT_WEEKS,
    ThemeCounts,
    rising_themes,
    week_to_week,
)

MONTHS: Final = int(os.environ.get("MONTHS", "1000"))
STRAYED: Final = int(os.environ.get("STRAYED", "60"))
STORES: Final = int(os.environ.get("STORES", "2000"))
ANSWERS: Final = (10, 20, 40, 80, 160)
"""Answers a week, as many stores of each."""
SHARES: Final = (0.005, 0.01, 0.01, 0.015, 0.02, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08)
"""Answers that complain of a theme, for eleven themes."""
FIRST_MONDAY: Final = date(2024, 1, 1)
SMALL: Final = 1e-3
"""Larger chances are left out. They matter only if a look finds 20 times as many small ones as chance makes."""

LEVELS: Final = 20
"""So many shares a week may have where they stray."""


def flagged_by_month(
    months: int, stores: int, strayed: float = 0.0, seed: int = 14
) -> dict[tuple[int, int], int]:
    """Return the months, by year and month, each with the number of themes flagged at its looks; all are false."""
    looks = _looks(months)
    found: defaultdict[int, list[ThemeCounts]] = defaultdict(list)
    chance = random.Random(seed)
    for share in SHARES:
        weekly = []
        for store in range(stores):
            answers = ANSWERS[store % len(ANSWERS)]
            weekly.append((answers, _weekly(chance, answers, share, len(looks), strayed)))
        strays = week_to_week([(n, answers) for n in counts[:PAST_WEEKS]] for answers, counts in weekly)
        for answers, counts in weekly:
            for week, recent, past in _suspicious(counts, answers):
                found[week].append(_counts(recent, past, answers, strays))
    flagged = dict.fromkeys(looks, 0)
    for week, month in enumerate(looks):
        flagged[month] += len(rising_themes(found[week], tested=stores * len(SHARES)))
    return flagged


def _looks(months: int) -> list[tuple[int, int]]:
    """Return the month of each Monday, for so many months."""
    looks: list[tuple[int, int]] = []
    day = FIRST_MONDAY
    while _number(day) < months:
        looks.append((day.year, day.month))
        day += timedelta(weeks=1)
    return looks


def _number(day: date) -> int:
    return 12 * (day.year - FIRST_MONDAY.year) + day.month - FIRST_MONDAY.month


def _weekly(chance: random.Random, answers: int, share: float, looks: int, strayed: float) -> list[int]:
    """Return the complaints of each week, from the first that any look sees."""
    weeks = PAST_WEEKS + RECENT_WEEKS - 1 + looks
    if not strayed:
        return chance.choices(range(answers + 1), cum_weights=cumulative(answers, share), k=weeks)
    levels = [cumulative(answers, min(1.0, share * level)) for level in weekly_levels(strayed)]
    return [bisect(level, chance.random()) for level in chance.choices(levels, k=weeks)]


@cache
def weekly_levels(strayed: float) -> list[float]:
    """Return equally likely parts of a share with mean 1 and this standard deviation, from a lognormal distribution."""
    normal = NormalDist()
    spread = log(1 + strayed**2) ** 0.5
    raw = [exp(spread * normal.inv_cdf((level + 0.5) / LEVELS)) for level in range(LEVELS)]
    mean = fmean(raw)
    wide = strayed / pstdev(raw, mean) * mean
    return [max(0.0, 1 + wide * (each / mean - 1)) for each in raw]


@cache
def cumulative(n: int, share: float) -> Sequence[float]:
    """Return the probabilities of at most 0, 1, 2 ... complaints among n answers."""
    return list(accumulate(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)))


def _suspicious(weekly: list[int], answers: int) -> Iterator[tuple[int, int, int]]:
    """Yield the looks at which chance explains a rise with no more than `SMALL`: week, recent and past complaints."""
    sums = [0, *accumulate(weekly)]
    least = _least_recent(answers)
    spans = zip(sums, sums[PAST_WEEKS:], sums[PAST_WEEKS + RECENT_WEEKS :], strict=False)
    for week, (start, middle, end) in enumerate(spans):
        if end - middle >= least[end - start]:
            yield week, end - middle, middle - start


@cache
def _least_recent(answers: int) -> list[int]:
    """Return, by all complaints of a look, how many of them have to be recent."""
    most = (PAST_WEEKS + RECENT_WEEKS) * answers
    least, recent = [], 0
    for total in range(most + 1):
        while (
            recent <= total
            and chance_of_rise(recent, RECENT_WEEKS * answers, total - recent, PAST_WEEKS * answers) > SMALL
        ):
            recent += 1
        least.append(recent)
    return least


def _counts(recent: int, past: int, answers: int, strays: float = 0.0) -> ThemeCounts:
    return ThemeCounts(
        "store", "theme", recent, RECENT_WEEKS * answers, past, PAST_WEEKS * answers, strays=strays
    )


def power(answers: int, share: float, tested: int, *, weeks: int, samples: int = 400) -> float:
    """Return how often a doubling is flagged at one of the first `weeks` looks after it, among so many `tested`."""
    chance = random.Random(f"{answers} {share} {tested}")
    before, after = cumulative(answers, share), cumulative(answers, 2 * share)
    seen = 0
    for _ in range(samples):
        weekly = chance.choices(range(answers + 1), cum_weights=before, k=PAST_WEEKS + RECENT_WEEKS - 1)
        weekly += chance.choices(range(answers + 1), cum_weights=after, k=weeks)
        looks = [_counts(recent, past, answers) for _, recent, past in _suspicious(weekly, answers)]
        seen += any(rising_themes([look], tested) for look in looks)
    return seen / samples


def main() -> None:
    report.heading(
        f"{MONTHS:,} months in which nothing changed, {STORES:,} stores",
        f"{len(SHARES)} themes, {ANSWERS[0]}-{ANSWERS[-1]} answers a week; "
        f"{FALSE_SHARE_OF_LOOK:.0%} for a look, {FALSE_SHARE_OF_MONTH:.0%} for a month.",
    )
    flagged = flagged_by_month(MONTHS, STORES)
    false = sum(1 for n in flagged.values() if n)
    report.line(
        "share of false discoveries",
        100 * false / len(flagged),
        "%",
        at_most=100 * FALSE_SHARE_OF_MONTH,
        note=f"{false} of {len(flagged):,} months; flagged: {dict(Counter(flagged.values()))}",
    )
    print()
    for strayed in (0.2, 0.3, 0.4):
        flagged = flagged_by_month(STRAYED, STORES, strayed)
        any_flagged = sum(1 for n in flagged.values() if n)
        print(
            f"  weeks stray by {strayed:.0%}: {any_flagged} of {len(flagged)} months, {sum(flagged.values())} flags",
            flush=True,
        )
    report.heading(
        "A doubling at one store", "Flagged within four and within eight weeks; 20 and 2,000 stores."
    )
    print(f"  {'complaints a week':<22}{'answers':>8}  {'20 stores':>14}  {'2,000 stores':>14}")
    for answers, share in (
        (40, 0.05), (80, 0.05), (160, 0.05), (160, 0.1), (320, 0.1), (640, 0.1), (640, 0.2)
    ):  # fmt: skip
        shown = []
        for stores in (20, 2000):
            soon, later = (power(answers, share, stores * len(SHARES), weeks=weeks) for weeks in (4, 8))
            shown.append(f"{soon:.0%} {later:>5.0%}")
        print(
            f"  {f'{answers * share:g} to {2 * answers * share:g}':<22}{answers:>8}  {shown[0]:>14}  {shown[1]:>14}"
        )


if __name__ == "__main__":
    main()
