"""Turn a customer's answer on their own page (solved, or not yet) into a change of the case.

The answer counts even after the case ended without it, and a customer may give another one later.
"""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Final

from lazo.case.actions import check_limit
from lazo.case.concerns import reopening_concern
from lazo.case.model import NOTES_AT_MOST, Case, CaseChange, HistoryEntry, HistoryKind, Note
from lazo.errors import Problem, Rejected
from lazo.followup import amendment, lifecycle, staff_deliveries
from lazo.followup.dangers import pressing
from lazo.followup.model import CUSTOMER, ENDED, FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.phrases.themes import assess_comment
from lazo.promise import alerts as promise_alerts
from lazo.store.model import Store

CUSTOMER_NOTES_AT_MOST: Final = 30
"""How many notes one customer can leave on a case, on their page and by SMS."""


def can_customer_answer(followup: FollowUp) -> bool:
    """Return whether there is a solution that the customer can judge."""
    return (followup.stage == "resolved" or followup.stage in ENDED) and followup.erased_at is None


def change_for_answer(
    case: Case, store: Store, now: datetime, language: str, *, seen_version: int, solved: bool, text: str
) -> CaseChange | None:
    """Return the change for an answer given on the page of version `seen_version`, in the customer's `language`. Return
    None when it is recorded already or there is nothing to record.

    "Solved" is about the case: promises stay open, and whoever must keep them is asked what becomes of them.
    "Not yet" returns the case to its owner and alerts them. Its text becomes a note, and an open concern of a case in
    work, even if staff have changed the case since; a danger in it makes the case urgent. Raises Rejected `wrong_stage`
    for solved when there is no solution yet, `too_many` after thirty notes.
    """
    key = f"page-{seen_version}-{'solved' if solved else 'not-yet'}"
    request_hash = hashlib.sha256(text.encode()).hexdigest()[:32]
    recorded = [entry.request_hash for entry in case.history if entry.idempotency_key == key]
    if request_hash in recorded or (solved and case.followup.stage == "confirmed"):
        return None
    # The same answer with another text, or one for a page that staff have since moved on from.
    if recorded or not can_customer_answer(case.followup):
        return _note_change(case, store, now, language, request_hash, solved=solved, text=text)
    change = lifecycle.confirm_by_customer if solved else lifecycle.reopen_by_customer
    after = change(case.followup, store, now)
    dangers = _dangers_in(text, after, language, store)
    after = amendment.add_dangers(replace(after, version=case.followup.version), dangers, store, now)
    what: HistoryKind = "customer_confirmed" if solved else "customer_reopened"
    return CaseChange(
        after,
        HistoryEntry(key, what, CUSTOMER, "", now, after.version, {}, request_hash),
        notes=_notes(case, key, text, now),
        concerns=() if solved else (reopening_concern(key, text, after, store, CUSTOMER, now),),
        deliveries=promise_alerts.open_deliveries(case.promises, after, store, now)
        if solved
        else _alerts(after, store, text, now, danger=bool(pressing(dangers))),
    )


def _note_change(
    case: Case, store: Store, now: datetime, language: str, request_hash: str, *, solved: bool, text: str
) -> CaseChange | None:
    """Record the customer's text when their answer changes nothing else."""
    if solved or case.followup.erased_at:
        raise Rejected(Problem("wrong_stage"))
    key = f"page-{request_hash}"
    if not text or any(entry.idempotency_key == key for entry in case.history):
        return None
    dangers = _dangers_in(text, case.followup, language, store)
    after = amendment.add_dangers(case.followup, dangers, store, now)
    return CaseChange(
        after,
        HistoryEntry(key, "customer_note", CUSTOMER, "", now, after.version, {}, request_hash),
        notes=_notes(case, key, text, now),
        concerns=(reopening_concern(key, text, after, store, CUSTOMER, now),)
        if after.stage in ("taken_on", "contacted")
        else (),
        deliveries=_alerts(after, store, text, now, danger=bool(pressing(dangers))),
    )


def _notes(case: Case, note_id: str, text: str, now: datetime) -> tuple[Note, ...]:
    if not text:
        return ()
    check_limit(case.notes, NOTES_AT_MOST)
    check_limit([note for note in case.notes if note.by == CUSTOMER], CUSTOMER_NOTES_AT_MOST)
    return (Note(note_id, "other", now, text, CUSTOMER, "", now),)


def _dangers_in(text: str, followup: FollowUp, language: str, store: Store) -> tuple[str, ...]:
    """Return the dangers that the text names; () if the follow-up has ended."""
    return () if followup.ended else assess_comment(text, (), language, store.competitors).urgency


def _alerts(after: FollowUp, store: Store, text: str, now: datetime, *, danger: bool) -> tuple[Delivery, ...]:
    if danger:
        return staff_deliveries.danger_deliveries(after, store, now, text)
    return staff_deliveries.deliveries_to_responsible(after, store, "not_solved", now, text)
