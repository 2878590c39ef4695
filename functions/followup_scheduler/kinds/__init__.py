"""What each kind of due item is due for: one module a kind.

A module has `knows(key)`, whether an item is of its kind, and `due(item, now, world)`, which reads what it must and
gives the effects in their order. All modules of this folder are kinds: adding one touches nothing else.
"""

import pkgutil
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from followup_scheduler.effects import Effect, World
from lazo.table.dynamodb.writes import Item, Key


class Kind(Protocol):
    """A module of this folder."""

    def knows(self, key: Key) -> bool: ...

    def due(self, item: Item, now: datetime, world: World) -> Iterable[Effect]: ...


@cache
def all_kinds() -> tuple[Kind, ...]:
    """The modules of this folder, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(cast(Kind, import_module(f"{__name__}.{name}")) for name in names)


def of(key: Key) -> Kind:
    """The kind of the item at `key`; LookupError when none knows it."""
    for kind in all_kinds():
        if kind.knows(key):
            return kind
    raise LookupError("an item of no known kind is due")
