"""What a customer's own words need of the table: who they are by a proven phone or e-mail, and the case they open."""

from collections.abc import Iterable
from dataclasses import dataclass

from lazo.case.model import CaseChange
from lazo.followup.model import FollowUp
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, customers, due, followups
from lazo.table.case_records import HISTORY, NOTES
from lazo.table.dynamodb import customer_partition
from lazo.table.dynamodb.table import Table, TransactionRefused
from lazo.table.dynamodb.writes import Key, Put, Update
from lazo.table.messaging import deliveries

RECORDS_AT_MOST = 100
"""Answers and follow-ups of one key that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class CustomerRecords:
    """What is stored under a customer's keys, newest first; what was erased is left out."""

    answers: tuple[Answer, ...]
    followups: tuple[FollowUp, ...]

    @property
    def open_followup(self) -> FollowUp | None:
        """The newest follow-up that has not ended."""
        return next((each for each in self.followups if not each.ended), None)


def find_records(table: Table, customer_keys: Iterable[str]) -> CustomerRecords:
    """Return what is stored under these keys alone. Linked keys are not followed: only the owner of a proven phone or
    e-mail may add to a case. The index is behind by moments."""
    given: list[Answer] = []
    opened: list[FollowUp] = []
    for customer_key in customer_keys:
        for item in table.query_customer_index(customer_partition.customer(customer_key), RECORDS_AT_MOST):
            at = Key.key_of(item)
            if followups.is_followup(at):
                opened.append(followups.followup_from_item(item))
            elif answers.is_answer(at):
                given.append(answers.answer_from_item(item))
    return CustomerRecords(
        tuple(sorted((a for a in given if not a.erased), key=lambda a: a.at, reverse=True)),
        tuple(sorted((f for f in opened if not f.erased_at), key=lambda f: f.opened_at, reverse=True)),
    )


def write_new_case(table: Table, change: CaseChange, answer: Answer, store: Store) -> bool:
    """Write a case that the customer's words open, all or nothing. Returns False if it was opened before."""
    opened, now = change.after, change.entry.at
    writes: list[Put | Update] = [
        *followups.opening_puts(opened),
        Put(HISTORY.item(opened.followup_id, change.entry)),
        *(Put(NOTES.item(opened.followup_id, each)) for each in change.notes),
        *(deliveries.delivery_put(each) for each in change.deliveries),
        *due.reminder_dates(opened, store, now),
        due.retention_date(opened, store),
        # What they told before belongs to this case now.
        *customers.consume_signals((answer.customer_key, answer.customer_also), now),
    ]
    try:
        table.transact(writes)
    except TransactionRefused:
        return False
    return True
