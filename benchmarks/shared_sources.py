"""How often honest answers are wrongly said to come from one device or from the team's network, and how often made up
ones are seen.

    python -m benchmarks.shared_sources

Each touchpoint gets 25 answers a day (Poisson), 35 % of them tens whoever gives them, and each source a mark of its own
by chance. `carrier`: a share of the customers has one address and one browser, that of a mobile carrier, each day
another share if it `varies` (standard deviation). `Wi-Fi`: a share is on the store's, where the team reads the desk;
they may be happier than the others. `tablet`: a share answers on one that lies on the counter. After four weeks each
day is looked at.
"""

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from benchmarks import report
from benchmarks.touchpoints import poisson
from lazo.insight.marked_answers import MarkCounts, MarkedDay, marked_days_after, one_device, team_network

TOUCHPOINTS: Final = int(os.environ.get("TOUCHPOINTS", "400"))
DAYS: Final = int(os.environ.get("DAYS", "60"))
PAST: Final = 28
START: Final = date(2026, 6, 1)
TENS: Final = 0.35
_CODE: Final = "caja1"


@dataclass(frozen=True, slots=True)
class Customers:
    """Who answers at a touchpoint: how many a day, and which shares of them have one source, or one network. `made_up`
    tens come from a phone besides; `on_network`: that is on the network of the team, which the others are not on."""

    name: str
    daily: float = 25
    carrier: float = 0
    varies: float = 0
    wifi: float = 0
    wifi_tens: float = TENS
    made_up: int = 0
    on_network: bool = False


HONEST: Final = (
    Customers("everybody apart"),
    Customers("carrier 10 %", carrier=0.1),
    Customers("carrier 30 %", carrier=0.3),
    Customers("carrier 30 %, varies", carrier=0.3, varies=0.1),
    Customers("Wi-Fi 50 %", wifi=0.5),
    Customers("Wi-Fi 50 %, half of it tens", wifi=0.5, wifi_tens=0.5),
    Customers("tablet 60 %", carrier=0.6),
    Customers("100 a day, carrier 30 %", daily=100, carrier=0.3),
)
MADE_UP: Final = (
    Customers("8 tens of 25, one phone", daily=17, made_up=8),
    Customers("and carrier 10 %", daily=17, carrier=0.1, made_up=8),
    Customers("and carrier 30 %", daily=17, carrier=0.3, made_up=8),
    Customers("8 tens of 25, team's Wi-Fi", daily=17, made_up=8, on_network=True),
    Customers("3 tens of 25, team's Wi-Fi", daily=22, made_up=3, on_network=True),
)


def day_of(chance: random.Random, who: Customers) -> MarkCounts:
    """Return the marks of a day's answers."""
    counts = MarkCounts({_CODE: {}}, {_CODE: {}}, frozenset({chance.randrange(16)}))
    (network,) = counts.staff
    carrier, phone = chance.randrange(64), chance.randrange(64)
    share = who.carrier
    if who.varies:
        spread = who.carrier * (1 - who.carrier) / who.varies**2 - 1
        share = chance.betavariate(who.carrier * spread, (1 - who.carrier) * spread)
    for _ in range(poisson(chance, who.daily)):
        source, mark, tens = chance.random(), chance.randrange(64), TENS
        if source < share:
            mark = carrier
        elif source < share + who.wifi:
            mark, tens = network * 4 + mark % 4, who.wifi_tens
        _count(counts, mark, is_ten=chance.random() < tens)
    for _ in range(who.made_up):
        _count(counts, network * 4 + phone % 4 if who.on_network else phone, is_ten=True)
    return counts


def _count(counts: MarkCounts, mark: int, *, is_ten: bool) -> None:
    of_code = (counts.tens if is_ten else counts.others)[_CODE]
    of_code[mark] = of_code.get(mark, 0) + 1


def nights(chance: random.Random, who: Customers, past: Customers, days: int) -> Iterator[tuple[bool, bool]]:
    """Yield for each night after four weeks of `past` whether one device, and the team's network, are seen."""
    marked: dict[str, list[MarkedDay]] = {}
    for number in range(PAST + days):
        on = START + timedelta(days=number)
        marked = marked_days_after(marked, day_of(chance, past if number < PAST else who), on)
        if number >= PAST:
            of_code = marked[_CODE]
            yield one_device(of_code, on) is not None, team_network(of_code, on) is not None


def false_signs(who: Customers, touchpoints: int, days: int) -> tuple[int, int]:
    """Return at how many looks at honest answers one device, and the team's network, were seen."""
    chance = random.Random(who.name)
    looks = [found for _ in range(touchpoints) for found in nights(chance, who, who, days)]
    return sum(device for device, _ in looks), sum(network for _, network in looks)


def days_until_seen(who: Customers, touchpoints: int) -> tuple[Sequence[int], Sequence[int]]:
    """Return after how many days of made up answers each touchpoint's device, and its network, are seen, in order; 15
    for longer."""
    chance = random.Random(who.name)
    before = replace(who, made_up=0, daily=who.daily + who.made_up)
    found = [list(nights(chance, who, before, 14)) for _ in range(touchpoints)]

    def first(seen: Sequence[bool]) -> int:
        return seen.index(True) + 1 if any(seen) else 15

    devices, networks = ([[each[sign] for each in one] for one in found] for sign in (0, 1))
    return sorted(map(first, devices)), sorted(map(first, networks))


def main() -> None:
    report.heading(
        "One device, and the team's network",
        f"{TOUCHPOINTS:,} touchpoints of each kind, {DAYS} days; looks at honest answers, and how many were said to be "
        "shared.",
    )
    print(f"  {'customers':<28}{'looks':>10}{'device':>8}{'network':>9}")
    for who in HONEST:
        device, network = false_signs(who, TOUCHPOINTS, DAYS)
        print(f"  {who.name:<28}{TOUCHPOINTS * DAYS:>10,}{device:>8}{network:>9}", flush=True)
    print()
    print(
        "  Made up each day from then on: seen on the first day, and days until half and 90 % are seen (15: longer)."
    )
    print(f"  {'':<28}{'device':>10}{'half':>6}{'90 %':>6}{'network':>10}{'half':>6}{'90 %':>6}")
    for who in MADE_UP:
        cells = ""
        for seen in days_until_seen(who, max(1, TOUCHPOINTS // 2)):
            at_once = sum(days == 1 for days in seen) / len(seen)
            cells += f"{at_once:>10.0%}{seen[len(seen) // 2]:>6}{seen[len(seen) * 9 // 10]:>6}"
        print(f"  {who.name:<28}{cells}", flush=True)


if __name__ == "__main__":
    main()
