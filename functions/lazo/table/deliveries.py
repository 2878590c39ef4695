"""Deliveries in the table: owed, claimed by one sender at a time, and what became of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from lazo.delivery import EVENT_WITHIN, LEASE, Delivery, State
from lazo.instants import from_text, to_text
from lazo.table import keys
from lazo.table.dynamo import ConditionFailed, Key, Put, Table, Update

_AS_READ = "#state = :seen_state AND attempts = :seen_attempts"
_STATE = {"#state": "state"}


def new(delivery: Delivery) -> Put:
    """The write that owes a message. It is due at the latest when the event should have reached notify."""
    key = _key(delivery)
    due = max(delivery.not_before, delivery.planned_at + EVENT_WITHIN)
    return Put(
        {
            "pk": key.pk,
            "sk": key.sk,
            "followup_id": delivery.followup_id,
            "store_id": delivery.store_id,
            "level": delivery.level,
            "round": delivery.round,
            "channel": delivery.channel,
            "contact_id": delivery.contact_id,
            "purpose": delivery.purpose,
            "planned_at": to_text(delivery.planned_at),
            "not_before": to_text(delivery.not_before),
            "state": delivery.state,
            "attempts": 0,
            "unclear": 0,
            "due_pk": keys.due_partition(key),
            "due_at": to_text(due),
        },
        condition="attribute_not_exists(pk)",
    )


def owe(table: Table, delivery: Delivery) -> None:
    """Owe a message; nothing happens when it is owed already."""
    try:
        table.put(new(delivery))
    except ConditionFailed:
        return


def of_level(table: Table, followup_id: str, level: int) -> list[Delivery]:
    """The deliveries of one level of a follow-up, whatever became of them, SMS first: it is what is seen first."""
    found = [read(item) for item in table.below(keys.followup(followup_id).pk, keys.deliveries_of(level))]
    return sorted(found, key=lambda delivery: delivery.channel != "sms")


def reached(table: Table, followup_id: str) -> set[str]:
    """Ids of the contacts to whom a message about the follow-up was sent."""
    every = table.below(keys.followup(followup_id).pk, keys.DELIVERY_PREFIX)
    return {item["contact_id"] for item in every if item["state"] == "sent"}


def is_delivery(key: Key) -> bool:
    """Whether a delivery stands at `key`."""
    return key.sk.startswith(keys.DELIVERY_PREFIX)


def claim(table: Table, delivery: Delivery, now: datetime) -> Delivery | None:
    """Take the delivery for sending, for as long as the lease holds; None when somebody else was quicker."""
    lease = now + LEASE
    taken = replace(
        delivery,
        state="sending",
        attempts=delivery.attempts + 1,
        unclear=delivery.unclear + (delivery.state == "sending"),
        lease_until=lease,
    )
    write = Update(
        _key(delivery),
        "SET #state = :state, attempts = :attempts, unclear = :unclear, lease_until = :lease, due_at = :lease",
        {
            ":state": taken.state,
            ":attempts": taken.attempts,
            ":unclear": taken.unclear,
            ":lease": to_text(lease),
            **_seen(delivery),
        },
        condition=_AS_READ,
        names=_STATE,
    )
    try:
        table.update(write)
    except ConditionFailed:
        return None
    return taken


def sent(table: Table, claimed: Delivery, provider_id: str, now: datetime) -> None:
    """Record that the provider accepted it. Nothing is undone when the lease was lost meanwhile."""
    _end(table, claimed, "sent", {"provider_id": provider_id, "sent_at": to_text(now)})


def failed(table: Table, delivery: Delivery, code: str) -> None:
    """Record that it will never be sent; `code` says why."""
    _end(table, delivery, "failed", {"failure": code})


def cancel(table: Table, delivery: Delivery) -> None:
    """Record that it is no longer wanted."""
    _end(table, delivery, "cancelled", {})


def digested(table: Table, delivery: Delivery) -> None:
    """Record that a digest speaks for it."""
    _end(table, delivery, "digested", {})


def postpone(table: Table, claimed: Delivery, until: datetime, code: str) -> None:
    """Give a claimed delivery back, not to be tried before `until`; `code` says why."""
    _write(
        table,
        Update(
            _key(claimed),
            "SET #state = :state, lease_until = :until, due_at = :until, failure = :code",
            {":state": "pending", ":until": to_text(until), ":code": code, **_seen(claimed)},
            condition=_AS_READ,
            names=_STATE,
        ),
    )


def _end(table: Table, delivery: Delivery, state: State, more: Mapping[str, Any]) -> None:
    values = {f":{name}": value for name, value in more.items()}
    sets = "".join(f", {name} = :{name}" for name in more)
    _write(
        table,
        Update(
            _key(delivery),
            f"SET #state = :state{sets} REMOVE due_pk, due_at, lease_until",
            {":state": state, **values, **_seen(delivery)},
            condition=_AS_READ,
            names=_STATE,
        ),
    )


def _write(table: Table, write: Update) -> None:
    """A sender that was so slow that its lease ran out finds another one's claim; that one's record stands."""
    try:
        table.update(write)
    except ConditionFailed:
        return


def _seen(delivery: Delivery) -> dict[str, Any]:
    return {":seen_state": delivery.state, ":seen_attempts": delivery.attempts}


def _key(delivery: Delivery) -> Key:
    return keys.delivery(
        delivery.followup_id, delivery.level, delivery.round, delivery.channel, delivery.contact_id
    )


def read(item: Mapping[str, Any]) -> Delivery:
    """A delivery from its item."""
    return Delivery(
        followup_id=item["followup_id"],
        store_id=item["store_id"],
        level=item["level"],
        round=item["round"],
        channel=item["channel"],
        contact_id=item["contact_id"],
        purpose=item["purpose"],
        planned_at=from_text(item["planned_at"]),
        not_before=from_text(item["not_before"]),
        state=item["state"],
        attempts=item["attempts"],
        unclear=item["unclear"],
        lease_until=from_text(item["lease_until"]) if "lease_until" in item else None,
    )
