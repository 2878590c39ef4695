"""Early signs that a customer may be lost, weighed with decay and added up (rules: data/signals.toml)."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp2

from lazo.customer.event import STREAM_GRACE, CustomerEvent
from lazo.customer.signal_rules import SignalRule, load_signal_rules
from lazo.customer.timeline import CustomerHistory
from lazo.followup.deadlines import take_on_deadline
from lazo.followup.model import PRIORITIES, FollowUp, Priority, SignalReason
from lazo.store.model import Store
from lazo.timestamps import format_timestamp

REASONS_AT_MOST = 20
"""So many of the heaviest signals explain a follow-up."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign that showed: `kind` of its rule, when, and what it still weighs."""

    kind: str
    at: datetime
    weight: float
    priority: Priority
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """What the signals come to; the heaviest first."""

    total: float
    signals: tuple[Signal, ...]


def weigh_signals(history: CustomerHistory, rules: Iterable[SignalRule], now: datetime) -> Risk:
    """risk = sum of weight * 2^(-age / half-life) over the signals since the customer's last follow-up was opened."""
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
    """What is left of a weight; all of it at an instant that by our clock is still to come."""
    return weight * exp2(-max(age / half_life, 0.0))


def open_for_signals(risk: Risk, history: CustomerHistory, store: Store, now: datetime) -> FollowUp | None:
    """The follow-up that a risk calls for before any survey does; None below the shop's threshold.

    Its id follows from the customer and from when their signals began to count: one episode, one follow-up.
    """
    if risk.total < store.policy.risk_threshold:
        return None
    told = risk.signals[:REASONS_AT_MOST]
    priority = min((s.priority for s in told), key=PRIORITIES.index)
    return FollowUp(
        followup_id=_id_for(history),
        store_id=store.store_id,
        origin="signals",
        answer_ulid=None,
        touchpoint="",
        score=None,
        themes=tuple(dict.fromkeys(theme for s in told for theme in s.themes)),
        urgency=(),
        priority=priority,
        answered_at=min(now, max(s.at for s in told)),
        opened_at=now,
        stage="open",
        level=min((c.level for c in store.contacts), default=0),
        round=0,
        version=1,
        deadline=take_on_deadline(store, priority, now),
        customer_key=history.keys[0],
        signals=tuple(SignalReason(s.kind, s.at) for s in told),
    )


def weigh_deadline(event: CustomerEvent) -> datetime:
    """When the sweep must weigh an event, unless the stream has; for an invitation when it has gone unanswered for so
    long that it counts."""
    if event.kind != "invitation":
        return event.received_at + STREAM_GRACE
    patience = max(
        (rule.asks["after_days"] for rule in load_signal_rules() if rule.sign == "no_reply"), default=0
    )
    return event.at + timedelta(days=patience)


def _id_for(history: CustomerHistory) -> str:
    since = history.signals_count_since()
    episode = f"{min(history.keys)}|{format_timestamp(since) if since else ''}"
    digest = hashlib.sha256(f"customer|{episode}".encode()).digest()[:10]
    return base64.b32encode(digest).decode().lower()
