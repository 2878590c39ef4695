"""What can follow from a date that has come, and carrying it out: each item once per date, also under two sweeps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lazo.events import Event, Topic
from lazo.intake import Intake
from lazo.known_stores import KnownStores
from lazo.table import due
from lazo.table.dynamo import Item, Key, Table

AGAIN_AFTER = timedelta(minutes=2)
"""How long notify has for an event before the sweep tells it again."""


@dataclass(frozen=True, slots=True)
class World:
    """What a kind may read, and what its acts work with."""

    table: Table
    topic: Topic
    stores: KnownStores
    intake: Intake


@dataclass(frozen=True, slots=True)
class LookAgain:
    """The item is due again at `at`, not before. What follows is only done by the sweep that moved it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """The item has no date any more."""


@dataclass(frozen=True, slots=True)
class Tell:
    """The topic is told."""

    event: Event


@dataclass(frozen=True, slots=True)
class Act:
    """A piece of work that is conditioned on the item itself, and so done once whoever does it."""

    work: Callable[[], object]


Effect = LookAgain | Done | Tell | Act


def carry_out(effects: Iterable[Effect], key: Key, item: Item, world: World) -> None:
    """Do the effects in order, until another sweep turns out to have moved the item first."""
    for effect in effects:
        match effect:
            case LookAgain(at):
                if not due.move(world.table, key, item, at):
                    return
            case Done():
                if not due.drop(world.table, key, item):
                    return
            case Tell(event):
                world.topic.publish(event)
            case Act(work):
                work()
