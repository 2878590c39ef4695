"""Tell-tale patterns of answers that were begged for or made up at a touchpoint. They accuse nobody: a birthday party
answers at once too, and a family shares a phone. They are shown beside the score, and change nothing in it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

StuffingSign = Literal["tens_in_a_minute", "one_device", "staff_network"]

MANY_TENS: Final = 5
"""So many tens within a minute, with nothing else among them."""
MANY_OF_A_DEVICE: Final = 4
MANY_OF_STAFF: Final = 3
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AnswerTrace:
    """When an answer came, and from where, as far as known: opaque names that tell a device or network from another."""

    at: datetime
    score: int
    device: str | None = None
    network: str | None = None


def stuffing_signs(
    traces: Iterable[AnswerTrace], staff_networks: frozenset[str] = frozenset()
) -> dict[StuffingSign, int]:
    """Return the signs in the answers of one touchpoint and day, each with how many answers show it."""
    ordered = sorted(traces, key=lambda each: each.at)
    devices = Counter(each.device for each in ordered if each.device)
    of_staff = sum(each.network in staff_networks for each in ordered)
    found: dict[StuffingSign, int] = {
        "tens_in_a_minute": _tens_in_a_minute(ordered),
        "one_device": sum(n for n in devices.values() if n >= MANY_OF_A_DEVICE),
        "staff_network": of_staff if of_staff >= MANY_OF_STAFF else 0,
    }
    return {sign: n for sign, n in found.items() if n}


def _tens_in_a_minute(ordered: list[AnswerTrace]) -> int:
    """Return how many answers are in a minute full of tens."""
    shown: set[int] = set()
    first = 0
    for last, trace in enumerate(ordered):
        while trace.at - ordered[first].at > _MINUTE or (first < last and ordered[first].score != 10):
            first += 1
        if trace.score != 10:
            first = last + 1
        elif last - first + 1 >= MANY_TENS:
            shown.update(range(first, last + 1))
    return len(shown)
