"""Names of the attributes that count: answers in a store's day, promises in its month. Nothing else writes or reads
such a name."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any


def score(given: int, *, suspect: bool) -> str:
    """Answers of a score: `s7`, or `x7` for those that may not be a customer's."""
    return f"{'x' if suspect else 's'}{given}"


def hour(local: datetime, *, suspect: bool) -> str:
    """Answers of an hour of the store's clock: `h09`, or `y09` for those that may not be a customer's."""
    return f"{'y' if suspect else 'h'}{local:%H}"


def theme(of: str, band: str) -> str:
    """Answers of a band that name a theme: `t#price#detractor`."""
    return f"t#{of}#{band}"


def promise(outcome: str, owner: str) -> str:
    """Promises of an owner (a contact's id) that were made, or ended so: `kept#ana`."""
    return f"{outcome}#{owner}"


def hours_in(day: Mapping[str, Any]) -> Iterator[int]:
    """How many answers each hour of a day's item brought, suspects left out."""
    return (n for name, n in day.items() if len(name) == 3 and name[0] == "h" and name[1:].isdigit())


def themes_in(day: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    """How many answers of a day's item there are by theme and band."""
    for name, n in day.items():
        mark, _, rest = name.partition("#")
        of, _, band = rest.partition("#")
        if mark == "t":
            yield (of, band), n


def promises_in(month: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Outcome, owner and number of what a month's item counts."""
    for name, n in month.items():
        outcome, _, owner = name.partition("#")
        if owner:
            yield outcome, owner, n
