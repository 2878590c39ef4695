"""Act on the dates of a promise: a checkpoint, the time before its date, its date, and the days of grace after it."""

from collections.abc import Iterator
from datetime import datetime

from followup_scheduler.effects import Complete, Effect, EmitMetric, Publish, Reschedule, SweepContext
from lazo.case import first_contact
from lazo.case.model import HistoryKind
from lazo.followup.model import FollowUp
from lazo.followup.responsible import responsible_contact
from lazo.messaging.customer_message import CustomerMessage
from lazo.promise import alerts as promise_alerts
from lazo.promise import availability, delay_notices, lifecycle
from lazo.promise.model import Promise, PromiseChange, lacks_progress, next_checkpoint
from lazo.store.model import Store
from lazo.table import case_records, customers, followups, promises
from lazo.table.dynamodb.writes import Item, Put
from lazo.table.messaging import contact_limits, customer_messages, deliveries, opt_outs
from lazo.timestamps import format_timestamp
from lazo.workflows.events import deliveries_due, followup_event


def remind_at_checkpoint(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Remind the responsible contact at a checkpoint of a promise, if nothing was noted since the last one."""
    found = _read_open_promise(item, context)
    if found is None:
        yield Complete()
        return
    promise, followup = found
    store = context.stores.get(promise.store_id, now)
    pending = (
        promise_alerts.missed_checkpoint(promise, followup, store, now)
        if lacks_progress(promise, now)
        else ()
    )
    writes = [deliveries.delivery_put(each) for each in pending]
    following = next_checkpoint(promise, now)
    yield Reschedule(following, writes) if following else Complete(writes)
    yield from map(Publish, deliveries_due(followup, pending, now))


def alert_at_risk(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Tell the responsible contact that a promise is near its date and not kept.

    The customer gets a notice before the date passes. It waits for approval, or goes out now where the store wants
    that.
    """
    found = _read_open_promise(item, context)
    if found is None or found[0].due <= now:
        yield Complete()
        return
    promise, followup = found
    store = context.stores.get(promise.store_id, now)
    if _was_never_told(promise, context, waiting=("pending",)):
        yield _cancelled(promise, followup, store, now)
        return
    message = _notice(promise, followup, store, now, context)
    pending = promise_alerts.at_risk_deliveries(
        promise, followup, store, now, customer_was_told=message is not None
    )
    yield Complete(
        [
            *promises.promise_writes(
                [PromiseChange(promise, lifecycle.mark_at_risk(promise))], store, followup.priority, now
            ),
            *(deliveries.delivery_put(each) for each in pending),
            *([customer_messages.message_put(message)] if message else ()),
            *contact_limits.count_messages([message] if message else (), store),
        ]
    )
    yield from map(Publish, deliveries_due(followup, pending, now))
    if message:
        yield Publish(followup_event("message.owed", followup, now))


def _notice(
    promise: Promise, followup: FollowUp, store: Store, now: datetime, context: SweepContext
) -> CustomerMessage | None:
    """Return the automatic notice; None unless the store wants it, the customer may be written to, and it is one."""
    by = store.contact(responsible_contact(promise.owner, followup, store, now) or "")
    if store.policy.delay_notice != "send" or by is None or followup.doubts:
        return None
    answer = customers.reachable_answer(context.table, followup)
    if answer is None:
        return None
    if opt_outs.has_opted_out(context.table, opt_outs.customer_keys_of(answer), "automatic_messages"):
        return None
    return delay_notices.automatic_notice(promise, followup, answer, store, by, now)


def alert_when_due(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Tell the responsible contact and the next escalation level that a promise was not kept on its date.

    After the days of grace the promise is broken.
    """
    found = _read_open_promise(item, context)
    if found is None:
        yield Complete()
        return
    promise, followup = found
    store = context.stores.get(promise.store_id, now)
    ends = availability.broken_time(promise.due, store)
    if promise.due > now:
        yield Reschedule(promise.due)
    elif _was_never_told(promise, context):
        yield _cancelled(promise, followup, store, now)
    elif promise.missed != promise.due:
        told = _escalation_says_so(promise, followup)
        pending = () if told else promise_alerts.missed_deliveries(promise, followup, store, now)
        change = promises.promise_writes(
            [PromiseChange(promise, lifecycle.mark_missed(promise))], store, followup.priority, now
        )
        alerts = [deliveries.delivery_put(each) for each in pending]
        yield Reschedule(ends, [*change, *alerts, _history_entry("promise_missed", promise, followup, now)])
        yield from map(Publish, deliveries_due(followup, pending, now))
        yield EmitMetric("PromisesMissed")
    elif ends > now:
        yield Reschedule(ends)
    else:
        change = promises.promise_writes(
            [PromiseChange(promise, lifecycle.mark_broken(promise, now))], store, followup.priority, now
        )
        yield Complete([*change, _history_entry("promise_broken", promise, followup, now)])
        yield EmitMetric("PromisesBroken")


def _was_never_told(promise: Promise, context: SweepContext, waiting: tuple[str, ...] = ()) -> bool:
    """Return whether the message that was to promise the first contact did not go out, nor is `waiting` to."""
    if not promise.first_contact:
        return False
    messages = customer_messages.messages_of_followup(context.table, promise.followup_id)
    still = any(m.promise_id == promise.promise_id and m.until and m.state in waiting for m in messages)
    return not still and not first_contact.was_told(promise, messages)


def _cancelled(promise: Promise, followup: FollowUp, store: Store, now: datetime) -> Effect:
    change = PromiseChange(promise, lifecycle.cancel_promise(promise, now))
    return Complete(promises.promise_writes([change], store, followup.priority, now))


def _escalation_says_so(promise: Promise, followup: FollowUp) -> bool:
    """Return whether the same contacts hear of a missed first contact because the follow-up is escalated for it."""
    escalated = followup.owner is None or followup.round > 0
    return promise.first_contact and (escalated or followup.deadline == promise.due)


def _history_entry(what: HistoryKind, promise: Promise, followup: FollowUp, now: datetime) -> Put:
    detail = {"text": promise.what, "until": promise.due.isoformat()}
    ref = f"{promise.promise_id}-{format_timestamp(promise.due)}"
    return case_records.system_entry_put(followup, what, now, detail, ref=ref)


def _read_open_promise(item: Item, context: SweepContext) -> tuple[Promise, FollowUp] | None:
    """Return the promise and its follow-up; None when either is gone, or the promise is not open any more."""
    promise = promises.get_promise(context.table, item["followup_id"], item["promise_id"])
    followup = followups.get_followup(context.table, item["followup_id"])
    if promise is None or followup is None or not promise.open:
        return None
    return promise, followup
