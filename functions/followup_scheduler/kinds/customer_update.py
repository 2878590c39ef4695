"""Tell the owner that a waiting customer has heard nothing for days, once for each silence."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from followup_scheduler.effects import Complete, Effect, EmitMetric, Publish, Reschedule, SweepContext
from lazo.case import customer_updates
from lazo.followup import staff_deliveries
from lazo.followup.model import FollowUp
from lazo.messaging import customer_templates
from lazo.table import customers, due, followups
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import customer_messages, deliveries, opt_outs
from lazo.workflows.events import deliveries_due

NO_OWNER_RETRY = timedelta(days=1)
"""When a follow-up without an owner is looked at again."""


def matches(key: Key) -> bool:
    return due.is_date(key, "customer_update")


def handle(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    waiting = followups.get_followup(context.table, item["followup_id"])
    if waiting is None or not customer_updates.customer_waits(waiting):
        yield Complete()
        return
    store = context.stores.get(waiting.store_id, now)
    if not _can_be_written_to(waiting, context):
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


def _can_be_written_to(waiting: FollowUp, context: SweepContext) -> bool:
    """Return whether this answer or an earlier one of the customer has a channel that they may be written on."""
    answer = customers.reachable_answer(context.table, waiting)
    return (
        answer is not None
        and bool(customer_templates.customer_channels(answer))
        and not opt_outs.has_opted_out(context.table, opt_outs.customer_keys_of(answer))
    )
