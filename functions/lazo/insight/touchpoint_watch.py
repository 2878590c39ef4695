"""What is unusual at a store's touchpoints, from night to night: silent, or answers that somebody may have begged for
or made up, by their number, their time or where they came from.

A silence lasts until the touchpoint wakes up, whatever becomes of its past meanwhile, so that it is told once. All else
is shown for `SHOWN_FOR` days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from lazo.insight.answer_counts import AnswerCounts
from lazo.insight.marked_answers import MarkedDay, SharedSource, one_device, team_network
from lazo.insight.touchpoint_activity import ActivityChange, activity_change

PAST: Final = timedelta(weeks=4)
"""What came in so long before is usual; whole weeks, each weekday as often."""
DAYS_READ: Final = timedelta(weeks=8)
"""Of so many days a look needs the counts: with what is usual, a silence of four weeks is still seen to begin."""
FLOOD_DAYS: Final = (1, 3, 7)
"""A flood is looked for in so many last open days."""
SHOWN_FOR: Final = timedelta(days=14)
_DOUBTS: Final = ("flooded", "tens", "device", "network")


@dataclass(frozen=True, slots=True)
class TouchpointSigns:
    """What is unusual at a touchpoint, each with the day: `silent_since` is the first without an answer, `flooded_on`
    the last of the flood, `tens_on` that of the `tens` within a minute, `device_on` and `network_on` the last of the
    answers that may have come from one `device`, or from the `network` of the store's team."""

    silent: ActivityChange | None = None
    silent_since: date | None = None
    flooded: ActivityChange | None = None
    flooded_on: date | None = None
    tens: int = 0
    tens_on: date | None = None
    device: SharedSource | None = None
    device_on: date | None = None
    network: SharedSource | None = None
    network_on: date | None = None


def answers_by_touchpoint(
    days: Mapping[date, AnswerCounts], open_days: Iterable[date]
) -> dict[str, dict[date, int]]:
    """Return the answers of each touchpoint, suspect ones included, on each open day from its first answer on. Days
    from before answers were counted by touchpoint are left out."""
    found: dict[str, dict[date, int]] = {}
    for day in sorted(open_days):
        counts = days.get(day, AnswerCounts())
        given = {code: bands.n for code, bands in counts.touchpoints.items()}
        for code, n in counts.suspect_touchpoints.items():
            given[code] = given.get(code, 0) + n
        if not given and counts.bands.n + counts.suspect:
            continue
        for code in given.keys() | found.keys():
            found.setdefault(code, {})[day] = given.get(code, 0)
    return found


def next_signs(
    before: TouchpointSigns,
    answers: Mapping[date, int],
    tens: int,
    last: date,
    marked: Sequence[MarkedDay] = (),
) -> TouchpointSigns:
    """Return the signs of a touchpoint after the day `last`, from those of the night before, its answers by open day,
    how many tens came within a minute on the day `last`, and how many answers were alike on the `marked` days."""
    signs = before
    for sign in _DOUBTS:
        on = getattr(before, f"{sign}_on")
        if on and last - on >= SHOWN_FOR:
            signs = replace(signs, **{sign: getattr(TouchpointSigns(), sign), f"{sign}_on": None})
    if tens:
        signs = replace(signs, tens=tens, tens_on=last)
    if device := one_device(marked, last):
        signs = replace(signs, device=device, device_on=last)
    if network := team_network(marked, last):
        signs = replace(signs, network=network, network_on=last)
    if flooded := _flooded(answers):
        signs = replace(signs, flooded=flooded, flooded_on=max(answers))
    return _with_silence(signs, answers)


def _with_silence(signs: TouchpointSigns, answers: Mapping[date, int]) -> TouchpointSigns:
    silent_days = _days_since_answer(answers)
    if signs.silent and signs.silent_since:
        if any(n for day, n in answers.items() if day >= signs.silent_since):
            return replace(signs, silent=None, silent_since=None)
        days = [day for day in silent_days if day >= signs.silent_since]
        daily = signs.silent.expected / signs.silent.days
        longer = replace(signs.silent, days=len(days), expected=daily * len(days)) if days else signs.silent
        return replace(signs, silent=longer)
    found = _change(answers, silent_days)
    if found and found.activity == "silent":
        return replace(signs, silent=found, silent_since=silent_days[0])
    return signs


def _days_since_answer(answers: Mapping[date, int]) -> Sequence[date]:
    """Return the last days without an answer, in order."""
    last = max((day for day, n in answers.items() if n), default=date.min)
    return sorted(day for day in answers if day > last)


def _flooded(answers: Mapping[date, int]) -> ActivityChange | None:
    """Return the flood of the fewest last days that are one, if any."""
    days = sorted(answers)
    looks = (_change(answers, days[-n:]) for n in FLOOD_DAYS if answers and answers[days[-1]])
    return next((found for found in looks if found and found.activity == "flooded"), None)


def _change(answers: Mapping[date, int], recent: Sequence[date]) -> ActivityChange | None:
    """Compare the `recent` days with the four weeks before them."""
    if not recent:
        return None
    past = {day: n for day, n in answers.items() if recent[0] - PAST <= day < recent[0]}
    return activity_change(past, {day: answers[day] for day in recent})
