"""Requests for a sign-in link, and the state of their messages, in the table."""

from datetime import datetime, timedelta

from lazo.auth.sign_in import LEASE, MAX_ATTEMPTS, REQUESTS_PER_HOUR, SignInRequest
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put, Update, count_within, set_attributes
from lazo.timestamps import format_timestamp, parse_timestamp

KEPT_FOR = timedelta(days=1)


def count_request(table: Table, address_hour: str, now: datetime) -> bool:
    """Count a request for an address and hour (both in `address_hour`). Returns False if the limit is reached."""
    write = count_within(keys.sign_in_hour(address_hour), REQUESTS_PER_HOUR, now + KEPT_FOR)
    return table.update_if(write) is not None


def put_request(table: Table, request: SignInRequest) -> None:
    """Store a request, unless it is stored already."""
    item = keys.sign_in(request.request_id).item(
        address=request.address, at=format_timestamp(request.at), expires_at=_expires_at(request.at)
    )
    table.put_or_get(Put(item, condition="attribute_not_exists(pk)"))


def get_request(table: Table, request_id: str) -> SignInRequest | None:
    """Return the request, or None."""
    item = table.get(keys.sign_in(request_id))
    return SignInRequest(request_id, item["address"], parse_timestamp(item["at"])) if item else None


def claim_message(table: Table, request: SignInRequest, user_id: str, now: datetime) -> bool:
    """Claim the message to a user. Returns False if it was sent, has failed, or another sender holds the lease."""
    write = Update(
        keys.sign_in_message(request.request_id, user_id),
        "SET #state = :sending, purpose = :purpose, lease_until = :lease, expires_at = :expires ADD attempts :one",
        {
            ":sending": "sending",
            ":pending": "pending",
            ":purpose": "sign_in",
            ":now": format_timestamp(now),
            ":lease": format_timestamp(now + LEASE),
            ":expires": _expires_at(request.at),
            ":one": 1,
            ":most": MAX_ATTEMPTS,
        },
        # A sender that died leaves "sending": take over once its lease has ended.
        condition="attribute_not_exists(pk) OR (attempts < :most AND "
        "(#state = :pending OR (#state = :sending AND lease_until <= :now)))",
        names={"#state": "state"},
    )
    return table.update_if(write) is not None


def record_sent(table: Table, request: SignInRequest, user_id: str, provider_id: str) -> None:
    """Record that the provider accepted the message."""
    _record(table, request, user_id, "sent", "provider_id", provider_id)


def record_not_sent(table: Table, request: SignInRequest, user_id: str, code: str, *, again: bool) -> None:
    """Record that the message was not sent, or may have been; `code` says why, `again` whether it is tried again."""
    _record(table, request, user_id, "pending" if again else "failed", "failure", code)


def _record(table: Table, request: SignInRequest, user_id: str, state: str, name: str, value: str) -> None:
    message = keys.sign_in_message(request.request_id, user_id)
    table.update(set_attributes(message, {"state": state, name: value}))


def _expires_at(asked: datetime) -> int:
    return int((asked + KEPT_FOR).timestamp())
