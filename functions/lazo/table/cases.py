"""What is done about a follow-up, in the table: every act is one transaction, under the id of the form that asked for
it, so that it happens once however often the form arrives."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from lazo.case import customer_updates
from lazo.case.incentives import Incentive
from lazo.case.model import Case, CaseChange
from lazo.followup.model import FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.store.model import Store
from lazo.table import answers, customers, due, followups, promises
from lazo.table.case_records import CONCERNS, HISTORY, INCENTIVES, NOTES, in_order
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put, Update
from lazo.table.messaging import contact_limits, customer_messages, deliveries, opt_outs
from lazo.table.messaging.contact_limits import WeekExhausted


class DoneBefore(Exception):
    """This form was acted on already; what it asked for stands."""


class MonthExhausted(Exception):
    """Another follow-up of the shop has used up what was left of the month."""


def load_case(table: Table, followup_id: str) -> Case | None:
    """The follow-up with all that belongs to it: one consistent Query. None when there is none."""
    of: defaultdict[str, list[Item]] = defaultdict(list)
    for item in table.query_prefix(keys.followup(followup_id).pk, ""):
        of[keys.kind_of(Key.key_of(item))].append(item)
    (own,) = of.pop(keys.followup("").sk, [None])
    if own is None:
        return None
    return Case(
        followup=followups.followup_from_item(own),
        notes=sorted(map(NOTES.read, of[NOTES.kind]), key=lambda note: note.at),
        concerns=sorted(map(CONCERNS.read, of[CONCERNS.kind]), key=lambda concern: concern.added_at),
        incentives=sorted(map(INCENTIVES.read, of[INCENTIVES.kind]), key=lambda incentive: incentive.at),
        messages=sorted(
            map(customer_messages.read, of[customer_messages.KIND]), key=lambda message: message.at
        ),
        history=sorted(map(HISTORY.read, of[HISTORY.kind]), key=in_order),
        notified_contacts=frozenset(
            item["contact_id"] for item in of[keys.DELIVERY] if item["state"] == "sent"
        ),
        promises=sorted(
            map(promises.promise_from_item, of[promises.KIND]), key=lambda promise: promise.made_at
        ),
    )


def commit_change(table: Table, before: Case, step: CaseChange, store: Store) -> CaseChange:
    """Write all of a step, or nothing. `before`: the case that it was made of. Returns it with the automatic message
    to the customer, if one follows from it and their week has room for it.

    DoneBefore when its form was acted on already; followups.ChangedMeanwhile when the follow-up is no longer at the
    version of `before`, or a promise or its owner's day was changed, dynamo.TransactionConflict when somebody was
    changing it just then; MonthExhausted when the shop's month has no room left for an incentive, WeekExhausted when
    the customer's week has none for a message that somebody wrote.
    """
    automatic = _automatic_messages(table, before, step, store)
    whole = replace(step, messages=(*step.messages, *automatic))
    try:
        _write(table, before.followup, whole, store)
    except WeekExhausted:
        if not automatic:
            raise
        _write(table, before.followup, step, store)
        return step
    return whole


def _write(table: Table, before: FollowUp, step: CaseChange, store: Store) -> None:
    followup_id = step.after.followup_id
    entry = HISTORY.item(followup_id, step.entry)
    writes: list[Put | Update] = [
        Put(entry, condition="attribute_not_exists(pk)", error=DoneBefore(step.entry.idempotency_key)),
        followups.followup_replacement(before, step.after),
        *(_count(incentive, store) for incentive in step.incentives),
        *(Put(NOTES.item(followup_id, each)) for each in step.notes),
        *(Put(CONCERNS.item(followup_id, each)) for each in step.concerns),
        *(Put(INCENTIVES.item(followup_id, each)) for each in step.incentives),
        *(customer_messages.message_put(message) for message in step.messages),
        *_invitations(step),
        *(
            due.reminder_dates(step.after, store, step.entry.at)
            if step.after.deadline != before.deadline
            else ()
        ),
        *(deliveries.delivery_put(owed) for owed in step.deliveries),
        *_customer_dates(before, step, store),
        *contact_limits.count_messages(step.messages, store),
        *promises.promise_writes(step.promises, store, step.after.priority, step.entry.at),
    ]
    table.transact(writes)


def incentives_this_month(table: Table, store: Store, today: date) -> Decimal:
    """The worth of all incentives of the shop in the calendar month of `today`."""
    item = table.get(keys.incentives_of_month(store.store_id, f"{today:%Y-%m}"))
    return Decimal(item["given"]) if item else Decimal(0)


def _invitations(step: CaseChange) -> list[Put | Update]:
    """A question asked again is remembered with the customer: when it goes unanswered, that is a sign, and for a while
    they are not asked by itself."""
    customer = step.after.customer_key
    asked = [m for m in step.messages if m.template == "ask_again"] if customer else []
    return [
        *(customers.invitation_put(str(customer), m.store_id, m.message_id, m.at) for m in asked),
        *(write for m in asked for write in contact_limits.note_resurvey(m.customer_keys, m.at)),
    ]


def _count(incentive: Incentive, store: Store) -> Update:
    month = f"{store.hours.local_date(incentive.at):%Y-%m}"
    room = Decimal(store.policy.incentive_month) - incentive.value
    return Update(
        keys.incentives_of_month(store.store_id, month),
        "ADD given :value, n :one",
        {":value": incentive.value, ":one": 1, ":room": room},
        condition="attribute_not_exists(given) OR given <= :room",
        error=MonthExhausted(store.store_id),
    )


def _automatic_messages(
    table: Table, before: Case, step: CaseChange, store: Store
) -> tuple[CustomerMessage, ...]:
    """The message that a step owes the customer by itself, if there is one: only where the shop wants it, with their
    consent, and while they have not said stop."""
    after, now = step.after, step.entry.at
    occasion = (
        customer_updates.occasion_of(before, before.apply(step)) if store.policy.tell_customer else None
    )
    answer = answers.answer_of(table, after) if occasion else None
    if occasion is None or answer is None or opt_outs.has_opted_out(table, opt_outs.customer_keys_of(answer)):
        return ()
    loads = {}
    if occasion == "received" and after.owner and after.deadline:
        loads = promises.daily_commitments(
            table, store.store_id, after.owner, store.hours.local_date(after.deadline)
        )
    ref = step.entry.idempotency_key
    message = customer_updates.build_customer_update(occasion, after, answer, store, loads, ref=ref, now=now)
    return (message,) if message else ()


def _customer_dates(before: FollowUp, step: CaseChange, store: Store) -> Iterator[Put]:
    """The dates that a step sets or moves."""
    after = step.after
    if at := customer_updates.next_update_time(step.entry, after, store):
        yield due.put_date(after.followup_id, "customer_update", at, after.priority)
    if at := customer_updates.resurvey_time(before, after, store, step.entry.at):
        yield due.put_date(after.followup_id, "resurvey", at, "normal")
