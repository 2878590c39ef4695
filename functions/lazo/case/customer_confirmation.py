"""What customers say on their own page of how it went, as a step of the case: it is solved, or not yet.

Their word counts also where the case was closed without it, and they may say it once more than anybody asked.
"""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Final

from lazo.case.actions import bump_version, check_limit
from lazo.case.model import NOTES_AT_MOST, Case, CaseChange, HistoryEntry, HistoryKind, Note
from lazo.errors import Problem, Rejected
from lazo.followup import lifecycle, staff_deliveries
from lazo.followup.model import ENDED, FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.promise.model import keep_all
from lazo.store.model import Store

CUSTOMER: Final = "@customer"
"""Who did it, in the history and in notes; no contact's id has an @."""
CUSTOMER_NOTES_AT_MOST: Final = 10
"""Notes that one customer can leave on their page."""


def can_customer_answer(followup: FollowUp) -> bool:
    """Whether there is a solution of which the customer can say how it is."""
    return (followup.stage == "resolved" or followup.stage in ENDED) and followup.erased_at is None


def change_for_answer(
    case: Case, store: Store, now: datetime, *, seen_version: int, solved: bool, text: str
) -> CaseChange | None:
    """The step that a customer's answer asks for, given on the page of version `seen`; None when it stands already, or
    there is nothing to write down.

    "Not yet" takes the case back to who had it, and tells them. What it says is kept as a note, also when somebody
    has gone on with the case since. Rejected `wrong_stage` when it is solved that has no solution yet, `too_many` after
    ten notes.
    """
    act = f"page-{seen_version}-{'solved' if solved else 'not-yet'}"
    asked = hashlib.sha256(text.encode()).hexdigest()[:32]
    if any(entry.idempotency_key == act and entry.request_hash == asked for entry in case.history):
        return None
    if case.followup.stage == "confirmed" and solved:
        return None
    again = any(entry.idempotency_key == act for entry in case.history)
    if again or not can_customer_answer(case.followup):
        return _only_words(case, store, now, asked, solved=solved, text=text)
    change = lifecycle.confirm_by_customer if solved else lifecycle.reopen_by_customer
    after = change(case.followup, store, now)
    what: HistoryKind = "customer_confirmed" if solved else "customer_reopened"
    return CaseChange(
        after,
        HistoryEntry(act, what, CUSTOMER, "", now, after.version, {}, asked),
        notes=_note(case, act, text, now),
        promises=keep_all(case.promises, "", now) if solved else (),
        deliveries=() if solved else _told(after, store, text, now),
    )


def _only_words(
    case: Case, store: Store, now: datetime, asked: str, *, solved: bool, text: str
) -> CaseChange | None:
    """What the customer wrote, where their answer changes nothing."""
    if solved or case.followup.erased_at:
        raise Rejected(Problem("wrong_stage"))
    act = f"page-{asked}"
    if not text or any(entry.idempotency_key == act for entry in case.history):
        return None
    after = bump_version(case.followup)
    return CaseChange(
        after,
        HistoryEntry(act, "customer_note", CUSTOMER, "", now, after.version, {}, asked),
        notes=_note(case, act, text, now),
        deliveries=_told(after, store, text, now),
    )


def _note(case: Case, note_id: str, text: str, now: datetime) -> tuple[Note, ...]:
    if not text:
        return ()
    check_limit(case.notes, NOTES_AT_MOST)
    check_limit([note for note in case.notes if note.by == CUSTOMER], CUSTOMER_NOTES_AT_MOST)
    return (Note(note_id, "other", now, text, CUSTOMER, "", now),)


def _told(after: FollowUp, store: Store, text: str, now: datetime) -> tuple[Delivery, ...]:
    """Its owner, or whoever stands where the case is."""
    owner = store.contact(after.owner or "")
    who = [owner] if owner else store.on_duty(now).at_level(after.level)
    ref = str(after.version)
    return tuple(
        replace(each, about=text)
        for contact in who
        for each in staff_deliveries.deliveries_to_contact(
            after, store, contact.contact_id, "not_solved", now, ref=ref
        )
    )
