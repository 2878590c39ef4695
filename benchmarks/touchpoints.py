"""How often a touchpoint is wrongly said to be silent or flooded, and how many days of silence it takes.

    python -m benchmarks.touchpoints

Answers a day follow the weekday, and vary by chance, or by more than it: `strayed` is the standard deviation of a day's
own rate, as a share. Four weeks are the past; each day the last one, three and seven days are looked at.
"""

import os
import random
from datetime import date, timedelta
from math import exp
from typing import Final

from benchmarks import report
from lazo.insight.touchpoint_activity import activity_change

TOUCHPOINTS: Final = int(os.environ.get("TOUCHPOINTS", "1000"))
WEEKDAYS: Final = (0.6, 0.7, 0.8, 1.0, 1.4, 1.6, 0.9)
PAST: Final = 28
START: Final = date(2026, 6, 1)


def daily(chance: random.Random, mean: float, strayed: float, days: int) -> list[int]:
    """Return the answers of consecutive days, from a Monday."""
    shape = 1 / strayed**2 if strayed else 0.0
    return [
        poisson(chance, mean * WEEKDAYS[day % 7] * (chance.gammavariate(shape, 1 / shape) if shape else 1.0))
        for day in range(days)
    ]


def poisson(chance: random.Random, rate: float) -> int:
    """Return a draw for a rate of up to some hundreds (D. E. Knuth, "The Art of Computer Programming", 3.4.1)."""
    least, product, n = exp(-rate), chance.random(), 0
    while product > least:
        product *= chance.random()
        n += 1
    return n


def _dated(counts: list[int], first: int) -> dict[date, int]:
    return {START + timedelta(days=first + number): n for number, n in enumerate(counts)}


def false_notes(mean: float, strayed: float, touchpoints: int) -> tuple[int, int, int]:
    """Return the number of looks, and those at which a touchpoint that is as ever was called silent, and flooded."""
    chance = random.Random(f"{mean} {strayed}")
    looks = silent = flooded = 0
    for _ in range(touchpoints):
        counts = daily(chance, mean, strayed, PAST + 14)
        for end in range(PAST + 7, PAST + 14):
            for days in (1, 3, 7):
                first = end - days
                found = activity_change(
                    _dated(counts[first - PAST : first], first - PAST), _dated(counts[first:end], first)
                )
                looks += 1
                silent += found is not None and found.activity == "silent"
                flooded += found is not None and found.activity == "flooded"
    return looks, silent, flooded


def days_until_noticed(mean: float, strayed: float, touchpoints: int) -> list[int]:
    """Return after how many days without an answer each touchpoint is called silent, in order; 60 for longer."""
    chance = random.Random(f"silence {mean} {strayed}")
    found = []
    for _ in range(touchpoints):
        past = _dated(daily(chance, mean, strayed, PAST), 0)
        noticed = (days for days in range(1, 60) if activity_change(past, _dated([0] * days, PAST)))
        found.append(next(noticed, 60))
    return sorted(found)


def main() -> None:
    report.heading(
        "Silent and flooded touchpoints",
        f"{TOUCHPOINTS:,} touchpoints of each kind; wrong notes, and days of silence until half and 90 % are seen.",
    )
    print(
        f"  {'answers a day':<15}{'strayed':>8}{'looks':>9}{'silent':>8}{'flooded':>9}{'half':>7}{'90 %':>6}"
    )
    for mean in (1, 3, 10, 30):
        for strayed in (0.0, 0.3, 0.6):
            looks, silent, flooded = false_notes(mean, strayed, TOUCHPOINTS)
            noticed = days_until_noticed(mean, strayed, TOUCHPOINTS // 5)
            half, most = noticed[len(noticed) // 2], noticed[len(noticed) * 9 // 10]
            print(
                f"  {mean:<15}{strayed:>8.1f}{looks:>9,}{silent:>8}{flooded:>9}{half:>7}{most:>6}", flush=True
            )


if __name__ == "__main__":
    main()
