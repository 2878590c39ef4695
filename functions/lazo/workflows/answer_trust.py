"""Count a suspect answer as a customer's, once somebody says that it is."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from lazo.case.model import HistoryEntry
from lazo.followup import lifecycle, opening, staff_deliveries
from lazo.followup.model import FollowUp, followup_id_for
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import ANSWERED_AGAIN, Answer, Classification
from lazo.table import answers, case_counts, case_records, counters, due, followups
from lazo.table.dynamodb.conflicts import TransactionConflict
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put, Update
from lazo.table.messaging import deliveries
from lazo.workflows import early_warning
from lazo.workflows.classification import resurvey_writes
from lazo.workflows.events import Topic, followup_event

TRIES: Final = 3


def trust_answer(table: Table, topic: Topic, store: Store, ulid: str, by: Contact, now: datetime) -> None:
    """Move a suspect answer to the counters of all others, and take the doubts from its follow-up; open the one that it
    would have had, if it has none. Does nothing if this was done before, or there is no such answer.

    Raises followups.ChangedMeanwhile or TransactionConflict if others kept changing the follow-up.
    """
    for attempt in range(1, TRIES + 1):
        answer = answers.get_answer(table, store.store_id, ulid)
        found = answer.classification if answer else None
        if answer is None or found is None or not found.suspect or answer.erased:
            return
        # A later answer of the same customer stands in its place.
        if ANSWERED_AGAIN in found.suspect:
            return
        try:
            opened = _trust(table, answer, found, store, by, now)
        except followups.NotSuspect:
            return
        except (followups.ChangedMeanwhile, TransactionConflict):
            if attempt == TRIES:
                raise
            continue
        if opened:
            topic.publish(followup_event("followup.opened", opened, now))
        return


def _trust(
    table: Table, answer: Answer, found: Classification, store: Store, by: Contact, now: datetime
) -> FollowUp | None:
    """Write it all, or nothing. Returns the follow-up if this opened it."""
    trusted = answer.with_classification(replace(found, suspect=()))
    before = followups.get_followup(table, followup_id_for(answer.store_id, answer.ulid))
    after = lifecycle.trust(before, answer) if before else None
    opened = None if before else _open(trusted, store, now)
    writes: list[Put | Update] = [
        followups.trust_update(answer, found, by.contact_id, now),
        *counters.count_answers(store, (trusted,), (answer,), now),
        *early_warning.consume_signals(trusted, after or opened),
        *resurvey_writes(table, trusted),
    ]
    if before and after:
        entry = HistoryEntry(f"trusted-{answer.ulid}", "trusted", by.contact_id, by.name, now, after.version)
        writes += [
            followups.followup_replacement(before, after),
            Put(case_records.HISTORY.item(after.followup_id, entry)),
            *case_counts.count_change(before, after, now),
        ]
    if opened:
        pending = staff_deliveries.plan_deliveries(opened, store, "alert", now)
        writes += [
            *followups.opening_puts(opened),
            *(deliveries.delivery_put(each) for each in pending),
            *due.reminder_dates(opened, store, now),
        ]
    table.transact(writes)
    return opened


def _open(trusted: Answer, store: Store, now: datetime) -> FollowUp | None:
    """Return the follow-up that the answer needs; its clock starts now."""
    found = trusted.classification
    return (
        opening.open_for_answer(trusted.with_classification(replace(found, at=now)), store) if found else None
    )
