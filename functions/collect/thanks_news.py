"""What the thanks page tells: who knows, and what they do about it; and how soon the page should look again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lazo.case.customer_wish import may_come, slot_text, takes_wishes
from lazo.case.undo import UNDO_WITHIN
from lazo.followup.model import FollowUp
from lazo.messaging.customer_templates import first_name
from lazo.promise.call_slots import LENGTH, CallSlot
from lazo.store.model import Store
from lazo.translations import translations

SOON: Final = 3
"""Seconds between two looks while somebody may be coming: who takes it on is seen within five."""
LATER: Final = 15
SOON_FOR: Final = timedelta(minutes=3)
WATCHED_FOR: Final = timedelta(minutes=20)
"""After so long nobody stands at the till and watches any more."""


@dataclass(frozen=True, slots=True)
class News:
    """The lines to show, and after how many seconds to look again: None for never."""

    lines: tuple[str, ...] = ()
    look_again: int | None = None


def waiting_news(since: datetime, now: datetime) -> News:
    """Return what is shown until the answer is understood: nothing. Its thanks were made at `since`, to the minute."""
    return News((), SOON if now - since < SOON_FOR else None)


def news_of(
    followup: FollowUp, place: str, store: Store, language: str, since: datetime, now: datetime
) -> News:
    """Return what becomes of an answer at `place`. Names the owner if the store's policy allows it; nothing that the
    customer wrote is said again, since others may see the screen."""
    texts = translations("thanks", language)["news"]
    if followup.erased_at or followup.restricted_at or followup.corrected_at:
        return News()
    owner = store.contact(followup.owner or "")
    name = first_name(owner.name) if owner and store.policy.names_on_thanks else ""
    facts = {
        "name": name or texts["somebody"],
        "place": place,
        "shop": store.name,
        "when": _when(followup, store, language, now),
    }
    lines = (texts[key].format_map(facts) for key in _keys(followup, store, now))
    waited = now - since
    if waited >= WATCHED_FOR or not (takes_wishes(followup) or _may_be_undone(followup, now)):
        return News(tuple(lines))
    may_change = followup.owner is None or _may_be_undone(followup, now)
    return News(tuple(lines), SOON if waited < SOON_FOR and may_change else LATER)


def _keys(followup: FollowUp, store: Store, now: datetime) -> tuple[str, ...]:
    wish = followup.wish
    if not takes_wishes(followup):
        if followup.stage == "resolved" and _may_be_undone(followup, now):
            return ("in_work",)
        return ("solved",) if followup.resolved_at else ()
    has_it = "knows" if _may_be_undone(followup, now) else "has_it"
    if wish == "nothing":
        return (*((has_it,) if followup.owner else ()), "nothing")
    if followup.stage == "contacted":
        return ("in_work",)
    asked = ("write",) if wish == "write" else ("call",) if followup.call_from else ()
    if followup.owner is None:
        if not store.hours.is_open(now):
            return ("closed", *asked)
        # The e-mail about a doubtful answer may wait for a bundle.
        waits = followup.doubts and not (followup.urgent or followup.alerted_at)
        told = () if waits else ("told", "come") if wish == "come" else ("told",)
        return (*told, *asked)
    if asked:
        return (has_it, *asked)
    if may_come(followup, store, now) and (wish == "come" or not followup.reachable):
        return ("coming",)
    return ("will_contact",) if followup.reachable and has_it == "has_it" else (has_it,)


def _may_be_undone(followup: FollowUp, now: datetime) -> bool:
    """Return whether its stage may be undone yet. Until then only what stays true is said (that somebody knows, that
    they are on it), but for who comes: the customer waits for them, and reads within seconds if they do not."""
    reached = {"taken_on": followup.taken_on_at, "resolved": followup.resolved_at}.get(followup.stage)
    return reached is not None and now <= reached + UNDO_WITHIN


def _when(followup: FollowUp, store: Store, language: str, now: datetime) -> str:
    if followup.call_from is None:
        return ""
    return slot_text(CallSlot(followup.call_from, followup.call_from + LENGTH), store, language, now)
