"""Answers of a touchpoint that may have come from one device, or from the network of the store's team.

Many share a mark without anybody's doing: all customers of a mobile carrier, everybody on the store's Wi-Fi, a tablet
on the counter. But those answer like the others. So what counts is whether answers that share a mark are tens more
often than the others of the same day, by an exact test that holds however many share one.
`benchmarks/shared_sources.py` shows what comes of it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lazo.auth.source_mark import network_of
from lazo.insight.chance import chance_in_tables, chance_of_at_least

FEWEST: Final = 5
"""Fewer answers are not judged."""
_TENS_OF_DEVICE: Final = 0.85
_TENS_OF_NETWORK: Final = 0.75
"""So many at least have to be tens: customers on the store's Wi-Fi may well be happier than others, those who are
begged give tens. One stranger in 16 has the mark of a network, one in 64 that of a device."""
_SO_MANY_ALIKE: Final = 5e-3
_SO_MUCH_BETTER: Final = 1e-2
"""What chance may do to call a day unusual: both must be, and neither makes the other likelier. So a touchpoint whose
customers answer alike, whoever they are, is shown at one look in 20,000 at most."""
_IN_A_WEEK: Final = 1e-5
"""What chance may do in a week in which each day is as usual."""
_WEEK: Final = timedelta(days=7)
_FEWEST_DAYS: Final = 14
_DAYS_KEPT: Final = 29
"""Four weeks, and the day that is looked at."""
_KEPT_FOR: Final = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class MarkCounts:
    """A day's answers of a store by touchpoint (its code) and mark: tens, and all others; and the marks of the networks
    from which its team read the desk."""

    tens: dict[str, dict[int, int]]
    others: dict[str, dict[int, int]]
    staff: frozenset[int]


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """A day of a touchpoint: its answers with a mark, `tens` of them; so many of both with the most frequent mark, and
    with the mark of a network of the team."""

    on: date
    n: int
    tens: int
    alike: int
    alike_tens: int
    staff: int
    staff_tens: int


@dataclass(frozen=True, slots=True)
class SharedSource:
    """Of the `n` answers of the last `days`, `shared` may have come from one device a day, or from the team's network;
    `tens` of these are tens."""

    days: int
    n: int
    shared: int
    tens: int


def marked_days_after(
    before: Mapping[str, Sequence[MarkedDay]], counts: MarkCounts, on: date
) -> dict[str, list[MarkedDay]]:
    """Return the last days of each touchpoint with one more."""
    codes = counts.tens.keys() | counts.others.keys()
    added = {code: [_marked_day(counts, code, on)] for code in codes}
    recent = {code: [day for day in days if on - day.on < _KEPT_FOR] for code, days in before.items()}
    days = {code: [*recent.get(code, ()), *added.get(code, ())] for code in recent.keys() | codes}
    return {code: of_code[-_DAYS_KEPT:] for code, of_code in days.items() if of_code}


def _marked_day(counts: MarkCounts, code: str, on: date) -> MarkedDay:
    tens, others = counts.tens.get(code, {}), counts.others.get(code, {})
    n = {mark: tens.get(mark, 0) + others.get(mark, 0) for mark in sorted(tens.keys() | others.keys())}
    most = max(n, key=n.__getitem__)
    staff = [mark for mark in n if network_of(mark) in counts.staff]
    return MarkedDay(
        on,
        sum(n.values()),
        sum(tens.values()),
        n[most],
        tens.get(most, 0),
        sum(n[mark] for mark in staff),
        sum(tens.get(mark, 0) for mark in staff),
    )


def one_device(days: Sequence[MarkedDay], last: date) -> SharedSource | None:
    """Return the answers of the day `last`, or of the week up to it, that may have come from one device; None if they
    are as usual, or there are too few. `days`: the last days of a touchpoint, oldest first."""
    if not days or days[-1].on != last:
        return None
    day, past = days[-1], days[:-1]
    if _is_better([_alike(day)], _SO_MUCH_BETTER, _TENS_OF_DEVICE) and _is_unusual(day, past):
        return _shared([_alike(day)], 1)
    week = [_alike(each) for each in days if each.on > last - _WEEK]
    return _shared(week, _WEEK.days) if _is_better(week, _IN_A_WEEK, _TENS_OF_DEVICE) else None


def team_network(days: Sequence[MarkedDay], last: date) -> SharedSource | None:
    """Return the answers of the week up to `last` that may have come from the network of the store's team; None if they
    are like the others, or there are too few."""
    if not days or days[-1].on != last:
        return None
    week = [(each.n, each.tens, each.staff, each.staff_tens) for each in days if each.on > last - _WEEK]
    return _shared(week, _WEEK.days) if _is_better(week, _IN_A_WEEK, _TENS_OF_NETWORK) else None


_Table = tuple[int, int, int, int]
"""Answers of a day, tens; of those that share a mark the same."""


def _alike(day: MarkedDay) -> _Table:
    return day.n, day.tens, day.alike, day.alike_tens


def _shared(tables: Sequence[_Table], days: int) -> SharedSource:
    n, _, shared, tens = map(sum, zip(*tables, strict=True))
    return SharedSource(days, n, shared, tens)


def _is_better(tables: Sequence[_Table], chance: float, mostly: float) -> bool:
    """Return whether those that share a mark are `mostly` tens, and more often than the others of their day, beyond
    chance."""
    shared, tens = sum(table[2] for table in tables), sum(table[3] for table in tables)
    if shared < FEWEST or tens < mostly * shared:
        return False
    return chance_in_tables(tables) <= chance


def _is_unusual(day: MarkedDay, past: Sequence[MarkedDay]) -> bool:
    """Return whether more answers than usual share a mark: after one of them, how many of the others do. Chance is
    judged by how much the touchpoint itself varies (quasi-binomial), two standard errors up, as for a flood. Days on
    which those were better than the others are not usual."""
    usual = [
        each
        for each in past
        if each.n > 1 and not _is_better([_alike(each)], _SO_MUCH_BETTER, _TENS_OF_DEVICE)
    ]
    if len(usual) < _FEWEST_DAYS:
        return False
    free = len(usual) - 1
    repeated, others = sum(each.alike - 1 for each in usual), sum(each.n - 1 for each in usual)
    share = (repeated + 1) / (others + 2)
    strayed = math.fsum((each.alike - 1 - (each.n - 1) * share) ** 2 for each in usual)
    varied = strayed / free / (others / len(usual) * share * (1 - share))
    cluster = max(1.0, varied * (1 + 2 * math.sqrt(2 / free)))
    chance = chance_of_at_least(int((day.alike - 1) / cluster), int((day.n - 1) / cluster), share)
    return chance <= _SO_MANY_ALIKE
