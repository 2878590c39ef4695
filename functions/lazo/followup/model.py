"""A follow-up: one unhappy answer, or signals, and how far somebody has come with it."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lazo.survey.answer import Improved

Stage = Literal["open", "taken_on", "contacted", "resolved", "confirmed", "unconfirmed"]
Priority = Literal["urgent", "high", "normal", "light"]
Origin = Literal["answer", "signals"]

STAGES: tuple[Stage, ...] = ("open", "taken_on", "contacted", "resolved", "confirmed")
"""The way of a follow-up. One that is resolved and of which the customer says nothing ends "unconfirmed" instead."""
ENDED: frozenset[Stage] = frozenset({"confirmed", "unconfirmed"})
PRIORITIES: tuple[Priority, ...] = ("urgent", "high", "normal", "light")


@dataclass(frozen=True, slots=True)
class SignalReason:
    """One signal among those that opened a follow-up before any survey did. `kind`: an id of data/signals.toml."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Resurvey:
    """That the customer was asked again, and what they said: the score, and whether they noticed an improvement."""

    asked_at: datetime
    answered_at: datetime | None = None
    score: int | None = None
    improved: Improved | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is owed to one unhappy customer. `level` is the step of the chain that was told last, `round` counts the
    reminders at the chain's end, `version` grows with every change. `deadline` is that of the stage which comes next,
    or of finding a new owner; None once the follow-up has ended. One that signals opened has no answer, score or
    touchpoint ("")."""

    followup_id: str
    store_id: str
    origin: Origin
    answer_ulid: str | None
    touchpoint: str
    score: int | None
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
    customer_key: str | None = None
    signals: tuple[SignalReason, ...] = ()
    owner: str | None = None
    released_from: str | None = None
    """Who let a deadline pass and is the owner no more, until somebody takes it on again."""
    taken_on_at: datetime | None = None
    contacted_at: datetime | None = None
    reached: bool | None = None
    """Whether the customer was spoken to; False when they could not be reached."""
    resolved_at: datetime | None = None
    root_cause_theme: str | None = None
    root_cause: str = ""
    done: str = ""
    confirmed_at: datetime | None = None
    unconfirmed_at: datetime | None = None
    interested: bool = False
    """The customer agreed to hear of the improvement."""
    again: Resurvey | None = None
    erased_at: datetime | None = None
    """What told of the customer was removed, and nothing will be done any more."""

    def reached_at(self, stage: Stage) -> datetime | None:
        """When the stage was reached; None while it is ahead."""
        return {
            "open": self.opened_at,
            "taken_on": self.taken_on_at,
            "contacted": self.contacted_at,
            "resolved": self.resolved_at,
            "confirmed": self.confirmed_at,
            "unconfirmed": self.unconfirmed_at,
        }[stage]

    @property
    def ended(self) -> bool:
        """Nothing more is to be done, and no clock runs."""
        return self.stage in ENDED

    @property
    def ended_at(self) -> datetime | None:
        """When it ended; None while it goes on."""
        return self.confirmed_at or self.unconfirmed_at

    @property
    def step(self) -> int:
        """How many stages it has behind it, the first one being 0."""
        return STAGES.index("resolved" if self.stage == "unconfirmed" else self.stage)

    @property
    def next_stage(self) -> Stage | None:
        """The stage that comes next; None once it has ended."""
        return None if self.ended else STAGES[self.step + 1]

    @property
    def awaits(self) -> Stage | None:
        """The stage that `deadline` is for: "taken_on" while nobody has it, else the one that comes next."""
        return "taken_on" if self.owner is None and not self.ended else self.next_stage

    @property
    def urgent(self) -> bool:
        """Somebody may be in danger: told at any hour."""
        return self.priority == "urgent"


def followup_id_for(store_id: str, answer_ulid: str) -> str:
    """The id of an answer's follow-up: 80 bits of SHA-256 in base32, 16 characters, short enough for an SMS.

    The same answer always gives the same id, so that a repeated attempt finds what the first one wrote.
    """
    digest = hashlib.sha256(f"{store_id}|{answer_ulid}".encode()).digest()[:10]
    return base64.b32encode(digest).decode().lower()
