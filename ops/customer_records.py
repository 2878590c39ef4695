"""Finds a customer by phone or e-mail: what is known of them, and its erasure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from lazo import clock
from lazo.auth import keyring
from lazo.customer import identity as customer_identity
from lazo.customer.acknowledgement import Acknowledgement
from lazo.customer.rights import Objection
from lazo.customer.timeline import CustomerHistory, TimelineEntry
from lazo.followup import model as followup
from lazo.store.model import Store
from lazo.table import customer_rights, customers, erasure, followups, restriction, stores
from lazo.table.dynamodb.table import Table, TransactionRefused
from lazo.table.messaging import opt_outs
from lazo.table.messaging.acknowledgements import acknowledgement_put
from lazo.text import cleaning, contact_details
from lazo.timestamps import format_timestamp
from lazo.workflows.acknowledgements import build_acknowledgement
from ops.installation import Installation

NO_STORE: Final = "-"
"""In place of a store_id, for what belongs to no store."""
_MAX_ROUNDS: Final = 1000
_MAX_CONFLICTS: Final = 5


@dataclass(frozen=True, slots=True)
class Customer:
    """What stands for the customer in the table (`lazo.customer.identity`): `keys` of the phone or e-mail that was
    typed (`address`, as answers hold it), `linked` those of addresses that were left together with it. Their history
    under all of them, and whether they opted out of messages."""

    address: str
    keys: tuple[str, ...]
    linked: tuple[str, ...]
    history: CustomerHistory
    opted_out: bool


class InvalidContactDetail(ValueError):
    """What was typed is neither a phone nor an e-mail."""


def find_customer(installation: Installation, typed: str) -> Customer:
    """Find the customer of a phone with its country code, or of an e-mail. The history of somebody unknown is empty.
    InvalidContactDetail when the text is neither."""
    ring = keyring.keyring_from_secret(
        installation.client("secretsmanager"),
        installation.resources["CustomerKey"],
        clock.now,
        lambda _error: None,
    )
    phone, email = _parse_contact_detail(typed)
    found = customer_identity.customer_keys_of(ring, phone, email)
    assert found is not None, "one of the two is given"
    history = customers.load_history(installation.table, found.key, found.also)
    opted_out = opt_outs.has_opted_out(installation.table, history.keys)
    typed_keys = tuple(key for key in (found.key, found.also) if key)
    linked = tuple(key for key in history.keys if key not in typed_keys)
    return Customer(phone or email or "", typed_keys, linked, history, opted_out)


def acknowledgement_of_erasure(table: Table, customer: Customer, now: datetime) -> Acknowledgement | None:
    """Return the message that tells the customer at the typed address, by day if it is a phone, that they were erased.
    None if they take no messages, or none reaches them: somebody has to tell them."""
    request, store_id = _erasure_place(customer)
    store = stores.get_store(table, store_id)
    if store is None:
        return None
    reach = customer.history.reachable
    at_night = "@" not in customer.address and store.next_customer_contact_time(now)
    return build_acknowledgement(
        table,
        "erased",
        customer.address,
        customer.history.keys,
        store,
        reach.language if reach else store.language,
        now,
        request=f"{request}|{format_timestamp(now)}",
        not_before=at_night or None,
    )


def erase_customer(
    table: Table,
    customer: Customer,
    now: Callable[[], datetime],
    *,
    linked: bool = True,
    told: Acknowledgement | None = None,
) -> Iterator[int]:
    """Erase the customer in rounds and yield how many items each removed, until nothing is found: what was left with
    the typed address and, if `linked`, with those linked to it alone. The sweep sends what they are `told`, and removes
    what is left when this is interrupted, and what was being written meanwhile."""
    proven = (*customer.keys, *customer.linked) if linked else customer.keys
    more = [acknowledgement_put(told)] if told else []
    request = erasure.request_erasure_by_keys(table, proven, *_erasure_place(customer), now(), more=more)
    conflicts = 0
    for _ in range(_MAX_ROUNDS):
        try:
            removed = erasure.erase_round(table, request, now())
        except (followups.ChangedMeanwhile, TransactionRefused):
            # Somebody changed the follow-up at the same moment.
            conflicts += 1
            if conflicts > _MAX_CONFLICTS:
                raise
            continue
        if not removed:
            return
        yield removed


def change_restriction(
    installation: Installation, customer: Customer, now: datetime, *, restrict: bool, linked: bool = True
) -> int:
    """Restrict the use of the customer's data, or lift that. Returns how many answers and follow-ups were changed; the
    sweep changes what is left."""
    chosen = (*customer.keys, *customer.linked) if linked else customer.keys
    record = restriction.restrict if restrict else restriction.lift
    table = installation.table
    record(table, chosen, "operator", now)

    def find_store(store_id: str | None) -> Store | None:
        return stores.get_store(table, store_id) if store_id else None

    return sum(
        sum(iter(partial(restriction.restriction_round, table, key, find_store, now), 0)) for key in chosen
    )


def record_objections(
    table: Table, customer: Customer, objections: Sequence[Objection], now: datetime
) -> None:
    """Store what the customer objects to, in place of what they objected to before."""
    customer_rights.record_objections(table, (*customer.keys, *customer.linked), objections, "operator", now)


def count_by_kind(entries: Iterable[TimelineEntry]) -> dict[str, int]:
    """Count the entries of each kind, by the kind's name."""
    kinds = [entry.kind for entry in entries]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _erasure_place(customer: Customer) -> tuple[str, str]:
    """The follow-up and store under which the erasure is recorded: those of the newest follow-up, else of the newest
    answer, else of none."""
    for kind in ("followup", "answer"):
        for entry in customer.history.entries:
            if entry.kind == kind and entry.store_id:
                ref = entry.ref if kind == "followup" else followup.followup_id_for(entry.store_id, entry.ref)
                return ref, entry.store_id
    return followup.followup_id_for(NO_STORE, customer.keys[0]), customer.history.last_store_id() or NO_STORE


def _parse_contact_detail(typed: str) -> tuple[str | None, str | None]:
    """Phone and e-mail as answers hold them, one of them None."""
    text = cleaning.one_line(typed)
    try:
        return (
            (None, contact_details.normalize_email(text))
            if "@" in text
            else (contact_details.to_e164(text, None), None)
        )
    except ValueError as error:
        raise InvalidContactDetail(
            "must be a phone with its country code, like +56 9 1234 5678, or an e-mail"
        ) from error
