"""Prints what was measured, each figure beside its target."""

import statistics
from collections.abc import Sequence


def heading(title: str, how: str) -> None:
    print(f"\n{title}\n{how}\n", flush=True)


def line(
    what: str,
    figure: float,
    unit: str = "",
    *,
    at_most: float | None = None,
    exactly: float | None = None,
    note: str = "",
) -> bool:
    """One figure; with a target, `ok` or `over` beside it. Returns whether it holds."""
    holds = (at_most is None or figure <= at_most) and (exactly is None or figure == exactly)
    target = verdict = ""
    if at_most is not None or exactly is not None:
        target = (
            f"target {'<= ' if exactly is None else '= '}{_short(at_most if exactly is None else exactly)}"
        )
        verdict = "ok" if holds else "over"
    print(f"  {what:<50}{_short(figure):>9} {unit:<8}{target:<16}{verdict:<6}{note}".rstrip(), flush=True)
    return holds


def spread(figures: Sequence[float]) -> str:
    """The middle half and the number of runs: `1.31-1.38 in 15 runs`."""
    low, _, high = statistics.quantiles(figures, n=4, method="inclusive")
    return f"middle half {low:.2f}-{high:.2f} in {len(figures)} runs"


def _short(figure: float | None) -> str:
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:,.2f}"
