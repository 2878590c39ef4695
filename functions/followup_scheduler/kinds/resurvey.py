"""Ask a customer whether they noticed an improvement, some time after they confirmed the solution."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from followup_scheduler.effects import Complete, Effect, EmitMetric, Publish, Reschedule, SweepContext
from lazo.case import customer_updates
from lazo.followup import resurvey
from lazo.followup.model import FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, customers, followups
from lazo.table import recovery as recovery_table
from lazo.table.dynamodb.writes import Item, Put, Update
from lazo.table.messaging import contact_limits, customer_messages, opt_outs
from lazo.workflows.events import followup_event

LIMIT_RETRY = timedelta(days=1)
"""When a customer who has had as many messages as a week allows is looked at again."""


def ask_again(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Ask a customer who confirmed the solution, unless they must not be asked (any more)."""
    ended = followups.get_followup(context.table, item["followup_id"])
    answer = answers.answer_of(context.table, ended) if ended else None
    if ended is None or answer is None or ended.stage != "confirmed" or ended.again:
        yield Complete()
        return
    store = context.stores.get(ended.store_id, now)
    message = customer_updates.build_resurvey(ended, answer, store, now)
    if message is None or _must_not_be_asked(answer, store, context, now):
        yield Complete()
        return
    if not contact_limits.has_room(
        context.table, opt_outs.customer_keys_of(answer), store, message.starts_at
    ):
        yield Reschedule(store.next_customer_contact_time(now + LIMIT_RETRY))
        return
    yield Complete(list(_writes(ended, message, store, now)))
    yield EmitMetric("AskedAgain")
    yield Publish(followup_event("message.owed", ended, now))


def _must_not_be_asked(answer: Answer, store: Store, context: SweepContext, now: datetime) -> bool:
    """Return whether the customer has opted out, or was asked too recently."""
    if opt_outs.has_opted_out(context.table, opt_outs.customer_keys_of(answer)):
        return True
    last = contact_limits.last_resurvey(context.table, opt_outs.customer_keys_of(answer))
    return last is not None and now < last + timedelta(days=store.policy.ask_again_every_days)


def _writes(ended: FollowUp, message: CustomerMessage, store: Store, now: datetime) -> Iterator[Put | Update]:
    """Return the message, and what records the invitation on the follow-up, the customer and the counters.

    The last write puts the invitation into the customer's history; unanswered, it is weighed as an early sign.
    """
    yield customer_messages.message_put(message)
    yield followups.followup_replacement(ended, resurvey.mark_resurveyed(ended, now))
    yield recovery_table.count_resurvey(ended, store, now)
    yield from contact_limits.record_resurvey_once(message.customer_keys, now, store)
    yield from contact_limits.count_messages([message], store)
    yield customers.invitation_put(message.customer_keys[0], ended.store_id, message.message_id, now)
