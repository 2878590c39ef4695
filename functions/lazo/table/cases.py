"""Actions on a case in the table: each is one transaction under its form's idempotency key, so it happens once however
often the form arrives."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from lazo.case import concerns, customer_updates, first_contact, kept_promises, undo
from lazo.case.incentives import Incentive
from lazo.case.model import Case, CaseChange
from lazo.followup.model import FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.store.model import Store
from lazo.table import (
    answers,
    case_counts,
    customers,
    due,
    followups,
    interested_customers,
    promises,
    week_counts,
)
from lazo.table.case_records import CONCERNS, HISTORY, INCENTIVES, NOTES
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put, Update
from lazo.table.followups import ChangedMeanwhile
from lazo.table.messaging import contact_limits, customer_messages, deliveries, opt_outs
from lazo.table.messaging.contact_limits import WeekExhausted


class DoneBefore(Exception):
    """This idempotency key has been used; its change was written."""


class MonthExhausted(Exception):
    """Another follow-up of the store has used what was left of the month's incentives."""


def load_case(table: Table, followup_id: str) -> Case | None:
    """Return the follow-up with all that belongs to it, by one consistent query; None if there is none."""
    every = {Key.key_of(item): item for item in table.query_prefix(keys.followup(followup_id).pk)}
    own = every.get(keys.followup(followup_id))
    if own is None:
        return None
    items = every.values()
    sent = [i for key, i in every.items() if deliveries.is_delivery(key) and i["state"] == "sent"]
    return Case(
        followup=followups.followup_from_item(own),
        notes=NOTES.among(items),
        concerns=CONCERNS.among(items),
        incentives=[each for each in INCENTIVES.among(items) if each.withdrawn_at is None],
        messages=customer_messages.MESSAGES.among(items),
        history=HISTORY.among(items),
        notified_contacts=frozenset(item["contact_id"] for item in sent),
        alerted_at=deliveries.first_alert_among(sent),
        promises=promises.PROMISES.among(items),
    )


def commit_change(table: Table, before: Case, step: CaseChange, store: Store) -> CaseChange:
    """Write a change whole, or nothing. `before`: the case that it was built on. Returns it with the automatic message
    to the customer, if one follows, and the promise that this one makes. An optional one for which their week has no
    room is kept as held back, and promises nothing.

    Raises DoneBefore if its idempotency key was used; followups.ChangedMeanwhile if the version of the follow-up or a
    promise differs from `before`, or the owner's day is full; TransactionConflict if another write was in progress;
    MonthExhausted if the store's month has no room for an incentive; WeekExhausted if the customer's week has none for
    a message that somebody wrote.
    """
    # It was sent by notify, which writes no follow-up; whoever acts on the case has read its messages anyway.
    alerted_at = step.after.alerted_at or before.alerted_at
    step = replace(step, after=replace(step.after, alerted_at=alerted_at))
    automatic = _automatic_messages(table, before, step, store)
    made = first_contact.promises_made_by(automatic, before, step.after)
    if any(each.template == "received" for each in automatic):
        replaced = (m for m in customer_updates.untold_acknowledgements(before) if m.state == "pending")
        step = replace(step, unsent=(*step.unsent, *replaced))
    step = replace(step, unsent=[_with_customer_keys(table, each) for each in step.unsent])
    whole = replace(step, messages=(*step.messages, *automatic), promises=(*step.promises, *made))
    try:
        _write(table, before.followup, whole, store)
    except WeekExhausted:
        # One that somebody wrote is refused, so that they can do something else.
        held_back = tuple(message for message in automatic if not message.owed)
        if not held_back:
            raise
        owed = tuple(message for message in automatic if message.owed)
        whole = replace(step, messages=(*step.messages, *owed))
        _write(table, before.followup, whole, store, held_back)
    return whole


def _write(
    table: Table,
    before: FollowUp,
    step: CaseChange,
    store: Store,
    held_back: Iterable[CustomerMessage] = (),
) -> None:
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
        *map(customer_messages.held_back_put, held_back),
        *(customer_messages.CLAIMS.cancellation(each, ChangedMeanwhile(followup_id)) for each in step.unsent),
        *_invitations(step),
        *(
            due.reminder_dates(step.after, store, step.entry.at)
            if step.after.deadline != before.deadline
            else ()
        ),
        *(deliveries.delivery_put(delivery) for delivery in step.deliveries),
        *_customer_dates(before, step, store),
        *interested_customers.interest_puts(before, step.after),
        *case_counts.count_change(before, step.after, step.entry.at),
        *week_counts.count_solved(before, step.after, store, step.entry.at),
        *contact_limits.count_messages(step.messages, store, step.unsent),
        *_concern_dates(step, store),
        *promises.promise_writes(step.promises, store, step.after.priority, step.entry.at),
    ]
    table.transact(writes)


def _concern_dates(step: CaseChange, store: Store) -> Iterator[Put]:
    """Yield the dates of open concerns that are new or have another deadline. The sweep ignores those of a concern that
    is settled, or has another deadline since."""
    about, now, priority = step.after.followup_id, step.entry.at, step.after.priority
    for each in step.concerns:
        if each.state != "open":
            continue
        facts = {"concern_id": each.concern_id, "deadline": each.deadline.isoformat()}
        alert = concerns.first_alert_time(each, store, now)
        yield due.put_date(about, "concern_due", alert, priority, each.concern_id, **facts)
        if look := concerns.next_checkpoint(each, store, now):
            yield due.put_date(about, "concern_checkpoint", look, priority, each.concern_id, **facts)


def incentives_this_month(table: Table, store: Store, today: date) -> Decimal:
    """Return the total value of the store's incentives in the calendar month of `today`."""
    item = table.get(keys.incentives_of_month(store.store_id, f"{today:%Y-%m}"))
    return Decimal(item["given"]) if item else Decimal(0)


def _invitations(step: CaseChange) -> list[Put | Update]:
    """Return the writes that remember a resurvey with the customer: no answer to it becomes a signal, and for a while
    there is no automatic one."""
    customer = step.after.customer_key
    asked = [m for m in step.messages if m.template == "ask_again"] if customer else []
    return [
        *(customers.invitation_put(str(customer), m.store_id, m.message_id, m.at) for m in asked),
        *(write for m in asked for write in contact_limits.record_resurvey(m.customer_keys, m.at)),
    ]


def _count(incentive: Incentive, store: Store) -> Update:
    month = f"{store.hours.local_date(incentive.at):%Y-%m}"
    room = Decimal(store.policy.incentive_month) - incentive.value
    if incentive.withdrawn_at:
        values = {":value": -incentive.value, ":one": -1}
        return Update(keys.incentives_of_month(store.store_id, month), "ADD given :value, n :one", values)
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
    """Return the automatic message to the customer that follows from a change, if the store wants it, they have
    consented, and they have not opted out."""
    after, now, case = step.after, step.entry.at, before.apply(step)
    occasion = customer_updates.occasion_of(before, case) if store.policy.tell_customer else None
    if occasion is None:
        return ()
    # A promise may have been made to a customer whose case has no answer with an address.
    answer = (customers.reachable_answer if occasion == "kept" else answers.answer_of)(table, after)
    if answer is None:
        return ()
    if opt_outs.has_opted_out(table, opt_outs.customer_keys_of(answer), "automatic_messages"):
        return ()
    promised, loads = first_contact.open_promise(case), {}
    until = promised.due if promised else after.deadline
    if occasion == "received" and after.owner and until:
        loads = promises.daily_commitments(table, store.store_id, after.owner, store.hours.local_date(until))
    kept = kept_promises.news_between(before, case, step.entry)
    ref = step.entry.idempotency_key
    message = customer_updates.build_customer_update(
        occasion,
        after,
        answer,
        store,
        loads,
        ref=ref,
        now=now,
        kept=kept if occasion != "received" else None,
        promised=promised,
        waits=undo.UNDO_WITHIN if undo.may_be_undone(step.entry) else timedelta(0),
    )
    return (message,) if message else ()


def _with_customer_keys(table: Table, message: CustomerMessage) -> CustomerMessage:
    """Return a stored message with the keys of its customer, whose week it counted in."""
    answer = answers.get_answer(table, message.answered_at_store, message.answer_ulid)
    return replace(message, customer_keys=opt_outs.customer_keys_of(answer) if answer else ())


def _customer_dates(before: FollowUp, step: CaseChange, store: Store) -> Iterator[Put]:
    """Yield the writes of the dates that a change sets or moves."""
    after = step.after
    if at := customer_updates.next_update_time(step.entry, after, store):
        yield due.put_date(after.followup_id, "customer_update", at, after.priority)
    if at := customer_updates.resurvey_time(before, after, store, step.entry.at):
        yield due.put_date(after.followup_id, "resurvey", at, "normal")
