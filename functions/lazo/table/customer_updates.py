"""What follows for the customer from a step that somebody takes at a follow-up: a message by itself, and the dates at
which they should hear again."""

from collections.abc import Iterator

from lazo.case import customer_updates
from lazo.case.actions import Case, Step
from lazo.followup.model import FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.store.model import Store
from lazo.table import answers, dates, promises
from lazo.table.dynamodb.table import Put, Table
from lazo.table.messaging import opt_outs


def owed(table: Table, before: Case, step: Step, store: Store) -> tuple[CustomerMessage, ...]:
    """The message that a step owes the customer by itself, if there is one: only where the shop wants it, with their
    consent, and while they have not said stop. `before`: with its concerns and promises, once it is resolved."""
    after, now = step.after, step.entry.at
    occasion = customer_updates.occasion(before, before.after(step)) if store.policy.tell_customer else None
    answer = answers.of(table, after) if occasion else None
    if occasion is None or answer is None or opt_outs.stopped(table, opt_outs.of(answer)):
        return ()
    loads = {}
    if occasion == "received" and after.owner and after.deadline:
        loads = promises.loads(table, store.store_id, after.owner, store.hours.local_date(after.deadline))
    ref = step.entry.entry_id
    message = customer_updates.told(occasion, after, answer, store, loads, ref=ref, now=now)
    return (message,) if message else ()


def dated(before: FollowUp, step: Step, store: Store) -> Iterator[Put]:
    """The dates that a step sets or moves."""
    after = step.after
    if at := customer_updates.update_at(step.entry, after, store):
        yield dates.put(after.followup_id, "customer_update", at, after.priority)
    if at := customer_updates.ask_again_at(before, after, store, step.entry.at):
        yield dates.put(after.followup_id, "resurvey", at, "normal")
