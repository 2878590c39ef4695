"""Requests for a sign-in link, and the state of their messages, in the table."""

from datetime import datetime, timedelta

from lazo.auth.sign_in import SignInRequest
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put, count_within
from lazo.table.messaging import one_off
from lazo.timestamps import format_timestamp, parse_timestamp

KEPT_FOR = timedelta(days=1)


def count_request(table: Table, counted_hour: str, most: int, now: datetime) -> bool:
    """Count a request for an address, or of a source, and hour (both in `counted_hour`). Returns False if there are
    `most` already."""
    write = count_within(keys.sign_in_hour(counted_hour), most, now + KEPT_FOR)
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
    message = keys.sign_in_message(request.request_id, user_id)
    return one_off.claim(table, message, "sign_in", request.at + KEPT_FOR, now)


def record_sent(table: Table, request: SignInRequest, user_id: str, provider_id: str) -> None:
    """Record that the provider accepted the message."""
    one_off.record_sent(table, keys.sign_in_message(request.request_id, user_id), provider_id)


def record_not_sent(table: Table, request: SignInRequest, user_id: str, code: str, *, again: bool) -> None:
    """Record that the message was not sent, or may have been; `code` says why, `again` whether it is tried again."""
    one_off.record_not_sent(table, keys.sign_in_message(request.request_id, user_id), code, again=again)


def _expires_at(asked: datetime) -> int:
    return int((asked + KEPT_FOR).timestamp())
