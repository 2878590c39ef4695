"""What use of their data a customer does not want."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

Objection = Literal["resurvey", "automatic_messages", "early_signals"]
"""To be asked again, to messages that nobody wrote, to what other systems report being weighed for early signs."""

OBJECTIONS: Final[tuple[Objection, ...]] = get_args(Objection)


@dataclass(frozen=True, slots=True)
class CustomerRights:
    """`restricted_at`: what was left until then may only be stored; None if it may be used. `objections`: to what use
    the customer objects. `links_ended_until`: the end of the day on which all links to their page were revoked; those
    made until then open nothing."""

    restricted_at: datetime | None = None
    objections: tuple[Objection, ...] = ()
    links_ended_until: datetime | None = None

    def allow(self, use: Objection) -> bool:
        """Return whether this use is left."""
        return self.restricted_at is None and use not in self.objections


NO_WISHES: Final = CustomerRights()
"""Of a customer who neither objects to anything nor restricted anything."""


def of_all(found: Iterable[CustomerRights]) -> CustomerRights:
    """Return what holds for a customer with several keys: each wish of any of them."""
    every = list(found)
    restricted = [rights.restricted_at for rights in every if rights.restricted_at]
    objected = {objection for rights in every for objection in rights.objections}
    ended = [rights.links_ended_until for rights in every if rights.links_ended_until]
    return CustomerRights(
        max(restricted, default=None),
        tuple(each for each in OBJECTIONS if each in objected),
        max(ended, default=None),
    )
