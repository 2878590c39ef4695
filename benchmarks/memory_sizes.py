"""What memory gives the functions between an answer and its alert, and what it costs; the same of SnapStart.

Computed, since there was no AWS at hand: the instructions of a first call (benchmarks.cold_starts --write), as many a
second as [assumed] in benchmarks/data/costs.toml says, on the part of a processor that comes with the memory ("a
function has the equivalent of one vCPU at 1,769 MB", AWS Lambda Developer Guide), and the time of its calls of AWS,
which no memory shortens. Every call is taken for a first one: the most that it can be.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from benchmarks import costs, report
from benchmarks.cold_starts import COUNTED

SIZES: Final = (512, 1024, 1769)
WHOLE: Final = 1769
STORES: Final = (1, 2_000)
CALLS: Final = {"classify": 4, "notify": 14}
"""Calls of AWS in the first call, as recorded (benchmarks/first_calls.py): notify sends an SMS and an e-mail."""

Figures = Mapping[str, Any]


def main() -> None:
    data, counted = costs.read(), json.loads(COUNTED.read_text(encoding="utf-8"))
    report.heading(
        "Memory of classify and notify",
        "Computed. Seconds of a first call; US dollars a month if every call is a first one.",
    )
    for size in SIZES:
        seconds = {name: first_call(data, counted[name], calls, size) for name, calls in CALLS.items()}
        of_each = ", ".join(f"{name} {each:.2f}" for name, each in seconds.items())
        report.line(f"{size:,} MB: both, one after the other", sum(seconds.values()), "s", note=of_each)
        for stores in STORES:
            paid = sum(dollars(data, seconds[name], size, runs(data, stores)[name]) for name in CALLS)
            report.line(f"{size:,} MB, {stores:,} stores", paid, "USD")
    print()
    for stores in STORES:
        kept = sum(snapstart(data, SIZES[1], runs(data, stores)[name]) for name in CALLS)
        report.line(f"SnapStart of both at {SIZES[1]:,} MB, {stores:,} stores", kept, "USD")


def first_call(data: Figures, instructions: float, calls: int, size: int) -> float:
    """Return the seconds of a first call with a memory of `size` MB."""
    assumed = data["assumed"]
    a_second = assumed["billion_instructions_a_second"] * 1e9 * min(1, size / WHOLE)
    return float(instructions / a_second + calls * assumed["call_milliseconds"] / 1000)


def runs(data: Figures, stores: int) -> dict[str, float]:
    """Return how often each function runs in a month of so many stores."""
    times = costs.happens(data["month"])
    alerts = sum(times[event] for event in ("detractor", "detractor with contact", "escalation"))
    return {"classify": stores * data["month"]["answers"], "notify": stores * alerts}


def dollars(data: Figures, seconds: float, size: int, times: float) -> float:
    """Return what so many runs cost, without the price of a request, which memory does not change."""
    return float(times * seconds * size / 1024 * data["prices"]["lambda_gb_second"])


def snapstart(data: Figures, size: int, times: float) -> float:
    """Return what the snapshot of one version costs in a month if it is restored so often."""
    price, gigabytes = data["prices"], size / 1024
    kept = gigabytes * costs.HOURS * 3600 * price["snapshot_gb_second"]
    return float(kept + times * gigabytes * price["restore_gb"])


if __name__ == "__main__":
    main()
