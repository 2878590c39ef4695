"""Some time after a customer confirmed that it is solved: they are asked whether they noticed an improvement."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from followup_scheduler.effects import Count, Done, Effect, LookAgain, Tell, World
from lazo.case import customer_updates
from lazo.followup import resurvey
from lazo.followup.model import FollowUp
from lazo.messaging.customer_message import CustomerMessage
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, customers, followups
from lazo.table import due as table_due
from lazo.table import recovery as recovery_table
from lazo.table.dynamodb.writes import Item, Key, Put, Update
from lazo.table.messaging import contact_limits, customer_messages, opt_outs
from lazo.workflows.events import about

NO_ROOM_UNTIL = timedelta(days=1)
"""When a customer's week has no room, it is looked at again."""


def knows(key: Key) -> bool:
    return table_due.is_date(key, "resurvey")


def due(item: Item, now: datetime, world: World) -> Iterator[Effect]:
    ended = followups.get(world.table, item["followup_id"])
    answer = answers.of(world.table, ended) if ended else None
    if ended is None or answer is None or ended.stage != "confirmed" or ended.again:
        yield Done()
        return
    store = world.stores.get(ended.store_id, now)
    message = customer_updates.asked_again(ended, answer, store, now)
    if message is None or _not_to_be_asked(answer, store, world, now):
        yield Done()
        return
    if not contact_limits.has_room(world.table, opt_outs.of(answer), store, message.starts_at):
        yield LookAgain(store.customers_hear_from(now + NO_ROOM_UNTIL))
        return
    yield Done(list(_writes(ended, message, store, now)))
    yield Count("AskedAgain")
    yield Tell(about("message.owed", ended, now))


def _not_to_be_asked(answer: Answer, store: Store, world: World, now: datetime) -> bool:
    """Whether they said stop, or were asked too short a while ago."""
    if opt_outs.stopped(world.table, opt_outs.of(answer)):
        return True
    last = contact_limits.last_resurvey(world.table, opt_outs.of(answer))
    return last is not None and now < last + timedelta(days=store.policy.ask_again_every_days)


def _writes(ended: FollowUp, message: CustomerMessage, store: Store, now: datetime) -> Iterator[Put | Update]:
    """That they are asked: the message, that it was done with this follow-up and this customer, the counts, and what
    makes of an invitation without an answer a sign."""
    yield customer_messages.new(message)
    yield followups.replaced(ended, resurvey.asked(ended, now))
    yield recovery_table.asked(ended, store, now)
    yield from contact_limits.note_resurvey_once(message.customer_keys, now, store)
    yield from contact_limits.counted([message], store)
    yield customers.invited(message.customer_keys[0], ended.store_id, message.message_id, now)
