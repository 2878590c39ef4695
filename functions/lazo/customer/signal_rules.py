"""The rules for early signs: what data/signals.toml says, and how each sign is found in what is known of a customer.

An operator edits the file. A rule with a mistake is left out; `check` names it.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from lazo.customer.event import REPORTED_KINDS
from lazo.customer.timeline import TimelineEntry
from lazo.followup.model import PRIORITIES, Priority
from lazo.translations import DATA

_KINDS = frozenset({"answer", *REPORTED_KINDS})

Found = Iterator[tuple[datetime, tuple[str, ...]]]
"""When a sign showed, and the troubles in it."""


@dataclass(frozen=True, slots=True)
class SignalRule:
    """One sign. `kind` is its id, `asks` the options of its `sign`."""

    kind: str
    sign: str
    weight: float
    half_life: timedelta
    priority: Priority
    asks: Mapping[str, Any]

    def found_in(self, known: Sequence[TimelineEntry], now: datetime) -> Found:
        """The times that it shows in what is `known`, the oldest first."""
        return _SIGNS[self.sign].find(self.asks, known, now)


@cache
def load_signal_rules() -> tuple[SignalRule, ...]:
    """The rules of data/signals.toml that are without a mistake."""
    return tuple(_rule(kind, said) for kind, said in _file().items() if not _mistake(said))


def check_signal_rules(said: Mapping[str, Any] | None = None) -> list[str]:
    """Every mistake in the rules (of the data file, when none are given), each with the rule's id."""
    given = _file() if said is None else said
    return [f"{kind}: {mistake}" for kind, rule in given.items() if (mistake := _mistake(rule))]


def _file() -> dict[str, Any]:
    with (DATA / "signals.toml").open("rb") as file:
        return tomllib.load(file)


def _rule(kind: str, said: Mapping[str, Any]) -> SignalRule:
    asks = {name: value for name, value in said.items() if name in _SIGNS[said["sign"]].options}
    half_life = timedelta(days=said["half_life_days"])
    return SignalRule(
        kind, said["sign"], float(said["weight"]), half_life, said.get("priority", "light"), asks
    )


def _mistake(said: Any) -> str:
    """What is wrong with a rule; "" when nothing is."""
    if not isinstance(said, Mapping) or said.get("sign") not in _SIGNS:
        return "has no sign, or one that is not known"
    options = _SIGNS[said["sign"]].options
    wanted = {"sign", "weight", "half_life_days", *options}
    if missing := wanted - said.keys():
        return f"lacks {', '.join(sorted(missing))}"
    if unknown := said.keys() - wanted - {"priority"}:
        return f"has unknown options: {', '.join(sorted(unknown))}"
    for name in sorted(wanted - {"sign", "kinds"}):
        if not _fits(name, said[name]):
            return f"{name} must be a number {_LIMITS.get(name, 'above 0')}"
    if "kinds" in options and not (isinstance(said["kinds"], list) and _KINDS.issuperset(said["kinds"])):
        return f"kinds must be among {', '.join(sorted(_KINDS))}"
    if said.get("priority", "light") not in PRIORITIES:
        return f"priority must be one of {', '.join(PRIORITIES)}"
    return ""


def _event(asks: Mapping[str, Any], known: Sequence[TimelineEntry], _now: datetime) -> Found:
    return ((e.at, e.themes) for e in known if e.kind in asks["kinds"])


def _usage(asks: Mapping[str, Any], known: Sequence[TimelineEntry], _now: datetime) -> Found:
    fell = (e for e in known if e.change is not None and e.change <= asks["change_at_most"])
    return ((e.at, e.themes) for e in fell)


def _long_text(asks: Mapping[str, Any], known: Sequence[TimelineEntry], _now: datetime) -> Found:
    said = (e for e in known if e.kind in asks["kinds"] and e.themes)
    return ((e.at, e.themes) for e in said if len(e.text) >= asks["shortest"])


def _competitor(_asks: Mapping[str, Any], known: Sequence[TimelineEntry], _now: datetime) -> Found:
    return ((e.at, e.themes) for e in known if e.competitors)


def _leaving(_asks: Mapping[str, Any], known: Sequence[TimelineEntry], _now: datetime) -> Found:
    return ((e.at, e.themes) for e in known if e.leaving)


def _frequency(asks: Mapping[str, Any], known: Sequence[TimelineEntry], _now: datetime) -> Found:
    """Once, at the last contact that was one of too many."""
    contacts = [e for e in known if e.kind in asks["kinds"]]
    span, before = timedelta(days=asks["within_days"]), timedelta(days=asks["usual_days"])
    for last in reversed(contacts):
        begins = last.at - span
        lately = [e for e in contacts if begins < e.at <= last.at]
        earlier = sum(begins - before < e.at <= begins for e in contacts)
        usual = earlier * (span / before)
        if len(lately) >= asks["at_least"] and len(lately) > asks["times_usual"] * usual:
            yield last.at, _themes(lately)
            return


def _same_theme(asks: Mapping[str, Any], known: Sequence[TimelineEntry], _now: datetime) -> Found:
    """Once, at the last time that a trouble came again."""
    span = timedelta(days=asks["within_days"])
    said = [e for e in known if e.kind in _KINDS]
    for last in reversed(said):
        lately = [e for e in said if last.at - span < e.at <= last.at]
        again = tuple(t for t in last.themes if sum(t in e.themes for e in lately) >= asks["at_least"])
        if again:
            yield last.at, again
            return


def _low_scores(asks: Mapping[str, Any], known: Sequence[TimelineEntry], _now: datetime) -> Found:
    """Once, at the last low score that was not the first."""
    span = timedelta(days=asks["within_days"])
    low = [
        e for e in known if e.score is not None and e.kind == "answer" and e.score <= asks["score_at_most"]
    ]
    for last in reversed(low):
        lately = [e for e in low if last.at - span < e.at <= last.at]
        if len(lately) >= asks["at_least"]:
            yield last.at, _themes(lately)
            return


def _falling_score(asks: Mapping[str, Any], known: Sequence[TimelineEntry], _now: datetime) -> Found:
    span = timedelta(days=asks["within_days"])
    scored = [(e, e.score) for e in known if e.kind == "answer" and e.score is not None]
    for (before, high), (after, low) in pairwise(scored):
        if high - low >= asks["by"] and after.at - before.at <= span:
            yield after.at, after.themes


def _no_reply(asks: Mapping[str, Any], known: Sequence[TimelineEntry], now: datetime) -> Found:
    """Once, when the last of the invitations since the customer's last answer had waited long enough."""
    waited = timedelta(days=asks["after_days"])
    answered = max((e.at for e in known if e.kind == "answer"), default=None)
    asked = [e.at for e in known if e.kind == "invitation" and (answered is None or e.at > answered)]
    given_up = [at + waited for at in asked if at + waited <= now]
    if len(given_up) >= asks["at_least"]:
        yield given_up[-1], ()


def _themes(entries: Iterable[TimelineEntry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(theme for e in entries for theme in e.themes))


def _fits(name: str, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value < 0 if name == "change_at_most" else value > 0 or (name == "times_usual" and value == 0)


_LIMITS = {"change_at_most": "below 0", "times_usual": "from 0"}


@dataclass(frozen=True, slots=True)
class _Sign:
    """How a sign is found, and which options its rules must have. `find` gets entries oldest first."""

    find: Callable[[Mapping[str, Any], Sequence[TimelineEntry], datetime], Found]
    options: tuple[str, ...] = ()


_SIGNS: Mapping[str, _Sign] = {
    "event": _Sign(_event, ("kinds",)),
    "frequency": _Sign(_frequency, ("kinds", "at_least", "within_days", "times_usual", "usual_days")),
    "usage": _Sign(_usage, ("change_at_most",)),
    "long_text": _Sign(_long_text, ("kinds", "shortest")),
    "same_theme": _Sign(_same_theme, ("at_least", "within_days")),
    "low_scores": _Sign(_low_scores, ("score_at_most", "at_least", "within_days")),
    "falling_score": _Sign(_falling_score, ("by", "within_days")),
    "competitor": _Sign(_competitor),
    "leaving": _Sign(_leaving),
    "no_reply": _Sign(_no_reply, ("at_least", "after_days")),
}
