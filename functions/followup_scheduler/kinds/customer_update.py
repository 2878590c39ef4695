"""A customer who waits has heard nothing for days: the owner is told, once for each silence."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from followup_scheduler.effects import Count, Done, Effect, LookAgain, Tell, World
from lazo.case import customer_updates
from lazo.followup import staff_deliveries
from lazo.followup.model import FollowUp
from lazo.messaging import customer_templates
from lazo.table import customers, followups
from lazo.table import due as table_due
from lazo.table.dynamodb.writes import Item, Key
from lazo.table.messaging import customer_messages, deliveries, opt_outs
from lazo.workflows.events import deliveries_due

LOOKS_FOR_AN_OWNER = timedelta(days=1)


def knows(key: Key) -> bool:
    return table_due.is_date(key, "customer_update")


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    waiting = followups.get(world.table, item["followup_id"])
    if waiting is None or not customer_updates.waits(waiting):
        yield Done()
        return
    store = world.stores.get(waiting.store_id, now)
    if not _may_be_told(waiting, world):
        yield Done()
        return
    # What the sweep wrote to them by itself has not moved this date.
    written = customer_updates.last_heard(
        (), customer_messages.of_followup(world.table, waiting.followup_id), waiting
    )
    next_at = written and store.hours.next_opening(
        written + timedelta(days=store.policy.customer_update_days)
    )
    if next_at and next_at > now:
        yield LookAgain(next_at)
        return
    if store.contact(waiting.owner or "") is None:
        yield LookAgain(store.hours.next_opening(now + LOOKS_FOR_AN_OWNER))
        return
    owed = staff_deliveries.to_one(waiting, store, waiting.owner, "customer_waits", now, ref=item["due_at"])
    yield Done([deliveries.new(each) for each in owed])
    yield Count("CustomersLeftWaiting")
    yield from map(Tell, deliveries_due(waiting, owed, now))


def _may_be_told(waiting: FollowUp, world: World) -> bool:
    """Whether there is a way to write to them: by their answer, or by an earlier one."""
    answer = customers.reach(world.table, waiting)
    return (
        answer is not None
        and bool(customer_templates.channels(answer))
        and not opt_outs.stopped(world.table, opt_outs.of(answer))
    )
