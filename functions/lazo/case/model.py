"""A case: a follow-up with its notes, concerns, promises, incentives, messages and history; its changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from lazo.case import owner_alerts
from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.errors import Problem, Rejected
from lazo.followup import amendment
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise.model import Promise, PromiseChange
from lazo.store.contacts import Contact
from lazo.store.model import Store

NoteChannel = Literal["phone", "in_person", "whatsapp", "sms", "email", "other"]
NOTE_CHANNELS: tuple[NoteChannel, ...] = ("phone", "in_person", "whatsapp", "sms", "email", "other")

NOTES_AT_MOST, CONCERNS_AT_MOST, MESSAGES_AT_MOST = 300, 50, 100
"""Limits of one follow-up: more than any customer needs, and what one page can still show."""

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
    "concern_missed",
    "concern_moved",
    "incentive",
    "message",
    "interested",
    "not_interested",
    "released",
    "unconfirmed",
    "unanswered",
    "customer_confirmed",
    "customer_reopened",
    "customer_note",
    "customer_sms",
    "promise_made",
    "promise_progress",
    "promise_kept",
    "promise_late",
    "promise_withdrawn",
    "promise_moved",
    "promise_missed",
    "promise_broken",
    "trusted",
    "dismissed",
    "answer_completed",
    "answer_corrected",
    "answered_again",
    "answer_joined",
    "undone",
]

_MOVES: Final[frozenset[HistoryKind]] = frozenset({"contacted", "resolved", "confirmed", "reopened"})


@dataclass(frozen=True, slots=True)
class Note:
    """What was said; notes are never changed. `held_at`: when they spoke; `recording`: an https address, only with the
    customer's consent to it; `corrects`: the id of the note that this one corrects; `said`: the customer's own words,
    where `text` also says for staff what they asked for."""

    note_id: str
    channel: NoteChannel
    held_at: datetime
    text: str
    by: str
    by_name: str
    at: datetime
    recording: str | None = None
    corrects: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry of the history. `idempotency_key` is the form's id, `version` the follow-up's after it; `detail` holds
    the facts of the entry as text (`to`, `reason`, `channel`, ...); `request_hash` tells whether a form with the same
    id had other values ("" when unknown)."""

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
    """A follow-up with all that belongs to it, oldest first. `notified_contacts`: ids of contacts alerted;
    `alerted_at`: when a provider accepted the first message that asks somebody to take it on."""

    followup: FollowUp
    notes: Sequence[Note] = ()
    concerns: Sequence[Concern] = ()
    incentives: Sequence[Incentive] = ()
    messages: Sequence[CustomerMessage] = ()
    history: Sequence[HistoryEntry] = ()
    notified_contacts: frozenset[str] = frozenset()
    promises: Sequence[Promise] = ()
    alerted_at: datetime | None = None

    def concern(self, concern_id: str) -> Concern:
        """Return the concern. Raises Rejected `unknown_concern`."""
        found = next((c for c in self.concerns if c.concern_id == concern_id), None)
        if found is None:
            raise Rejected(Problem("unknown_concern", "concern_id"))
        return found

    def promise(self, promise_id: str) -> Promise:
        """Return the promise. Raises Rejected `unknown_promise`."""
        found = next((p for p in self.promises if p.promise_id == promise_id), None)
        if found is None:
            raise Rejected(Problem("unknown_promise", "promise_id"))
        return found

    @property
    def has_open_commitments(self) -> bool:
        """Whether something that the customer was told to expect is still to be done."""
        return bool(self.open_promises) or any(c.state == "planned" for c in self.concerns)

    @property
    def open_promises(self) -> list[Promise]:
        """The promises that have not ended."""
        return [each for each in self.promises if each.open]

    @property
    def unpromised_plans(self) -> list[Concern]:
        """The planned concerns of which no promise is open any more."""
        return [c for c in self.concerns if c.state == "planned" and self.plan_for(c.concern_id) is None]

    def apply(self, change: "CaseChange") -> "Case":
        """Return the case with the follow-up, concerns and promises after a change."""
        settled = {each.concern_id: each for each in change.concerns}
        changed = {each.after.promise_id: each.after for each in change.promises}
        return replace(
            self,
            followup=change.after,
            concerns=[*({each.concern_id: each for each in self.concerns} | settled).values()],
            promises=[*({each.promise_id: each for each in self.promises} | changed).values()],
        )

    def plan_for(self, concern_id: str) -> Promise | None:
        """Return the open promise that is the plan for a concern."""
        return next((p for p in self.open_promises if p.concern_id == concern_id), None)

    def planned_concern(self, promise: Promise) -> Concern | None:
        """Return the concern that a promise is the plan for, while it is planned."""
        return next(
            (c for c in self.concerns if c.concern_id == promise.concern_id and c.state == "planned"), None
        )

    def entries_since(self, version: int) -> list[HistoryEntry]:
        """Return the entries after the follow-up was at `version`."""
        return [entry for entry in self.history if entry.version > version]

    def has_processed(self, context: "ActionContext") -> bool:
        """Return whether this idempotency key has been used. Raises Rejected `changed` when it was used with other
        values, which would otherwise be lost."""
        found = next(
            (entry for entry in self.history if entry.idempotency_key == context.idempotency_key), None
        )
        if found and found.request_hash not in ("", context.request_hash):
            raise Rejected(Problem("changed"))
        return found is not None

    def last_entry(self, *what: HistoryKind) -> HistoryEntry | None:
        """Return the latest entry of one of these kinds."""
        return next((entry for entry in reversed(self.history) if entry.what in what), None)


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What one action changes: the follow-up `after` it, its history entry, and what is written with them. `unsent`:
    messages that still wait, and are not to be sent any more."""

    after: FollowUp
    entry: HistoryEntry
    notes: Sequence[Note] = ()
    concerns: Sequence[Concern] = ()
    incentives: Sequence[Incentive] = ()
    messages: Sequence[CustomerMessage] = ()
    deliveries: Sequence[Delivery] = ()
    promises: Sequence[PromiseChange] = ()
    unsent: Sequence[CustomerMessage] = ()


@dataclass(frozen=True, slots=True)
class ActionContext:
    """Who acts at the desk, when, with which form: its idempotency key and the hash of its values."""

    idempotency_key: str
    store: Store
    contact: Contact
    now: datetime
    request_hash: str = ""

    def change(
        self, after: FollowUp, what: HistoryKind, detail: Mapping[str, str] | None = None, **more: Any
    ) -> CaseChange:
        """Return the change that leads to `after`; `more` holds its other fields by name. If the follow-up has no
        owner, a contact of the store who moves it to another stage becomes its owner. What its owner does meets the
        deadline of a danger (`amendment.attended_by`), unless they take back a mistake. Owners are told of what others
        give them, unless the whole case is handed over, which they are told, or a mistake is taken back."""
        by = self.contact
        if (
            after.owner is None
            and after.stage != "open"
            and what in _MOVES
            and self.store.contact(by.contact_id)
        ):
            after = after.owned_by(by.contact_id)
        if what != "undone":
            after = amendment.attended_by(after, by.contact_id, self.store, self.now)
        after = after.without_late({c.concern_id for c in more.get("concerns", ()) if c.state != "open"})
        if what not in ("reassigned", "undone"):
            more["deliveries"] = (*more.get("deliveries", ()), *self._given(after, more))
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

    def _given(self, after: FollowUp, changed: Mapping[str, Any]) -> tuple[Delivery, ...]:
        added = [c for c in changed.get("concerns", ()) if c.state == "open"]
        promises, by = changed.get("promises", ()), self.contact.contact_id
        return owner_alerts.given_deliveries(added, promises, after, self.store, by, self.now)
