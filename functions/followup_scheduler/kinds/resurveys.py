"""Ask customers again: after their case was confirmed, and after they were told of an improvement."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from followup_scheduler.effects import Complete, Effect, EmitMetric, Publish, Reschedule, SweepContext
from lazo.case import customer_updates
from lazo.followup import resurvey
from lazo.followup.model import FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, case_counts, customers, followups, improvement_resurveys, improvements
from lazo.table.dynamodb.writes import Item, Put, Update
from lazo.table.messaging import contact_limits, customer_messages, opt_outs
from lazo.workflows.events import followup_event

LIMIT_RETRY: Final = timedelta(days=1)
"""When a customer who has had as many messages as a week allows is looked at again."""


def ask_again(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Ask a customer who confirmed the solution, unless they must not be asked (any more)."""
    ended = followups.get_followup(context.table, item["followup_id"])
    answer = answers.answer_of(context.table, ended) if ended else None
    if ended is None or answer is None or ended.stage != "confirmed" or ended.again or ended.only_asks:
        yield Complete()
        return
    store = context.stores.get(ended.store_id, now)
    message = customer_updates.build_resurvey(ended, answer, store, now)
    asked = resurvey.mark_resurveyed(ended, now)
    records: list[Put | Update] = [
        followups.followup_replacement(ended, asked),
        *case_counts.count_change(ended, asked, now),
    ]
    yield from _ask(message, ended, answer, store, records, now, context)


def ask_about_improvement(item: Item, now: datetime, context: SweepContext) -> Iterator[Effect]:
    """Ask a customer whether they notice the improvement that they were told of, unless they were not told, it was
    withdrawn, or they must not be asked. The survey is of the store of the case, so they must have answered there."""
    table, improvement_id = context.table, item["improvement_id"]
    about = followups.get_followup(table, item["followup_id"])
    improvement = improvements.get_improvement(table, improvement_id)
    if (
        about is None
        or improvement is None
        or improvement.published_at is None
        or not improvement.is_wanted_by(about)
        or not _was_told(about, improvement_id, context)
    ):
        yield Complete()
        return
    answer = customers.reachable_answer(table, about)
    if answer is None or answer.store_id != about.store_id:
        yield Complete()
        return
    store = context.stores.get(about.store_id, now)
    done = improvement.done_in(answer.language)
    message = customer_updates.build_improvement_resurvey(about, answer, store, improvement_id, done, now)
    records = improvement_resurveys.asked_writes(about, improvement_id, now)
    yield from _ask(message, about, answer, store, records, now, context)


def _was_told(about: FollowUp, improvement_id: str, context: SweepContext) -> bool:
    """Return whether the news of the improvement left us for the customer."""
    messages = customer_messages.messages_of_followup(context.table, about.followup_id)
    return any(each.improvement_id == improvement_id and each.state == "sent" for each in messages)


def _ask(
    message: CustomerMessage | None,
    about: FollowUp,
    answer: Answer,
    store: Store,
    records: Sequence[Put | Update],
    now: datetime,
    context: SweepContext,
) -> Iterator[Effect]:
    """Enqueue the message with the `records` of it, once; wait while the customer's week has no room. The invitation in
    the customer's history is weighed as an early sign if it goes unanswered."""
    if message is None or _must_not_be_asked(answer, store, context, now):
        yield Complete()
        return
    keys = opt_outs.customer_keys_of(answer)
    if not contact_limits.has_room(context.table, keys, store, message.starts_at):
        yield Reschedule(store.next_customer_contact_time(now + LIMIT_RETRY))
        return
    yield Complete(
        [
            customer_messages.message_put(message),
            *records,
            *contact_limits.record_resurvey_once(message.customer_keys, now, store),
            *contact_limits.count_messages([message], store),
            customers.invitation_put(message.customer_keys[0], about.store_id, message.message_id, now),
        ]
    )
    yield EmitMetric("AskedAgain")
    yield Publish(followup_event("message.owed", about, now))


def _must_not_be_asked(answer: Answer, store: Store, context: SweepContext, now: datetime) -> bool:
    """Return whether the customer has opted out or objects, or was asked too recently."""
    keys = opt_outs.customer_keys_of(answer)
    if opt_outs.has_opted_out(context.table, keys, "resurvey", "automatic_messages"):
        return True
    last = contact_limits.last_resurvey(context.table, keys)
    return last is not None and now < last + timedelta(days=store.policy.ask_again_every_days)
