"""How many answers a minute one store can have, and what happens beyond: `python -m benchmarks.hot_store`.

The stream brings the answers of a store in their order, to one copy of classify at a time, so that they never meet each
other on the counters of the day. They meet what the sweep writes there: taps that nobody completed, one transaction
each. DynamoDB refuses the later of two that overlap, and it is repeated after a pause of chance.

Counted on the local cloud: the calls and write units of an answer. The rest is worked out: answers arrive by chance
(Poisson) for ten minutes, each call takes 8 ms and the function itself no time; a transaction is open as long as its
call.
"""

import random
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import report
from benchmarks.write_units import CASES, calls_of
from lazo.table.dynamodb.conflicts import CONFLICT_PAUSES

CALL = 0.008
"""Seconds that a call is taken to last."""
SECONDS = 600
RATES = (10 / 60, 5, 60, 300, 600, 1200, 2400, 4800)
"""Answers a minute."""
UNHAPPY = 0.2
"""As in docs/costs.md."""
TAPS = 0.1
"""Taps that nobody completes, which the sweep classifies, to each answer."""
PARTITION_UNITS = 1000
"""Write units a second of one partition ("Quotas in Amazon DynamoDB": 1,000 write units)."""
SEED = 1


@dataclass(frozen=True)
class TenMinutes:
    """What a rate of answers comes to. `waits`: seconds from each answer to its classification; `conflicts`: answers
    that met another transaction; `given_up`: those that met one at every attempt, which the stream brings again."""

    waits: Sequence[float]
    conflicts: int
    given_up: int


def simulate(rate: float, calls: tuple[int, int], chance: random.Random, taps: float = TAPS) -> TenMinutes:
    """Return ten minutes at `rate` answers a minute. `calls`: those of classify for a happy and an unhappy answer, the
    transaction among them. `taps`: see TAPS."""
    arrivals = _poisson(rate, chance)
    others = _poisson(rate * taps, chance)  # of the sweep, which works them off as they come
    free_at, waits, conflicts, given_up = 0.0, [], 0, 0
    for at in arrivals:
        before = (calls[chance.random() < UNHAPPY] - 1) * CALL
        start = max(at, free_at) + before
        pauses, met = list(CONFLICT_PAUSES), False
        while _overlaps(others, start) and pauses:
            met = True
            start += CALL + pauses.pop(0) * chance.random()
        given_up += bool(_overlaps(others, start))
        conflicts += met
        free_at = start + CALL
        waits.append(free_at - at)
    return TenMinutes(waits, conflicts, given_up)


def _poisson(rate: float, chance: random.Random) -> list[float]:
    at, found = 0.0, list[float]()
    if not rate:
        return found
    while (at := at + chance.expovariate(rate / 60)) < SECONDS:
        found.append(at)
    return found


def _overlaps(others: Sequence[float], start: float) -> bool:
    return bisect_left(others, start - CALL) != bisect_right(others, start + CALL)


def main() -> None:
    happy, unhappy = (calls_of(case) for case in (CASES[0], CASES[2]))
    calls = tuple(sum(call.function == "Classify" for call in each) for each in (happy, unhappy))
    units = sum(call.written.get("table", 0) for call in happy)
    report.heading(
        "A hot store",
        f"{calls[0]} calls of classify for a happy answer, {calls[1]} for an unhappy one, {units} write units of the"
        f" store's partition for a happy one. Ten minutes at each rate.",
    )
    columns = ("answers", "median s", "p99 s", "longest s", "met", "in vain", "units a s")
    print("  " + f"{'a minute':<12}" + "".join(f"{column:>11}" for column in columns))
    for rate in RATES:
        found = simulate(rate, (calls[0], calls[1]), random.Random(SEED))
        waits = sorted(found.waits) or [0.0]
        figures = (
            f"{len(found.waits)}",
            f"{statistics.median(waits):.3f}",
            f"{waits[int(len(waits) * 0.99)]:.3f}",
            f"{waits[-1]:.3f}",
            f"{found.conflicts}",
            f"{found.given_up}",
            f"{rate / 60 * (1 + TAPS) * units:.1f}",
        )
        print("  " + f"{rate:<12.4g}" + "".join(f"{figure:>11}" for figure in figures))
    print()
    mean = CALL * (calls[0] + UNHAPPY * (calls[1] - calls[0]))
    report.line("the shard is full at", 60 / mean, "a minute")
    report.line("the partition is full at", 60 * PARTITION_UNITS / units / (1 + TAPS), "a minute")
    report.line(
        "given up at 300 a minute",
        simulate(300, (calls[0], calls[1]), random.Random(SEED)).given_up,
        exactly=0,
    )


if __name__ == "__main__":
    main()
