"""Act on the dates of a follow-up: a deadline is near or missed, or a customer waits for news."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from followup_scheduler.effects import Complete, Effect, EmitMetric, Publish, Reschedule, Run, SweepContext
from lazo.case import customer_updates
from lazo.case.undo import UNDO_WITHIN
from lazo.followup import lifecycle, staff_deliveries, unanswered
from lazo.followup.model import FollowUp
from lazo.table import customers, followups
from lazo.table.dynamodb.writes import Item
from lazo.table.messaging import customer_messages, deliveries, opt_outs
from lazo.timestamps import format_timestamp
from lazo.workflows import escalation
from lazo.workflows.events import deliveries_due

NO_OWNER_RETRY = timedelta(days=1)
"""When a follow-up without an owner is looked at again."""


def remind_of_deadline(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Remind the contacts who have to meet a deadline that it is near, once for each deadline."""
    near = followups.get_followup(context.table, item["followup_id"])
    if (
        near is None
        or near.deadline is None
        or format_timestamp(near.deadline) != item["deadline"]
        or near.deadline <= now
    ):
        yield Complete()
        return
    store = context.stores.get(near.store_id, now)
    readers = (
        [near.owner]
        if near.owner
        else [c.contact_id for c in store.with_contacts_on_duty(now).contacts_at_level(near.level)]
    )
    pending = [
        each
        for contact_id in readers
        for each in staff_deliveries.deliveries_to_contact(
            near, store, contact_id, "due_soon", now, ref=item["deadline"], until=near.deadline
        )
    ]
    yield Complete([deliveries.delivery_put(each) for each in pending])
    yield from map(Publish, deliveries_due(near, pending, now))


def escalate_overdue(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Escalate a follow-up that missed the deadline of its stage: it loses its owner, and the next level is notified.

    At the highest level somebody is reminded. A follow-up whose customer did not say whether it is solved ends
    unconfirmed, a light or anonymous one that nobody took on ends unanswered.
    """
    late = followups.followup_from_item(item)
    if late.due_at is None or late.due_at > now:
        yield Complete()
        return
    if late.stage == "resolved":
        yield Run(lambda: escalation.end_unconfirmed(context.table, late, now))
        yield EmitMetric("StageMissed", {"stage": "confirmed"})
        return
    store = context.stores.get(late.store_id, now)
    if unanswered.is_unanswered(late, store, now):
        yield Run(lambda: escalation.end_unanswered(context.table, late, store, now))
        yield EmitMetric("CasesUnanswered")
        return
    after = lifecycle.escalate(late, store, now)
    yield Run(lambda: escalation.escalate(context.table, context.topic, late, store, now))
    yield EmitMetric("StageMissed", {"stage": str(late.awaits)})
    if after.level > late.level:
        yield EmitMetric("Escalations", {"priority": late.priority})
    elif late.urgent and late.owner is None:
        yield EmitMetric("DangersUnattended")


def tell_of_silence(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Tell the owner that a waiting customer has heard nothing for days, once for each silence."""
    waiting = followups.get_followup(context.table, item["followup_id"])
    if waiting and waiting.stage == "resolved" and waiting.resolved_at:
        undone_until = waiting.resolved_at + UNDO_WITHIN
    else:
        undone_until = None
    if undone_until and now <= undone_until:
        # They wait again if that is undone.
        yield Reschedule(undone_until + timedelta(seconds=1))
        return
    if waiting is None or not customer_updates.customer_waits(waiting):
        yield Complete()
        return
    store = context.stores.get(waiting.store_id, now)
    if not _may_be_contacted(waiting, context):
        yield Complete()
        return
    # Automatic messages do not move this date, so the last message is read again here.
    written = customer_updates.last_contact_time(
        (), customer_messages.messages_of_followup(context.table, waiting.followup_id), waiting
    )
    next_at = written and store.hours.next_opening(
        written + timedelta(days=store.policy.customer_update_days)
    )
    if next_at and next_at > now:
        yield Reschedule(next_at)
        return
    if store.contact(waiting.owner or "") is None:
        yield Reschedule(store.hours.next_opening(now + NO_OWNER_RETRY))
        return
    pending = staff_deliveries.deliveries_to_contact(
        waiting, store, waiting.owner, "customer_waits", now, ref=item["due_at"]
    )
    yield Complete([deliveries.delivery_put(each) for each in pending])
    yield EmitMetric("CustomersLeftWaiting")
    yield from map(Publish, deliveries_due(waiting, pending, now))


def _may_be_contacted(waiting: FollowUp, context: SweepContext) -> bool:
    """Return whether this answer or an earlier one of the customer has an address at which they may be contacted: also
    a landline, which gets calls only."""
    answer = customers.reachable_answer(context.table, waiting)
    return (
        answer is not None
        and answer.wants_contact
        and not opt_outs.has_opted_out(context.table, opt_outs.customer_keys_of(answer))
    )
