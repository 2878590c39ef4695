"""The rules for early signals (data/signals.toml), and how each sign is found among a customer's entries.

Operators edit that file. A rule with a mistake is left out; `check_signal_rules` names the mistake.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from lazo.customer.event import REPORTED_KINDS
from lazo.customer.timeline import TimelineEntry
from lazo.followup.model import PRIORITIES, Priority
from lazo.phrases.wish_rules import finds_wish
from lazo.translations import DATA, read_data

_KINDS = frozenset({"answer", *REPORTED_KINDS})

Occurrences = Iterator[tuple[datetime, tuple[str, ...]]]
"""When a sign occurred, and the themes involved."""


@dataclass(frozen=True, slots=True)
class SignalRule:
    """A rule: `kind` is its id, `sign` what it looks for, `options` the settings of that sign."""

    kind: str
    sign: str
    weight: float
    half_life: timedelta
    priority: Priority
    options: Mapping[str, Any]

    def found_in(self, entries: Sequence[TimelineEntry], now: datetime) -> Occurrences:
        """Yield the occurrences among `entries`, which are oldest first."""
        return _SIGNS[self.sign].find(self.options, entries, now)


@cache
def load_signal_rules() -> tuple[SignalRule, ...]:
    """Return the rules of data/signals.toml that have no mistake."""
    return tuple(_rule(kind, rule) for kind, rule in _file().items() if not _mistake(rule))


def check_signal_rules(rules: Mapping[str, Any] | None = None) -> list[str]:
    """Return every mistake in the rules (default: those of the data file), each after its rule's id."""
    given = _file() if rules is None else rules
    return [f"{kind}: {mistake}" for kind, rule in given.items() if (mistake := _mistake(rule))]


def _file() -> dict[str, Any]:
    return read_data(DATA / "signals.toml")


def _rule(kind: str, rule: Mapping[str, Any]) -> SignalRule:
    options = {name: value for name, value in rule.items() if name in _SIGNS[rule["sign"]].options}
    half_life = timedelta(days=rule["half_life_days"])
    return SignalRule(
        kind, rule["sign"], float(rule["weight"]), half_life, rule.get("priority", "light"), options
    )


def _mistake(rule: Any) -> str:
    """Return what is wrong with a rule; "" when nothing is."""
    if not isinstance(rule, Mapping) or rule.get("sign") not in _SIGNS:
        return "has no sign, or one that is not known"
    options = _SIGNS[rule["sign"]].options
    required = {"sign", "weight", "half_life_days", *options}
    if missing := required - rule.keys():
        return f"lacks {', '.join(sorted(missing))}"
    if unknown := rule.keys() - required - {"priority"}:
        return f"has unknown options: {', '.join(sorted(unknown))}"
    for name in sorted(required - {"sign", "kinds", "words"}):
        if not _fits(name, rule[name]):
            return f"{name} must be a number {_LIMITS.get(name, 'above 0')}"
    if "kinds" in options and not (isinstance(rule["kinds"], list) and _KINDS.issuperset(rule["kinds"])):
        return f"kinds must be among {', '.join(sorted(_KINDS))}"
    if "words" in options and not (isinstance(rule["words"], str) and _words_file(rule["words"]).is_file()):
        return "words must be the name of a file in signal_words"
    if rule.get("priority", "light") not in PRIORITIES:
        return f"priority must be one of {', '.join(PRIORITIES)}"
    return ""


def _event(options: Mapping[str, Any], entries: Sequence[TimelineEntry], _now: datetime) -> Occurrences:
    return ((e.at, e.themes) for e in entries if e.kind in options["kinds"])


def _usage(options: Mapping[str, Any], entries: Sequence[TimelineEntry], _now: datetime) -> Occurrences:
    fell = (e for e in entries if e.change is not None and e.change <= options["change_at_most"])
    return ((e.at, e.themes) for e in fell)


def _long_text(options: Mapping[str, Any], entries: Sequence[TimelineEntry], _now: datetime) -> Occurrences:
    matching = (e for e in entries if e.kind in options["kinds"] and e.themes)
    return ((e.at, e.themes) for e in matching if len(e.text) >= options["shortest"])


def _words(options: Mapping[str, Any], entries: Sequence[TimelineEntry], _now: datetime) -> Occurrences:
    """Yield what has the words in any language: a timeline does not say in which one something was written."""
    path = _words_file(options["words"])
    matching = (e for e in entries if e.kind in options["kinds"] and e.text)
    return ((e.at, e.themes) for e in matching if finds_wish(path, e.text))


def _words_file(name: str) -> Path:
    return DATA / "signal_words" / f"{name}.toml"


def _competitor(_options: Mapping[str, Any], entries: Sequence[TimelineEntry], _now: datetime) -> Occurrences:
    return ((e.at, e.themes) for e in entries if e.competitors)


def _leaving(_options: Mapping[str, Any], entries: Sequence[TimelineEntry], _now: datetime) -> Occurrences:
    return ((e.at, e.themes) for e in entries if e.leaving)


def _frequency(options: Mapping[str, Any], entries: Sequence[TimelineEntry], _now: datetime) -> Occurrences:
    """Yield once: the last contact that made too many in the span, also for this customer's usual rate."""
    contacts = [e for e in entries if e.kind in options["kinds"]]
    span, before = timedelta(days=options["within_days"]), timedelta(days=options["usual_days"])
    for last in reversed(contacts):
        begins = last.at - span
        lately = [e for e in contacts if begins < e.at <= last.at]
        earlier = sum(begins - before < e.at <= begins for e in contacts)
        usual = earlier * (span / before)
        if len(lately) >= options["at_least"] and len(lately) > options["times_usual"] * usual:
            yield last.at, _themes(lately)
            return


def _same_theme(options: Mapping[str, Any], entries: Sequence[TimelineEntry], _now: datetime) -> Occurrences:
    """Yield once: the last time that a theme came up again."""
    span = timedelta(days=options["within_days"])
    matching = [e for e in entries if e.kind in _KINDS]
    for last in reversed(matching):
        lately = [e for e in matching if last.at - span < e.at <= last.at]
        again = tuple(t for t in last.themes if sum(t in e.themes for e in lately) >= options["at_least"])
        if again:
            yield last.at, again
            return


def _low_scores(options: Mapping[str, Any], entries: Sequence[TimelineEntry], _now: datetime) -> Occurrences:
    """Yield once: the last low score that followed enough others."""
    span = timedelta(days=options["within_days"])
    low = [
        e
        for e in entries
        if e.score is not None and e.kind == "answer" and e.score <= options["score_at_most"]
    ]
    for last in reversed(low):
        lately = [e for e in low if last.at - span < e.at <= last.at]
        if len(lately) >= options["at_least"]:
            yield last.at, _themes(lately)
            return


def _falling_score(
    options: Mapping[str, Any], entries: Sequence[TimelineEntry], _now: datetime
) -> Occurrences:
    span = timedelta(days=options["within_days"])
    scored = [(e, e.score) for e in entries if e.kind == "answer" and e.score is not None]
    for (before, high), (after, low) in pairwise(scored):
        if high - low >= options["by"] and after.at - before.at <= span:
            yield after.at, after.themes


def _no_reply(options: Mapping[str, Any], entries: Sequence[TimelineEntry], now: datetime) -> Occurrences:
    """Yield once: when the last of enough invitations since the last answer had waited long enough."""
    waited = timedelta(days=options["after_days"])
    answered = max((e.at for e in entries if e.kind == "answer"), default=None)
    asked = [e.at for e in entries if e.kind == "invitation" and (answered is None or e.at > answered)]
    given_up = [at + waited for at in asked if at + waited <= now]
    if len(given_up) >= options["at_least"]:
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
    """How a sign is found and which options its rules must have. `find` gets entries oldest first."""

    find: Callable[[Mapping[str, Any], Sequence[TimelineEntry], datetime], Occurrences]
    options: tuple[str, ...] = ()


_SIGNS: Mapping[str, _Sign] = {
    "event": _Sign(_event, ("kinds",)),
    "frequency": _Sign(_frequency, ("kinds", "at_least", "within_days", "times_usual", "usual_days")),
    "usage": _Sign(_usage, ("change_at_most",)),
    "long_text": _Sign(_long_text, ("kinds", "shortest")),
    "same_theme": _Sign(_same_theme, ("at_least", "within_days")),
    "low_scores": _Sign(_low_scores, ("score_at_most", "at_least", "within_days")),
    "falling_score": _Sign(_falling_score, ("by", "within_days")),
    "words": _Sign(_words, ("kinds", "words")),
    "competitor": _Sign(_competitor),
    "leaving": _Sign(_leaving),
    "no_reply": _Sign(_no_reply, ("at_least", "after_days")),
}
