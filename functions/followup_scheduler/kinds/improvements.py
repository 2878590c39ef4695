"""Tell customers who agreed to it of an improvement of what they complained about, each once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from followup_scheduler.effects import Effect, Reschedule, Run, SweepContext
from lazo.case import customer_updates
from lazo.insight.improvement_replies import ASKED_AFTER
from lazo.insight.improvements import Improvement
from lazo.survey.answer import Answer
from lazo.table import (
    customers,
    followups,
    improvement_resurveys,
    improvements,
    interested_customers,
)
from lazo.table.dynamodb.table import TransactionRefused
from lazo.table.dynamodb.writes import Item
from lazo.table.interested_customers import ToldBefore
from lazo.table.messaging import contact_limits, customer_messages, opt_outs
from lazo.table.messaging.contact_limits import WeekExhausted
from lazo.workflows.events import followup_event

ROUND_SIZE: Final = 40
"""Cases of one round: some six reads and a write each."""
NEXT_ROUND_AFTER: Final = timedelta(minutes=1)
LIMIT_RETRY: Final = timedelta(days=1)
"""When customers are looked at again who have had as many messages as a week allows, or whose case failed."""
TOLD_WITHIN: Final = timedelta(days=30)
"""For so long after it is published an improvement is told."""


def tell_customers(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Do one round of telling customers of an improvement, until nobody is left or it is withdrawn."""
    yield Reschedule(now + NEXT_ROUND_AFTER)
    yield Run(lambda: _tell_round(item, now, context))


def _tell_round(item: Item, now: datetime, context: SweepContext) -> None:
    """Tell the customers of the next cases. A case that fails stops no other: its error is raised at the end."""
    table, improvement_id = context.table, item["improvement_id"]
    improvement = improvements.get_improvement(table, improvement_id)
    published_at = improvement.published_at if improvement else None
    if improvement is None or published_at is None or now - published_at > TOLD_WITHIN:
        interested_customers.end_telling(table, improvement_id)
        return
    came_to, waiting = item.get("came_to", ""), item.get("waiting", False)
    found, reached = interested_customers.next_interested(table, improvement.store_ids, came_to, ROUND_SIZE)
    failed: Exception | None = None
    for store_id, followup_id in found:
        try:
            waiting |= _tell(improvement, store_id, followup_id, now, context)
        except Exception as error:
            failed, waiting = error, True
    if reached:
        interested_customers.move_telling(
            table, improvement_id, reached, now + NEXT_ROUND_AFTER, waiting=waiting
        )
    elif waiting:
        interested_customers.move_telling(table, improvement_id, "", now + LIMIT_RETRY, waiting=False)
    else:
        interested_customers.end_telling(table, improvement_id)
    if failed:
        raise failed


def _tell(
    improvement: Improvement, store_id: str, followup_id: str, now: datetime, context: SweepContext
) -> bool:
    """Enqueue the message to the customer of a case, unless they are not to be told. Returns whether to look at them
    again: their week has no room."""
    store = context.stores.find(store_id, now)
    if store is None or not improvement.is_of(store):
        return False
    about = followups.get_followup(context.table, followup_id)
    if about is None or not improvement.is_wanted_by(about):
        return False
    if store.hours.local_date(about.answered_at) > improvement.in_place_from:
        return False  # they complained in spite of it: it is no answer to them
    answer = customers.reachable_answer(context.table, about)
    if answer is None or not _may_be_told(improvement, answer, context):
        return False
    done = improvement.done_in(answer.language)
    message = customer_updates.build_improvement_news(
        about, answer, store, improvement.improvement_id, done, now
    )
    if message is None:
        return False
    if not contact_limits.has_room(context.table, message.customer_keys, store, message.starts_at):
        return True
    writes = [
        *interested_customers.told_writes(message, improvement.improvement_id, now),
        improvement_resurveys.resurvey_date(
            followup_id,
            improvement.improvement_id,
            store.next_customer_contact_time(message.starts_at + ASKED_AFTER),
        ),
        customer_messages.message_put(message),
        *contact_limits.count_messages([message], store),
    ]
    try:
        context.table.transact(writes)
    except WeekExhausted:
        return True
    except (ToldBefore, TransactionRefused):
        return False
    context.topic.publish(followup_event("message.owed", about, now))
    return False


def _may_be_told(improvement: Improvement, answer: Answer, context: SweepContext) -> bool:
    """Return whether the customer takes automatic messages, and was not told before."""
    keys = opt_outs.customer_keys_of(answer)
    if not keys or opt_outs.has_opted_out(context.table, keys, "automatic_messages"):
        return False
    return not interested_customers.was_told(context.table, keys, improvement.improvement_id)
