"""Timelines of a customer, and one rule on them."""

from datetime import datetime, timedelta
from typing import Any

from lazo.customer import signals
from lazo.customer.signal_rules import SignalRule
from lazo.customer.signals import Risk
from lazo.customer.timeline import CustomerHistory, TimelineEntry, newest_first
from tests.builders import START

DAY = timedelta(days=1)


def rule(
    sign: str, weight: float = 3.0, half_life: float = 10, priority: Any = "light", **asks: Any
) -> SignalRule:
    return SignalRule(sign, sign, weight, timedelta(days=half_life), priority, asks)


def entry(kind: str, days_ago: float, **changes: Any) -> TimelineEntry:
    values: dict[str, Any] = {"store_id": "norte", "text": "", "score": None, "themes": (), "ref": "e"}
    values |= {"at": START - days_ago * DAY, "kind": kind, **changes}
    return TimelineEntry(**values)


def history_of(*entries: TimelineEntry, since: dict[str, datetime] | None = None) -> CustomerHistory:
    return CustomerHistory(("k1",), since or {}, newest_first(entries))


def risk_of(by: SignalRule, *entries: TimelineEntry, since: dict[str, datetime] | None = None) -> Risk:
    return signals.weigh_signals(history_of(*entries, since=since), [by], START)


def days_since_shown(by: SignalRule, *entries: TimelineEntry) -> list[float]:
    """Return how many days ago the signal showed, once per time, the latest last."""
    found = by.found_in(sorted(entries, key=lambda e: e.at), START)
    return [(START - at) / DAY for at, _ in found]


COMPLAINTS = rule("event", kinds=["complaint"])
