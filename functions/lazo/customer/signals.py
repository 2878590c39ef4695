"""Add up early signals that a customer may leave, each weighted less with age (rules: data/signals.toml)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp2

from lazo.customer.event import STREAM_GRACE, CustomerEvent
from lazo.customer.signal_rules import SignalRule, load_signal_rules
from lazo.customer.timeline import CustomerHistory
from lazo.followup.model import PRIORITIES, FollowUp, Priority, SignalReason, digest_id
from lazo.followup.opening import new_followup
from lazo.store.model import Store
from lazo.timestamps import format_timestamp

REASONS_AT_MOST = 20
"""A follow-up keeps at most this many signals as its reasons, the heaviest ones."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign that occurred: the `kind` of its rule, when, and its remaining weight."""

    kind: str
    at: datetime
    weight: float
    priority: Priority
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """The sum of all signals, and the signals, heaviest first."""

    total: float
    signals: tuple[Signal, ...]


def weigh_signals(history: CustomerHistory, rules: Iterable[SignalRule], now: datetime) -> Risk:
    """Return the risk: sum of weight * 2^(-whole days / half-life) over signals since the last follow-up opened."""
    since = history.signals_count_since()
    known = sorted(history.entries, key=lambda e: e.at)
    found = [
        Signal(rule.kind, at, decayed_weight(rule.weight, now - at, rule.half_life), rule.priority, themes)
        for rule in rules
        for at, themes in rule.found_in(known, now)
        if since is None or at > since
    ]
    heaviest = sorted(found, key=lambda s: (-s.weight, s.kind, s.at))
    return Risk(sum(s.weight for s in heaviest), tuple(heaviest))


def decayed_weight(weight: float, age: timedelta, half_life: timedelta) -> float:
    """Return what is left of a weight after the whole days of this age: all of it on the first day, so that two signs
    of 2 make 4 also when the second comes later that day; and for a negative age (a source's fast clock)."""
    days = max(age // timedelta(days=1), 0)
    return weight * exp2(-days / (half_life / timedelta(days=1)))


def open_for_signals(risk: Risk, history: CustomerHistory, store: Store, now: datetime) -> FollowUp | None:
    """Return the follow-up for a risk that reaches the store's threshold; None below it.

    Its id is derived from the customer and the start of the counting period, so that each period has one follow-up.
    """
    if round(risk.total, 9) < store.policy.risk_threshold:
        return None
    reasons = risk.signals[:REASONS_AT_MOST]
    priority = min((s.priority for s in reasons), key=PRIORITIES.index)
    return new_followup(
        store,
        priority,
        now,
        followup_id=_id_for(history),
        origin="signals",
        answer_ulid=None,
        touchpoint="",
        score=None,
        themes=tuple(dict.fromkeys(theme for s in reasons for theme in s.themes)),
        urgency=(),
        answered_at=min(now, max(s.at for s in reasons)),
        customer_key=history.keys[0],
        signals=tuple(SignalReason(s.kind, s.at) for s in reasons),
    )


def weigh_deadline(event: CustomerEvent) -> datetime:
    """Return when the sweep must weigh an event that the stream has not. For an invitation this is when it has gone
    unanswered long enough to count as a signal."""
    if event.kind != "invitation":
        return event.received_at + STREAM_GRACE
    patience = max(
        (rule.options["after_days"] for rule in load_signal_rules() if rule.sign == "no_reply"), default=0
    )
    return event.at + timedelta(days=patience)


def _id_for(history: CustomerHistory) -> str:
    since = history.signals_count_since()
    episode = f"{min(history.keys)}|{format_timestamp(since) if since else ''}"
    return digest_id(f"customer|{episode}")
