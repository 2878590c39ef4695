"""A customer by their phone or e-mail: what is known of them, and erasing it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lazo import clock
from lazo.auth import keyring
from lazo.customer import identity as customer_identity
from lazo.customer.timeline import Entry, History
from lazo.followup import model as followup
from lazo.table import customers, erasure
from lazo.table.dynamodb.table import Table, TransactionRefused
from lazo.table.messaging import opt_outs
from lazo.text import cleaning, contact_details
from ops.installation import Installation

NOWHERE: Final = "-"
"""In place of a shop, for what belongs to none."""
_ROUNDS: Final = 1000
_REFUSED_AT_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Customer:
    """What the table calls the customer, and what it knows of them."""

    key: str
    history: History
    stopped: bool

    @property
    def anything(self) -> bool:
        """Whether there is something to be shown or erased."""
        return bool(self.history.entries)


class NotAnAddress(ValueError):
    """What was typed is neither a phone nor an e-mail."""


def find(here: Installation, typed: str) -> Customer:
    """The customer who left this phone, with its country code, or this e-mail. NotAnAddress when it is neither."""
    ring = keyring.from_secret(
        here.client("secretsmanager"), here.resources["CustomerKey"], clock.now, lambda _error: None
    )
    found = customer_identity.keys_of(ring, *_parsed(typed))
    assert found is not None, "one of the two is given"
    known = customers.history(here.table, found.key)
    return Customer(found.key, known, opt_outs.stopped(here.table, known.keys))


def erase(table: Table, customer: Customer, now: Callable[[], datetime]) -> Iterator[int]:
    """Erase the customer round by round: how many items each removed, until nothing more is found. What remains when
    this ends on the way, and what was just being written, is the sweep's."""
    followup_id, store_id = _kept_with(customer)
    wish = erasure.ask_for(table, customer.key, followup_id, store_id, now())
    refused = 0
    for _ in range(_ROUNDS):
        try:
            removed = erasure.go_on(table, wish, now())
        except TransactionRefused:
            # Somebody changed the follow-up in the same moment.
            refused += 1
            if refused > _REFUSED_AT_MOST:
                raise
            continue
        if not removed:
            return
        yield removed


def counts(entries: Iterable[Entry]) -> dict[str, int]:
    """How many there are of each kind."""
    kinds = [entry.kind for entry in entries]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _kept_with(customer: Customer) -> tuple[str, str]:
    """Where the wish to be erased stands: with the newest follow-up, else with the newest answer, else by itself."""
    for kind in ("followup", "answer"):
        for entry in customer.history.entries:
            if entry.kind == kind and entry.store_id:
                ref = entry.ref if kind == "followup" else followup.id_for(entry.store_id, entry.ref)
                return ref, entry.store_id
    return followup.id_for(NOWHERE, customer.key), customer.history.shop() or NOWHERE


def _parsed(typed: str) -> tuple[str | None, str | None]:
    """Phone and e-mail as answers have them, one of them None."""
    text = cleaning.one_line(typed)
    try:
        return (
            (None, contact_details.normal_email(text))
            if "@" in text
            else (contact_details.e164(text, None), None)
        )
    except ValueError as error:
        raise NotAnAddress(
            "must be a phone with its country code, like +56 9 1234 5678, or an e-mail"
        ) from error
