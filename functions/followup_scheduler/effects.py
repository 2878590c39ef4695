"""What can follow from a date that has come, and carrying it out: each item once per date, also under two sweeps."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lazo.table import due
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Item, Key, Put, Update
from lazo.table.stores import KnownStores
from lazo.workflows.classification import Intake
from lazo.workflows.events import Event, Topic

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
    """The item is due again at `at`, not before, and `writes` stand, all or nothing. What follows is only done by the
    sweep that moved it."""

    at: datetime
    writes: Sequence[Put | Update] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The item has no date any more, and `writes` stand, all or nothing. What follows is only done by the sweep that
    took it out."""

    writes: Sequence[Put | Update] = ()


@dataclass(frozen=True, slots=True)
class Tell:
    """The topic is told."""

    event: Event


@dataclass(frozen=True, slots=True)
class Act:
    """A piece of work that is conditioned on the item itself, and so done once whoever does it. What follows is only
    done when it gives something else than None: then it was done here."""

    work: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Count:
    """Something that is measured: one more of the metric `name`, by `dimensions`."""

    name: str
    dimensions: Mapping[str, str] = field(default_factory=dict)


Effect = LookAgain | Done | Tell | Act | Count


def carry_out(
    effects: Iterable[Effect], key: Key, item: Item, world: World, count: Callable[[Count], None]
) -> None:
    """Do the effects in order, until somebody else turns out to have acted first. TransactionRefused when what is to be
    written with the item does not fit: somebody changed the follow-up just then, and a later sweep looks again."""
    for effect in effects:
        match effect:
            case LookAgain(at, writes):
                if not due.move(world.table, key, item, at, more=writes):
                    return
            case Done(writes):
                if not due.drop(world.table, key, item, writes):
                    return
            case Count():
                count(effect)
            case Tell(event):
                world.topic.publish(event)
            case Act(work):
                if work() is None:
                    return
