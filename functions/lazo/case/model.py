"""A case: a follow-up with its notes, concerns, promises, incentives, messages and history; and one change of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.errors import Problem, Rejected
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise.model import Promise, PromiseChange
from lazo.store.contacts import Contact
from lazo.store.model import Store

NoteChannel = Literal["phone", "in_person", "sms", "email", "other"]


NOTE_CHANNELS: tuple[NoteChannel, ...] = ("phone", "in_person", "sms", "email", "other")


NOTES_AT_MOST, CONCERNS_AT_MOST, MESSAGES_AT_MOST = 300, 50, 100
"""Of one follow-up: far more than a customer has patience for, and what one page can still show."""


HistoryKind = Literal[
    "taken_on",
    "contacted",
    "resolved",
    "confirmed",
    "reopened",
    "reassigned",
    "passed_on",
    "deadline_moved",
    "note",
    "concern_added",
    "concern_solved",
    "concern_planned",
    "incentive",
    "message",
    "interested",
    "not_interested",
    "released",
    "unconfirmed",
    "customer_confirmed",
    "customer_reopened",
    "customer_note",
    "promise_made",
    "promise_progress",
    "promise_kept",
    "promise_late",
    "promise_moved",
    "promise_missed",
    "promise_broken",
]


_MOVES: Final[frozenset[HistoryKind]] = frozenset({"contacted", "resolved", "confirmed", "reopened"})


@dataclass(frozen=True, slots=True)
class Note:
    """What was said, appended for good. `held_at`: when they spoke; `recording`: an https address, only with the
    customer's consent to it; `corrects`: id of the note that this one puts right."""

    note_id: str
    channel: NoteChannel
    held_at: datetime
    text: str
    by: str
    by_name: str
    at: datetime
    recording: str | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of the history. `entry_id` is the form's id, `version` the follow-up's after it; `detail` holds what
    the line names, as text (`to`, `reason`, `channel`, ...); `asked` tells the form as it was filled in from the same
    form filled in otherwise ("" where that is not known)."""

    idempotency_key: str
    what: HistoryKind
    by: str
    by_name: str
    at: datetime
    version: int
    detail: Mapping[str, str] = field(default_factory=dict)
    request_hash: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A follow-up with all that belongs to it, each list oldest first. `told`: ids of the contacts who were alerted."""

    followup: FollowUp
    notes: Sequence[Note] = ()
    concerns: Sequence[Concern] = ()
    incentives: Sequence[Incentive] = ()
    messages: Sequence[CustomerMessage] = ()
    history: Sequence[HistoryEntry] = ()
    notified_contacts: frozenset[str] = frozenset()
    promises: Sequence[Promise] = ()

    def concern(self, concern_id: str) -> Concern:
        """Rejected `unknown_concern` when there is none."""
        found = next((c for c in self.concerns if c.concern_id == concern_id), None)
        if found is None:
            raise Rejected(Problem("unknown_concern", "concern_id"))
        return found

    def promise(self, promise_id: str) -> Promise:
        """Rejected `unknown_promise` when there is none."""
        found = next((p for p in self.promises if p.promise_id == promise_id), None)
        if found is None:
            raise Rejected(Problem("unknown_promise", "promise_id"))
        return found

    @property
    def has_open_commitments(self) -> bool:
        """Something that the customer was told to expect is still to be done."""
        return any(p.open for p in self.promises) or any(c.state == "planned" for c in self.concerns)

    def apply(self, step: "CaseChange") -> "Case":
        """The case with the concerns and promises as a step leaves them."""
        settled = {each.concern_id: each for each in step.concerns}
        changed = {each.after.promise_id: each.after for each in step.promises}
        return replace(
            self,
            followup=step.after,
            concerns=[*({each.concern_id: each for each in self.concerns} | settled).values()],
            promises=[*({each.promise_id: each for each in self.promises} | changed).values()],
        )

    def plan_for(self, concern_id: str) -> Promise | None:
        """The promise still owed that is the plan for a concern."""
        return next((p for p in self.promises if p.open and p.concern_id == concern_id), None)

    def entries_since(self, version: int) -> list[HistoryEntry]:
        """What happened after the follow-up was at `version`."""
        return [entry for entry in self.history if entry.version > version]

    def has_processed(self, act: "ActionContext") -> bool:
        """Whether its form was acted on already. Rejected `changed` when it was filled in otherwise then: what it says
        now stands nowhere."""
        found = next((entry for entry in self.history if entry.idempotency_key == act.idempotency_key), None)
        if found and found.request_hash not in ("", act.request_hash):
            raise Rejected(Problem("changed"))
        return found is not None

    def last_entry(self, *what: HistoryKind) -> HistoryEntry | None:
        """The latest line of one of these kinds."""
        return next((entry for entry in reversed(self.history) if entry.what in what), None)


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What one act changes: the follow-up `after` it, its line in the history, and what is written with it."""

    after: FollowUp
    entry: HistoryEntry
    notes: Sequence[Note] = ()
    concerns: Sequence[Concern] = ()
    incentives: Sequence[Incentive] = ()
    messages: Sequence[CustomerMessage] = ()
    deliveries: Sequence[Delivery] = ()
    promises: Sequence[PromiseChange] = ()


@dataclass(frozen=True, slots=True)
class ActionContext:
    """Who does something at the desk, when, under which form's id, and what the form `asked` (as in Entry)."""

    idempotency_key: str
    store: Store
    contact: Contact
    now: datetime
    request_hash: str = ""

    def change(
        self, after: FollowUp, what: HistoryKind, detail: Mapping[str, str] | None = None, **more: Any
    ) -> CaseChange:
        """The step that leads to `after`; what it writes with it is given by name. Who goes on with what nobody has any
        more takes it on by that, if they are of the shop's chain."""
        by = self.contact
        if (
            after.owner is None
            and after.stage != "open"
            and what in _MOVES
            and self.store.contact(by.contact_id)
        ):
            after = replace(after, owner=by.contact_id, released_from=None)
        entry = HistoryEntry(
            self.idempotency_key,
            what,
            by.contact_id,
            by.name,
            self.now,
            after.version,
            detail or {},
            self.request_hash,
        )
        return CaseChange(after, entry, **more)
