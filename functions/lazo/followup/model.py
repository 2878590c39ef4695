"""The follow-up of one answer, or of early signals, and the stage that it has reached."""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from lazo.survey.answer import Improved

Stage = Literal["open", "taken_on", "contacted", "resolved", "confirmed", "unconfirmed", "unanswered"]
Priority = Literal["urgent", "high", "normal", "light"]
Origin = Literal["answer", "signals", "message"]
Wish = Literal["come", "call", "write", "nothing"]
"""What a customer asks for on the thanks page: come to me now, call me, write to me, nothing."""

CUSTOMER: Final = "@customer"
"""The customer as author of notes, promises and entries of the history; no contact's id contains an @."""

STAGES: tuple[Stage, ...] = ("open", "taken_on", "contacted", "resolved", "confirmed")
"""The stages in order. "unconfirmed" takes the place of "confirmed" when the customer never replies; "unanswered" ends
a follow-up that nobody took on."""
ENDED: frozenset[Stage] = frozenset({"confirmed", "unconfirmed", "unanswered"})
PRIORITIES: tuple[Priority, ...] = ("urgent", "high", "normal", "light")


@dataclass(frozen=True, slots=True)
class SignalReason:
    """A signal that opened a follow-up without a survey answer. `kind`: an id of data/signals.toml."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Resurvey:
    """When the customer was surveyed again, and the reply: the score, and whether it improved for them."""

    asked_at: datetime
    answered_at: datetime | None = None
    score: int | None = None
    improved: Improved | None = None


@dataclass(frozen=True, slots=True)
class LaterAnswer:
    """What the customer answered at the store some time after a follow-up: when, and the score."""

    at: datetime
    score: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What must be done for one customer: an unhappy one, or one who wants to be contacted. `level` is the escalation
    level alerted last, `round` counts the reminders at the highest level, `version` grows with every change. `deadline`
    is for the next stage, or for finding a new owner; None once it has ended. One that is missed at the highest level
    stays, and `next_reminder_at` says when the next message about it goes out. If signals opened it, it has no answer
    and no score, and `touchpoint` is "". If the customer's own words did (origin "message"), answer, touchpoint and
    score are those of their newest answer, and `answered_at` is when they wrote."""

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
    next_reminder_at: datetime | None = None
    missed_at: datetime | None = None
    """The first deadline that passed while it had no owner, or that its last owner missed."""
    opened_month: str | None = None
    """The month (`2026-11`, by the store's calendar) in which it opened: its times count there. None for those opened
    before times were counted."""
    alerted_at: datetime | None = None
    """When the first message that asks somebody to take it on was accepted by a provider, as far as it was known at the
    last step on the case."""
    late_stages: tuple[Stage, ...] = ()
    """Stages whose deadline passed before they were reached for the first time."""
    customer_key: str | None = None
    reachable: bool = False
    """Whether the customer left a way to be reached, be it a doubtful one; says nothing of items before it existed."""
    signals: tuple[SignalReason, ...] = ()
    owner: str | None = None
    released_from: str | None = None
    """The last owner, who missed a deadline and lost it; None again once somebody takes it on."""
    released_at: datetime | None = None
    """When it lost its last owner, or the customer reopened it after nobody took it on."""
    taken_on_at: datetime | None = None
    contacted_at: datetime | None = None
    reached: bool | None = None
    """Whether the customer was spoken to; False when they could not be reached."""
    resolved_at: datetime | None = None
    recovery_month: str | None = None
    """The month (`2026-11`, by the store's calendar) in which it was first resolved: its recovery counts there."""
    root_cause_theme: str | None = None
    root_cause: str = ""
    done: str = ""
    confirmed_at: datetime | None = None
    unconfirmed_at: datetime | None = None
    unanswered_at: datetime | None = None
    late_concerns: tuple[str, ...] = ()
    """Ids of the open concerns whose deadline has passed."""
    reopened_at: datetime | None = None
    """When the customer last said that it is not solved."""
    interested: bool = False
    """Whether the customer agreed to hear of the improvement."""
    again: Resurvey | None = None
    later_answer: LaterAnswer | None = None
    """The first answer, not to a resurvey, that the customer gave at the store once they had been contacted, a deadline
    had been missed, or it had ended."""
    more_answers: tuple[str, ...] = ()
    """ULIDs of further answers that the customer gave within minutes of the first."""
    danger_due_at: datetime | None = None
    """The deadline that a danger brought to an owner, who meets it by anything they do on the case."""
    wish: Wish | None = None
    """What the customer last asked for on the thanks page."""
    call_from: datetime | None = None
    """From when they asked to be called (`lazo.promise.call_slots`)."""
    corrected_at: datetime | None = None
    """When it ended because the customer corrected the score, before anybody had worked on it."""
    erased_at: datetime | None = None
    """When the customer's data was removed. Nothing more is done after that."""
    restricted_at: datetime | None = None
    """Since when the customer wants their data stored and not used; None once they lifted that."""
    doubts: tuple[str, ...] = ()
    """The signs that it may not be a customer's (`lazo.survey.doubts`); none once somebody says that it is."""

    def changed(self, **changes: Any) -> "FollowUp":
        """Return the follow-up after a change, with the next version. A new deadline ends the reminders of the last."""
        if "deadline" in changes:
            changes = {"next_reminder_at": None, **changes}
        return replace(self, version=self.version + 1, **changes)

    def owned_by(self, contact_id: str) -> "FollowUp":
        """Return the follow-up, which had no owner, with one."""
        return replace(self, owner=contact_id, released_from=None, released_at=None, missed_at=None)

    def late_at(self, now: datetime) -> tuple[Stage, ...]:
        """Return `late_stages` as they are once a deadline that has passed by now is known to be missed."""
        missed = self.awaits if self.deadline and self.deadline <= now else None
        if missed is None or missed in self.late_stages or self.reached_at(missed):
            return self.late_stages
        return (*self.late_stages, missed)

    def without_late(self, settled: Collection[str]) -> "FollowUp":
        """Return the follow-up in which these concerns (by id) are not late any more."""
        return replace(self, late_concerns=tuple(c for c in self.late_concerns if c not in settled))

    def reached_at(self, stage: Stage) -> datetime | None:
        """Return when the stage was reached; None while it is ahead."""
        return {
            "open": self.opened_at,
            "taken_on": self.taken_on_at,
            "contacted": self.contacted_at,
            "resolved": self.resolved_at,
            "confirmed": self.confirmed_at,
            "unconfirmed": self.unconfirmed_at,
            "unanswered": self.unanswered_at,
        }[stage]

    @property
    def mark(self) -> str:
        """What people tell one case from another by, `#K7QM`: of a million pairs of cases, one has the same."""
        return f"#{self.followup_id[:4].upper()}"

    @property
    def ended(self) -> bool:
        """Whether nothing more is to be done and no deadline runs, for as long as it is restricted also."""
        return self.stage in ENDED or self.restricted_at is not None

    @property
    def step(self) -> int:
        """The index of its stage in STAGES; "unconfirmed" counts as "resolved", "unanswered" as the stage before."""
        if self.stage == "unanswered":
            return max(number for number, stage in enumerate(STAGES) if self.reached_at(stage))
        return STAGES.index("resolved" if self.stage == "unconfirmed" else self.stage)

    @property
    def next_stage(self) -> Stage | None:
        """The stage that comes next; None once it has ended."""
        return None if self.ended else STAGES[self.step + 1]

    @property
    def awaits(self) -> Stage | None:
        """The stage that `deadline` is for: "taken_on" while it has no owner, else the next one."""
        return "taken_on" if self.owner is None and not self.ended else self.next_stage

    @property
    def due_at(self) -> datetime | None:
        """When something follows unless somebody acts: the next reminder, or else the deadline."""
        return self.next_reminder_at or self.deadline

    @property
    def unattended_since(self) -> datetime | None:
        """Since when nobody has had it, once a deadline was missed; None while it has an owner or is in time."""
        if self.ended or self.owner or self.missed_at is None:
            return None
        # Follow-ups that lost their owner before `released_at` was recorded have the deadline that cost it.
        return self.released_at or (self.missed_at if self.released_from else self.opened_at)

    @property
    def urgent(self) -> bool:
        """Whether somebody may be in danger, so that alerts go out at any hour."""
        return self.priority == "urgent"

    @property
    def only_asks(self) -> bool:
        """Whether nothing is wrong: the customer only wants to be contacted."""
        return self.origin == "answer" and self.priority == "light"


def followup_id_for(store_id: str, answer_ulid: str) -> str:
    """Return the id of an answer's follow-up. The same answer always has the same id, so that a repeated attempt finds
    what the first one wrote."""
    return digest_id(f"{store_id}|{answer_ulid}")


def digest_id(source: str) -> str:
    """Return 80 bits of SHA-256 in base32: 16 characters, short enough for the link in an SMS."""
    return base64.b32encode(hashlib.sha256(source.encode()).digest()[:10]).decode().lower()
