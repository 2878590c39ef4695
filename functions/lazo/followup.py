"""The life of a follow-up: opened by an unhappy answer, moved up the chain until somebody takes it on."""

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from lazo.answers import Answer, Classification
from lazo.store import Policy, Store

Stage = Literal["open", "taken_on"]
Priority = Literal["urgent", "high", "normal", "light"]

REMINDER_EVERY = timedelta(days=1)
"""How often the end of the chain is reminded of a follow-up that nobody has taken on."""


class TakenOnAlready(Exception):
    """Somebody else (`owner`, a contact's id) took this follow-up on before."""

    def __init__(self, owner: str) -> None:
        super().__init__("taken on already")
        self.owner = owner


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is owed to one unhappy customer. `level` is the step of the chain that was told last, `round` counts
    the reminders at the chain's end, `version` grows with every change. `deadline` is None once no clock runs."""

    followup_id: str
    store_id: str
    answer_ulid: str
    touchpoint: str
    score: int
    themes: tuple[str, ...]
    urgency: tuple[str, ...]
    priority: Priority
    answered_at: datetime
    opened_at: datetime
    stage: Stage
    level: int
    round: int
    version: int
    deadline: datetime | None
    owner: str | None = None
    taken_on_at: datetime | None = None

    @property
    def urgent(self) -> bool:
        """Somebody may be in danger: told at any hour."""
        return self.priority == "urgent"


def id_for(store_id: str, answer_ulid: str) -> str:
    """The id of an answer's follow-up: 80 bits of SHA-256 in base32, 16 characters, short enough for an SMS.

    The same answer always gives the same id, so that a repeated attempt finds what the first one wrote.
    """
    digest = hashlib.sha256(f"{store_id}|{answer_ulid}".encode()).digest()[:10]
    return base64.b32encode(digest).decode().lower()


def open_for(answer: Answer, store: Store) -> FollowUp | None:
    """The follow-up that a classified answer calls for: one for a detractor, a light one for a passive who wants
    to be contacted, none for others and for what may not be a customer's. A passive who tells of a danger counts as
    a detractor."""
    found = answer.classification
    if found is None:
        raise ValueError("the answer is not classified")
    unhappy = found.band == "detractor" or (found.band == "passive" and bool(found.urgency))
    asks = found.band == "passive" and answer.wants_contact
    if found.suspect or not (unhappy or asks):
        return None
    priority = _priority(answer.score, found, light=not unhappy)
    return FollowUp(
        followup_id=id_for(answer.store_id, answer.ulid),
        store_id=answer.store_id,
        answer_ulid=answer.ulid,
        touchpoint=answer.touchpoint,
        score=answer.score,
        themes=found.themes,
        urgency=found.urgency,
        priority=priority,
        answered_at=answer.at,
        opened_at=found.at,
        stage="open",
        level=min((c.level for c in store.contacts), default=0),
        round=0,
        version=1,
        deadline=_deadline(store, priority, found.at),
    )


def overdue(followup: FollowUp, now: datetime) -> bool:
    """Nobody has taken it on, and the time to do so is over."""
    return followup.stage == "open" and followup.deadline is not None and followup.deadline <= now


def escalate(followup: FollowUp, store: Store, now: datetime) -> FollowUp:
    """One step up the chain, with a new deadline from `now`; at the chain's end a reminder a day.

    Counting from now and not from the missed deadline is what keeps a day without sweeps to one step.
    """
    if followup.stage != "open":
        raise ValueError("only an open follow-up is escalated")
    above = store.level_after(followup.level)
    if above is None:
        tomorrow = store.hours.next_opening(now + REMINDER_EVERY)
        return replace(followup, round=followup.round + 1, version=followup.version + 1, deadline=tomorrow)
    return replace(
        followup,
        level=above,
        round=0,
        version=followup.version + 1,
        deadline=_deadline(store, followup.priority, now),
    )


def take_on(followup: FollowUp, contact_id: str, now: datetime) -> FollowUp:
    """The follow-up with an owner and no clock running; the same when this contact has it already.

    TakenOnAlready when it is somebody else's.
    """
    if followup.owner == contact_id:
        return followup
    if followup.owner is not None:
        raise TakenOnAlready(followup.owner)
    return replace(
        followup,
        stage="taken_on",
        owner=contact_id,
        taken_on_at=now,
        deadline=None,
        version=followup.version + 1,
    )


def _priority(score: int, found: Classification, *, light: bool) -> Priority:
    if light:
        return "light"
    if found.urgency:
        return "urgent"
    return "high" if score <= 3 or found.leaving else "normal"


def _deadline(store: Store, priority: Priority, start: datetime) -> datetime:
    return store.hours.add_open_time(start, timedelta(minutes=_minutes(store.policy, priority)))


def _minutes(policy: Policy, priority: Priority) -> int:
    if priority == "urgent":
        return policy.urgent_take_on_minutes
    return policy.light_take_on_minutes if priority == "light" else policy.take_on_minutes
