"""What is done about one unhappy customer, written down: each act is one step, with who did it and when.

A step is pure: it says how the follow-up looks after it, what is added, and what is owed. `table.casework` writes
it whole or not at all, once, under the id of the form that asked for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from lazo.case import concerns
from lazo.case.concerns import Concern
from lazo.case.incentives import Incentive
from lazo.errors import Problem, Refused
from lazo.followup import model as followup
from lazo.followup import staff_deliveries
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise.model import Change, Promise, fulfilled
from lazo.store.model import Contact, Store

NoteChannel = Literal["phone", "in_person", "sms", "email", "other"]
NOTE_CHANNELS: tuple[NoteChannel, ...] = ("phone", "in_person", "sms", "email", "other")

NOTES_AT_MOST, CONCERNS_AT_MOST, MESSAGES_AT_MOST = 300, 50, 100
"""Of one follow-up: far more than a customer has patience for, and what one page can still show."""

What = Literal[
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


_MOVES: Final[frozenset[What]] = frozenset({"contacted", "resolved", "confirmed", "reopened"})


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
class Entry:
    """One line of the history. `entry_id` is the form's id, `version` the follow-up's after it; `detail` holds what
    the line names, as text (`to`, `reason`, `channel`, ...); `asked` tells the form as it was filled in from the same
    form filled in otherwise ("" where that is not known)."""

    entry_id: str
    what: What
    by: str
    by_name: str
    at: datetime
    version: int
    detail: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A follow-up with all that belongs to it, each list oldest first. `told`: ids of the contacts who were alerted."""

    followup: FollowUp
    notes: Sequence[Note] = ()
    concerns: Sequence[Concern] = ()
    incentives: Sequence[Incentive] = ()
    messages: Sequence[CustomerMessage] = ()
    history: Sequence[Entry] = ()
    told: frozenset[str] = frozenset()
    promises: Sequence[Promise] = ()

    def concern(self, concern_id: str) -> Concern:
        """Refused `unknown_concern` when there is none."""
        found = next((c for c in self.concerns if c.concern_id == concern_id), None)
        if found is None:
            raise Refused(Problem("unknown_concern", "concern_id"))
        return found

    def promise(self, promise_id: str) -> Promise:
        """Refused `unknown_promise` when there is none."""
        found = next((p for p in self.promises if p.promise_id == promise_id), None)
        if found is None:
            raise Refused(Problem("unknown_promise", "promise_id"))
        return found

    @property
    def owing(self) -> bool:
        """Something that the customer was told to expect is still to be done."""
        return any(p.open for p in self.promises) or any(c.state == "planned" for c in self.concerns)

    def after(self, step: "Step") -> "Case":
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

    def since(self, version: int) -> list[Entry]:
        """What happened after the follow-up was at `version`."""
        return [entry for entry in self.history if entry.version > version]

    def has_done(self, act: "Act") -> bool:
        """Whether its form was acted on already. Refused `changed` when it was filled in otherwise then: what it says
        now stands nowhere."""
        found = next((entry for entry in self.history if entry.entry_id == act.form_id), None)
        if found and found.asked not in ("", act.asked):
            raise Refused(Problem("changed"))
        return found is not None

    def did(self, *what: What) -> Entry | None:
        """The latest line of one of these kinds."""
        return next((entry for entry in reversed(self.history) if entry.what in what), None)


@dataclass(frozen=True, slots=True)
class Step:
    """What one act changes: the follow-up `after` it, its line in the history, and what is written with it."""

    after: FollowUp
    entry: Entry
    notes: Sequence[Note] = ()
    concerns: Sequence[Concern] = ()
    incentives: Sequence[Incentive] = ()
    messages: Sequence[CustomerMessage] = ()
    owed: Sequence[Delivery] = ()
    promises: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something at the desk, when, under which form's id, and what the form `asked` (as in Entry)."""

    form_id: str
    store: Store
    contact: Contact
    now: datetime
    asked: str = ""

    def step(self, after: FollowUp, what: What, detail: Mapping[str, str] | None = None, **more: Any) -> Step:
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
        entry = Entry(
            self.form_id, what, by.contact_id, by.name, self.now, after.version, detail or {}, self.asked
        )
        return Step(after, entry, **more)


def take_on(case: Case, act: Act) -> Step | None:
    """The contact becomes the owner; None when they are already. What was taken from its owner goes on where it was."""
    after = followup.take_on(case.followup, act.contact.contact_id, act.store, act.now)
    return None if after is case.followup else act.step(after, "taken_on")


def contacted(case: Case, act: Act, channel: NoteChannel, text: str, *, reached: bool) -> Step:
    """The customer was spoken to; or several tries have failed, or there is nothing to reach them by."""
    after = followup.contacted(case.followup, act.store, act.now, reached=reached)
    notes = _said(case, act, channel, text)
    detail = {"channel": channel, "reached": "yes" if reached else "no"}
    return act.step(after, "contacted", detail, notes=notes)


def add_note(case: Case, note: Note, act: Act) -> Step:
    """A note is appended at any stage; one that corrects another names it."""
    room(case.notes, NOTES_AT_MOST)
    if note.held_at > act.now:
        raise Refused(Problem("in_the_future", "when"))
    if note.corrects is not None and note.corrects not in {each.note_id for each in case.notes}:
        raise Refused(Problem("unknown_note", "corrects"))
    return act.step(touched(case.followup), "note", {"channel": note.channel}, notes=(note,))


def add_concern(case: Case, concern: Concern, act: Act) -> Step:
    """One more point to be settled; not once the follow-up is resolved."""
    if case.followup.stage == "resolved" or case.followup.ended:
        raise Refused(Problem("wrong_stage"))
    room(case.concerns, CONCERNS_AT_MOST)
    if act.store.contact(concern.owner) is None:
        raise Refused(Problem("unknown_owner", "owner"))
    checked = concerns.add(concern, act.store.hours.local_date(act.now))
    return act.step(touched(case.followup), "concern_added", {"text": checked.text}, concerns=(checked,))


def settle(case: Case, settled: Concern, act: Act, promised: Change | None = None) -> Step:
    """A concern of the case as it is once solved, which keeps what was promised for it, or planned, which is a promise
    (`promised`)."""
    detail = {"text": settled.text, "action": settled.action}
    about = touched(case.followup)
    if settled.state == "planned":
        promises = (promised,) if promised else ()
        return act.step(about, "concern_planned", detail, concerns=(settled,), promises=promises)
    plan = case.plan_for(settled.concern_id)
    kept = fulfilled([plan] if plan else [], act.contact.contact_id, act.now)
    return act.step(about, "concern_solved", detail, concerns=(settled,), promises=kept)


def give(case: Case, incentive: Incentive, act: Act) -> Step:
    """An incentive that `incentives.grant` allowed; not once the customer has said that it is solved."""
    if case.followup.ended:
        raise Refused(Problem("wrong_stage"))
    detail = {"kind": incentive.kind, "value": str(incentive.value), "currency": incentive.currency}
    return act.step(touched(case.followup), "incentive", detail, incentives=(incentive,))


def write(case: Case, message: CustomerMessage, act: Act) -> Step:
    """A message to the customer, as `customer_messages.compose` let it pass; not before somebody has taken it on."""
    if case.followup.stage == "open":
        raise Refused(Problem("wrong_stage"))
    room(case.messages, MESSAGES_AT_MOST)
    detail = {"channel": message.channel}
    return act.step(touched(case.followup), "message", detail, messages=(message,))


def mark_interested(case: Case, act: Act, *, interested: bool) -> Step:
    """Whether the customer agreed to hear of the improvement."""
    after = followup.mark_interested(case.followup, interested)
    return act.step(after, "interested" if interested else "not_interested")


def reassign(case: Case, contact_id: str, act: Act, owed: Sequence[Delivery]) -> Step:
    """Another contact of the shop becomes the owner, and is told (`owed`)."""
    after = followup.reassign(case.followup, contact_id, act.store, act.now)
    to = act.store.contact(contact_id)
    return act.step(after, "reassigned", {"to": to.name if to else contact_id}, owed=owed)


def pass_on(case: Case, act: Act) -> Step:
    """The next in the chain is asked to do it, at once."""
    after = followup.pass_on(case.followup, act.contact, act.store, act.now)
    owed = staff_deliveries.plan(after, act.store, "passed_on", act.now)
    above = ", ".join(c.name for c in act.store.on_duty(act.now).at_level(after.level))
    return act.step(after, "passed_on", {"to": above}, owed=owed)


def move_deadline(case: Case, until: datetime, reason: str, act: Act) -> Step:
    """A new date, with the reason that everybody reads."""
    after = followup.move_deadline(case.followup, until, act.now)
    return act.step(after, "deadline_moved", {"until": until.isoformat(), "reason": reason})


def resolve(case: Case, act: Act, *, root_cause_theme: str, root_cause: str, done: str) -> Step:
    """Resolved: each concern solved or planned, and there is at least one.

    Refused with `no_concern`, or with `open_concerns` and their texts.
    """
    after = followup.resolve(
        case.followup,
        act.store,
        act.now,
        root_cause_theme=root_cause_theme,
        root_cause=root_cause,
        done=done,
    )
    if not case.concerns:
        raise Refused(Problem("no_concern"))
    if waiting := concerns.unsettled(case.concerns):
        raise Refused(Problem("open_concerns", None, {"concerns": [each.text for each in waiting]}))
    return act.step(after, "resolved", {"root_cause": root_cause, "done": done})


def confirm(case: Case, act: Act, channel: NoteChannel, text: str, *, solved: bool) -> Step:
    """What the customer says of the solution: it is solved (refused while something is only planned), or not yet,
    and then the follow-up goes back to its owner. Once it is solved nothing is owed any more."""
    waiting = [each for each in case.concerns if each.state == "planned"]
    if solved and waiting and case.followup.stage == "resolved":
        raise Refused(Problem("still_planned", None, {"concerns": [each.text for each in waiting]}))
    change = followup.confirm if solved else followup.reopen
    after = change(case.followup, act.store, act.now)
    notes = _said(case, act, channel, text)
    if not solved:
        return act.step(after, "reopened", {"channel": channel}, notes=notes)
    kept = fulfilled(case.promises, act.contact.contact_id, act.now)
    return act.step(after, "confirmed", {"channel": channel}, notes=notes, promises=kept)


def room(held: Sequence[object], most: int) -> None:
    """Refused `too_many` when there are as many as there may be."""
    if len(held) >= most:
        raise Refused(Problem("too_many", None, {"most": most}))


def _said(case: Case, act: Act, channel: NoteChannel, text: str) -> tuple[Note, ...]:
    """What the customer said at a step, as a note; none without words."""
    if not text:
        return ()
    room(case.notes, NOTES_AT_MOST)
    by = act.contact
    return (Note(act.form_id, channel, act.now, text, by.contact_id, by.name, act.now),)


def touched(about: FollowUp) -> FollowUp:
    """The follow-up after something that changes nothing of its own."""
    return replace(about, version=about.version + 1)
