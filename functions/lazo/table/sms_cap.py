"""How many SMS a shop may send in an hour, and the digest that stands for those beyond."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from lazo.delivery import ATTEMPTS_AT_MOST, LEASE, UNCLEAR_AT_MOST, Delivery, State, backoff
from lazo.instants import from_text, to_text
from lazo.store import Store
from lazo.table import keys
from lazo.table.dynamo import ConditionFailed, Key, Table, Update

KEPT_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Digest:
    """One SMS to a contact in place of those that the cap held back in `hour`. `unclear` counts the attempts whose
    outcome nobody knows, one under way included."""

    store_id: str
    hour: str
    contact_id: str
    followup_ids: frozenset[str]
    state: str
    attempts: int
    unclear: int
    lease_until: datetime | None

    @property
    def digest_id(self) -> str:
        """How events name it."""
        return f"{self.hour}#{self.contact_id}"

    @property
    def sends_at(self) -> datetime:
        """When its hour is over."""
        return _ends(self.hour)


def claimable(digest: Digest, now: datetime) -> bool:
    """Whether it may be sent now: its hour is over, and nobody holds it."""
    free = digest.lease_until is None or digest.lease_until <= now
    return digest.state == "pending" and digest.sends_at <= now and free


def exhausted(digest: Digest) -> bool:
    """Whether another attempt would be one too many; the limits are those of any delivery."""
    return digest.unclear >= UNCLEAR_AT_MOST or digest.attempts >= ATTEMPTS_AT_MOST


def reserve(table: Table, store: Store, now: datetime, *, always: bool = False) -> bool:
    """Reserve one SMS of this hour's; False when the shop's cap is reached. With `always` it is counted, but
    never refused. A reservation whose claim then fails is not given back: the cap is never exceeded, and
    may be missed by as many."""
    cap = {} if always else {":cap": store.policy.sms_per_hour}
    if cap and store.policy.sms_per_hour < 1:
        return False
    try:
        table.update(
            Update(
                keys.sms_hour(store.store_id, _hour(now)),
                "SET expires_at = :expires ADD n :one",
                {":one": 1, ":expires": int((now + KEPT_FOR).timestamp()), **cap},
                condition="attribute_not_exists(n) OR n < :cap" if cap else None,
            )
        )
    except ConditionFailed:
        return False
    return True


def put_off(table: Table, delivery: Delivery, now: datetime) -> None:
    """Let the digest of this hour speak for a delivery; of the next hour, when this one's is being sent already.

    Adding the same follow-up again changes nothing, so this may be repeated.
    """
    for hour in (_hour(now), _hour(now + timedelta(hours=1)), _hour(now + timedelta(hours=2))):
        key = keys.digest(delivery.store_id, hour, delivery.contact_id)
        write = Update(
            key,
            "SET store_id = :store, #hour = :hour, contact_id = :contact, due_pk = :due_pk, due_at = :due, "
            "#state = :pending, attempts = :zero, unclear = :zero ADD followups :followup",
            {
                ":store": delivery.store_id,
                ":hour": hour,
                ":contact": delivery.contact_id,
                ":due_pk": keys.due_partition(key),
                ":due": to_text(_ends(hour)),
                ":pending": "pending",
                ":zero": 0,
                ":followup": {delivery.followup_id},
            },
            condition="attribute_not_exists(#state) OR (#state = :pending AND attempts = :zero)",
            names={"#state": "state", "#hour": "hour"},
        )
        try:
            table.update(write)
        except ConditionFailed:
            continue
        return
    raise RuntimeError("no digest of the next hours takes the delivery")


def get_digest(table: Table, store_id: str, digest_id: str) -> Digest | None:
    """The digest that an event names, or None."""
    hour, _, contact_id = digest_id.partition("#")
    item = table.get(keys.digest(store_id, hour, contact_id))
    return read_digest(item) if item else None


def is_digest(key: Key) -> bool:
    """Whether a digest stands at `key`."""
    return key.sk.startswith(keys.DIGEST_PREFIX)


def claim_digest(table: Table, digest: Digest, now: datetime) -> Digest | None:
    """Take the digest for sending and return it as claimed; None when another took it, or it is over."""
    claimed = replace(digest, attempts=digest.attempts + 1, unclear=digest.unclear + 1)
    taken = _step(
        table,
        digest,
        "SET attempts = :next, unclear = :unclear, lease_until = :lease, due_at = :lease",
        {":next": claimed.attempts, ":unclear": claimed.unclear, ":lease": to_text(now + LEASE)},
    )
    return claimed if taken else None


def postpone_digest(table: Table, claimed: Digest, now: datetime) -> None:
    """Record that the attempt certainly sent nothing, and when the next one may be made."""
    _step(
        table,
        claimed,
        "SET unclear = :unclear, lease_until = :until, due_at = :until",
        {":unclear": claimed.unclear - 1, ":until": to_text(now + backoff(claimed.attempts))},
    )


def hold_digest(table: Table, digest: Digest, until: datetime) -> None:
    """Keep the digest back until its contact may be told; no attempt is counted."""
    _step(table, digest, "SET lease_until = :until, due_at = :until", {":until": to_text(until)})


def end_digest(table: Table, digest: Digest, state: State, provider_id: str | None = None) -> None:
    """Record what became of the digest and take it out of the index of dates."""
    _step(
        table,
        digest,
        "SET #state = :end" + (", provider_id = :provider" if provider_id else "") + " REMOVE due_pk, due_at",
        {":end": state, ":provider": provider_id},
    )


def read_digest(item: Mapping[str, Any]) -> Digest:
    """A digest from its item."""
    return Digest(
        store_id=item["store_id"],
        hour=item["hour"],
        contact_id=item["contact_id"],
        followup_ids=frozenset(item["followups"]),
        state=item["state"],
        attempts=item["attempts"],
        unclear=item["unclear"],
        lease_until=from_text(item["lease_until"]) if "lease_until" in item else None,
    )


def _step(table: Table, digest: Digest, expression: str, values: dict[str, Any]) -> bool:
    write = Update(
        keys.digest(digest.store_id, digest.hour, digest.contact_id),
        expression,
        {":seen": digest.attempts, ":pending": "pending", **values},
        condition="attempts = :seen AND #state = :pending",
        names={"#state": "state"},
    )
    try:
        table.update(write)
    except ConditionFailed:
        return False
    return True


def _hour(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _ends(hour: str) -> datetime:
    return datetime.fromisoformat(f"{hour}:00:00+00:00") + timedelta(hours=1)
