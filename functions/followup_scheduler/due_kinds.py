"""The kinds of due items, each a module of `kinds/`. A new module is added to `KINDS`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol

from followup_scheduler.effects import Effect, SweepContext
from followup_scheduler.kinds import (
    answer_unclassified,
    customer_event_unweighed,
    customer_message_unfinished,
    customer_update,
    delay_notice,
    delivery_unfinished,
    digest_due,
    erasure,
    promise_checkpoint,
    promise_due,
    reminder,
    resurvey,
    retention,
    stage_overdue,
)
from lazo.table.dynamodb.writes import Item, Key


class DueKind(Protocol):
    """What a module of `kinds/` has."""

    def matches(self, key: Key, /) -> bool:
        """Return whether the item at `key` is of this kind."""

    def handle(self, item: Item, now: datetime, context: SweepContext, /) -> Iterable[Effect]:
        """Read what the item needs, and return what follows from its date, in the order in which it is applied."""


KINDS: Final[tuple[DueKind, ...]] = (
    answer_unclassified,
    customer_event_unweighed,
    customer_message_unfinished,
    customer_update,
    delay_notice,
    delivery_unfinished,
    digest_due,
    erasure,
    promise_checkpoint,
    promise_due,
    reminder,
    resurvey,
    retention,
    stage_overdue,
)


def kind_for(key: Key) -> DueKind:
    """Return the kind of the item at `key`; raises LookupError when there is none."""
    for kind in KINDS:
        if kind.matches(key):
            return kind
    raise LookupError("an item of no known kind is due")
