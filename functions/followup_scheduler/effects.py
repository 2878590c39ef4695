"""What follows when an item is due, and how it is applied: once for each date, even when two sweeps run at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lazo.table import due
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Item, Key, Put, Update
from lazo.table.stores import StoreCache
from lazo.workflows.classification import Classifier
from lazo.workflows.events import Event, Topic

REPUBLISH_AFTER = timedelta(minutes=2)
"""How long notify has for an event before the sweep publishes it again."""


@dataclass(frozen=True, slots=True)
class SweepContext:
    """What a kind reads from, and what the work that it returns uses."""

    table: Table
    topic: Topic
    stores: StoreCache
    count_metric: Callable[[str, Mapping[str, str]], None]
    classifier: Classifier


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Make the item due again at `at`, not before, in one transaction with `writes`.

    The effects after it are applied only by the sweep that moved the item.
    """

    at: datetime
    writes: Sequence[Put | Update | Delete] = ()


@dataclass(frozen=True, slots=True)
class Complete:
    """Take the item out of the index of dates, in one transaction with `writes`.

    The effects after it are applied only by the sweep that took the item out.
    """

    writes: Sequence[Put | Update] = ()


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish `event` on the topic."""

    event: Event


@dataclass(frozen=True, slots=True)
class Run:
    """Do `work`, which is conditional on the item itself, so that only one sweep succeeds.

    `work` returns None when somebody else was quicker: the effects after it are then not applied.
    """

    work: Callable[[], object]


@dataclass(frozen=True, slots=True)
class EmitMetric:
    """Count one more of the metric `name`, with `dimensions`."""

    name: str
    dimensions: Mapping[str, str] = field(default_factory=dict)


Effect = Reschedule | Complete | Publish | Run | EmitMetric


def apply(effects: Iterable[Effect], key: Key, item: Item, context: SweepContext) -> None:
    """Apply the effects in order, and stop when somebody else turns out to have acted first.

    Raises what the writes that go with the item mean when they do not hold: the follow-up was changed in the same
    moment, and a later sweep looks again.
    """
    for effect in effects:
        match effect:
            case Reschedule(at, writes):
                if not due.reschedule(context.table, key, item, at, more=writes):
                    return
            case Complete(writes):
                if not due.complete(context.table, key, item, writes):
                    return
            case EmitMetric(name, dimensions):
                context.count_metric(name, dimensions)
            case Publish(event):
                context.topic.publish(event)
            case Run(work):
                if work() is None:
                    return
