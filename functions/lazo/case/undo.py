"""Take back what was just done by mistake: within a minute, by whoever did it, while nothing has happened since, and
nobody was told of it who cannot be untold. The message that tells the customer waits for this minute, and is cancelled.
The history keeps both lines.

A case that is taken back is as if nobody had taken it on, or resolved it: the deadline for that never stopped. Each may
be taken back once, so that no row of taps holds an escalation off.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from lazo.case import first_contact
from lazo.case.concerns import Concern
from lazo.case.model import ActionContext, Case, CaseChange, HistoryEntry
from lazo.errors import Problem, Rejected
from lazo.followup.model import CUSTOMER, FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise import lifecycle as promise_lifecycle
from lazo.promise.model import PromiseChange
from lazo.timestamps import format_timestamp, parse_timestamp

UNDO_WITHIN: Final = timedelta(minutes=1)

_FORMER: Final = "former_"
"""What the names of details begin with that hold what a field of the follow-up was before."""
_PROMISE_OWNER: Final = "promise_owner"
"""The detail of an entry that holds whose the promise of the first contact was before."""
_TEXTS: Final = ("stage", "owner", "released_from", "recovery_month", "root_cause_theme")
_FREE_TEXTS: Final = ("root_cause", "done")
_INSTANTS: Final = (
    "deadline",
    "next_reminder_at",
    "taken_on_at",
    "released_at",
    "missed_at",
    "resolved_at",
    "danger_due_at",
)
_LISTS: Final = ("late_stages",)


def with_former_state(change: CaseChange, case: Case) -> CaseChange:
    """Return the change of taking a case on, or resolving it, whose history entry remembers what the follow-up was
    before, and whose the promise that goes with it; as it is once the same was taken back before."""
    if any(each.what == "undone" and each.detail.get("of") == change.entry.what for each in case.history):
        return change
    former = _former(case.followup, change.after)
    for before in (each.before for each in change.promises):
        former |= {_PROMISE_OWNER: before.owner} if before else {}
    return _remembering(change, former)


def may_be_undone(entry: HistoryEntry) -> bool:
    """Return whether an entry, which was just written, may be undone within the minute: what it tells the customer has
    to wait."""
    return f"{_FORMER}stage" in entry.detail or f"{_FORMER}owner" in entry.detail


def untold_messages(case: Case, entry: HistoryEntry) -> list[CustomerMessage]:
    """Return the messages that an entry has the customer told by, which still wait and can be cancelled."""
    return [each for each in _messages_of(case, entry) if each.state == "pending" and not each.attempts]


def with_former_concern(change: CaseChange, before: Concern) -> CaseChange:
    """Return the change of solving a concern, whose history entry remembers which: only of one that was open and in
    time. Where a plan is kept its customer hears of it, and a missed deadline was told of."""
    if before.state != "open" or change.promises:
        return change
    return _remembering(change, {"concern_id": before.concern_id})


def undoable_entry(case: Case, contact_id: str, now: datetime) -> HistoryEntry | None:
    """Return the last entry of the history if the contact may take it back now, else None."""
    latest = case.entries_since(case.followup.version - 1)
    if len(latest) != 1 or latest[0].by != contact_id:
        return None
    (entry,) = latest
    if not entry.at <= now <= entry.at + UNDO_WITHIN or case.followup.erased_at or case.followup.ended:
        return None
    return entry if _can_be_undone(case, entry) else None


def undo(case: Case, entry_id: str, context: ActionContext) -> CaseChange:
    """Take back the entry with this idempotency key. Raises Rejected `undo_late` if it cannot be any more."""
    entry = undoable_entry(case, context.contact.contact_id, context.now)
    if entry is None or entry.idempotency_key != entry_id:
        raise Rejected(Problem("undo_late"))
    seconds = int((context.now - entry.at).total_seconds())
    detail = {"of": entry.what, "seconds": str(seconds)}
    about = case.followup.changed()
    if entry.what in ("taken_on", "resolved"):
        promises, unsent = _promises_before(case, entry, context), untold_messages(case, entry)
        return context.change(
            replace(about, **_restored(entry)), "undone", detail, promises=promises, unsent=unsent
        )
    if entry.what == "concern_solved":
        concern = case.concern(entry.detail["concern_id"])
        opened = replace(concern, state="open", action="", settled_by=None, settled_at=None)
        return context.change(about, "undone", detail | {"text": concern.text}, concerns=(opened,))
    given = next(each for each in case.incentives if each.incentive_id == entry_id)
    facts = {"kind": given.kind, "value": str(given.value), "currency": given.currency}
    withdrawn = replace(given, withdrawn_at=context.now)
    return context.change(about, "undone", detail | facts, incentives=(withdrawn,))


def _can_be_undone(case: Case, entry: HistoryEntry) -> bool:
    if entry.what in ("taken_on", "resolved"):
        # The message names the owner, or says that it is solved: a customer who may read it cannot be untold.
        waiting = untold_messages(case, entry)
        told = [m for m in _messages_of(case, entry) if m.state != "cancelled" and m not in waiting]
        return may_be_undone(entry) and not told
    if entry.what == "concern_solved":
        return "concern_id" in entry.detail
    return entry.what == "incentive"


def _messages_of(case: Case, entry: HistoryEntry) -> list[CustomerMessage]:
    return [each for each in case.messages if each.message_id.startswith(entry.idempotency_key)]


def _promises_before(case: Case, entry: HistoryEntry, context: ActionContext) -> tuple[PromiseChange, ...]:
    """Return the promise of the first contact as it was before the entry: with its former owner, or withdrawn if it was
    made with it, since nobody was told."""
    promise = first_contact.open_promise(case)
    if promise is None or entry.what != "taken_on":
        return ()
    if promise.made_by != CUSTOMER and promise.made_at == entry.at:
        return (PromiseChange(promise, promise_lifecycle.cancel_promise(promise, context.now)),)
    former = entry.detail.get(_PROMISE_OWNER)
    return (PromiseChange(promise, promise_lifecycle.hand_over(promise, former)),) if former else ()


def _remembering(change: CaseChange, former: dict[str, str]) -> CaseChange:
    return replace(change, entry=replace(change.entry, detail={**change.entry.detail, **former}))


def _former(before: FollowUp, after: FollowUp) -> dict[str, str]:
    """Return what the fields that differ were before, as text: "" for None."""
    found: dict[str, str] = {}
    for name in (*_TEXTS, *_FREE_TEXTS, *_INSTANTS, *_LISTS):
        value = getattr(before, name)
        if value != getattr(after, name):
            found[f"{_FORMER}{name}"] = _as_text(value)
    return found


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return format_timestamp(value)
    return " ".join(value) if isinstance(value, tuple) else value or ""


def _restored(entry: HistoryEntry) -> dict[str, Any]:
    """Return the fields of the follow-up as the entry remembers them."""
    held = {
        name.removeprefix(_FORMER): text for name, text in entry.detail.items() if name.startswith(_FORMER)
    }
    return {name: _value(name, text) for name, text in held.items()}


def _value(name: str, text: str) -> Any:
    if name in _LISTS:
        return tuple(text.split())
    if name in _FREE_TEXTS:
        return text
    return (parse_timestamp(text) if name in _INSTANTS else text) if text else None
