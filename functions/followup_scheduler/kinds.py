"""What each kind of due item is due for. A kind is one function; the first that knows the key acts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lazo import followup
from lazo.escalation import escalate
from lazo.events import Event, Topic, about
from lazo.instants import to_text
from lazo.intake import Intake
from lazo.known_stores import KnownStores
from lazo.table import answers, customer_messages, customers, deliveries, due, followups, sms_cap
from lazo.table.dynamo import Item, Key, Table

AGAIN_AFTER = timedelta(minutes=2)
"""How long notify has for an event before the sweep tells of the same delivery again."""


@dataclass(frozen=True, slots=True)
class World:
    """What the kinds act on."""

    table: Table
    topic: Topic
    stores: KnownStores
    intake: Intake


Act = Callable[[Key, Item, datetime, World], None]


def unclassified_answer(_key: Key, item: Item, now: datetime, world: World) -> None:
    """The stream has lost this answer, or is late: classify it here."""
    world.intake.take_in(answers.read(item), now)


def unweighed_event(_key: Key, item: Item, now: datetime, world: World) -> None:
    """The stream has lost what another system told of a customer, or an invitation has gone unanswered."""
    world.intake.early.take_in(customers.read_event(item), now)


def unfinished_delivery(key: Key, item: Item, now: datetime, world: World) -> None:
    """Its event was lost, its time has come, or its sender died: tell notify of it."""
    owed = deliveries.read(item)
    about_it = followups.get(world.table, owed.followup_id)
    if about_it is None:
        due.drop(world.table, key, item)
    elif due.move(world.table, key, item, now + AGAIN_AFTER):
        world.topic.publish(about("followup.delivery_due", replace(about_it, level=owed.level), now))


def unfinished_message(key: Key, item: Item, now: datetime, world: World) -> None:
    """A message to a customer that did not get out yet: tell notify of it; the follow-up erased, it is cancelled."""
    message = customer_messages.read(item)
    about_it = followups.get(world.table, message.followup_id)
    if about_it is None:
        customer_messages.CLAIMS.cancel(world.table, message)
    elif due.move(world.table, key, item, now + AGAIN_AFTER):
        world.topic.publish(about("message.owed", about_it, now))


def missed_deadline(key: Key, item: Item, now: datetime, world: World) -> None:
    """Nobody took the follow-up on in time: tell the next in the chain."""
    late = followups.read(item)
    if followup.overdue(late, now):
        escalate(world.table, world.topic, late, world.stores.get(late.store_id, now), now)
    else:
        due.drop(world.table, key, item)


def held_back_sms(key: Key, item: Item, now: datetime, world: World) -> None:
    """The hour is over whose cap held SMS back: tell notify to send the digest."""
    digest = sms_cap.read_digest(item)
    if due.move(world.table, key, item, now + AGAIN_AFTER):
        world.topic.publish(Event("digest.due", digest.digest_id, digest.store_id, 0, "normal", to_text(now)))


KINDS: tuple[tuple[Callable[[Key], bool], Act], ...] = (
    (answers.is_answer, unclassified_answer),
    (customers.is_event, unweighed_event),
    (deliveries.is_delivery, unfinished_delivery),
    (customer_messages.is_message, unfinished_message),
    (followups.is_followup, missed_deadline),
    (sms_cap.is_digest, held_back_sms),
)


def act(key: Key, item: Item, now: datetime, world: World) -> None:
    """Do what the item's date is for; LookupError when no kind knows the item."""
    for knows, do in KINDS:
        if knows(key):
            do(key, item, now, world)
            return
    raise LookupError("an item of no known kind is due")
