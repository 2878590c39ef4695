"""What a phone of a shop's contact was told last by SMS, and whether it wants to be told at all.

It all stands under the number, not the person: who answers is known by nothing else, and a number that says stop means
whoever holds it. A person who gets another number gets SMS again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lazo.auth.links import LINK_VALID_FOR
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.send_state import SendState
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Table
from lazo.table.dynamodb.writes import Key, Put, Update
from lazo.table.messaging import claims
from lazo.table.messaging.claims import Claims
from lazo.timestamps import format_timestamp, parse_timestamp

ANSWERS_AN_HOUR = 20
"""What one number is answered at most: two machines that answer each other must come to an end."""
HELP_ONCE_IN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LastAlert:
    """The message about a follow-up that a number was sent last; `contact_id` is whom it was for in that shop."""

    followup_id: str
    store_id: str
    contact_id: str
    at: datetime


def record_last_alert(table: Table, phone: str, delivery: Delivery, now: datetime) -> None:
    """Remember that a number is about to be told of a follow-up. Written before it is sent: who answers in the same
    moment must not take on the follow-up before it."""
    key = keys.phone_alert(phone)
    table.put(
        Put(
            {
                "pk": key.pk,
                "sk": key.sk,
                "followup_id": delivery.followup_id,
                "store_id": delivery.store_id,
                "contact_id": delivery.contact_id,
                "at": format_timestamp(now),
                "expires_at": int((now + LINK_VALID_FOR).timestamp()),
            }
        )
    )


def alert_replied_to(table: Table, inbound_id: str, phone: str, now: datetime) -> LastAlert | None:
    """What a reply is about: what its number was told last when the reply was handed over first, also where it is
    handed over again after the next alert. None when that is as long ago as its link is valid."""
    last = table.get(keys.phone_alert(phone))
    if last is not None and parse_timestamp(last["at"]) + LINK_VALID_FOR <= now:
        last = None
    key = keys.reply_subject(inbound_id)
    about = {name: last[name] for name in ("followup_id", "store_id", "contact_id", "at")} if last else {}
    item = {"pk": key.pk, "sk": key.sk, **about, "expires_at": int((now + LINK_VALID_FOR).timestamp())}
    try:
        table.put(Put(item, condition="attribute_not_exists(pk)"))
    except ConditionFailed as failed:
        item = failed.item
    if "followup_id" not in item:
        return None
    return LastAlert(item["followup_id"], item["store_id"], item["contact_id"], parse_timestamp(item["at"]))


def has_opted_out(table: Table, phone: str) -> bool:
    """Whether a number wants no SMS (a consistent read)."""
    item = table.get(keys.phone_opt_out(phone))
    return item is not None and bool(item["stopped"])


def record_opt_out(table: Table, phone: str, now: datetime, *, stop: bool) -> bool:
    """Send a number no SMS from now on, or SMS again; False when it was so already."""
    key = keys.phone_opt_out(phone)
    item = {"pk": key.pk, "sk": key.sk, "stopped": stop, "at": format_timestamp(now)}
    before = "stopped = :before"
    try:
        table.put(
            Put(
                item,
                condition=f"attribute_not_exists(pk) OR {before}" if stop else before,
                values={":before": not stop},
            )
        )
    except ConditionFailed:
        return False
    return True


def reserve_answer(table: Table, phone: str, now: datetime) -> bool:
    """Count one more answer to a number in this hour; False when it would be one too many."""
    write = Update(
        keys.phone_answers(phone, now.astimezone(UTC).strftime("%Y-%m-%dT%H")),
        "SET expires_at = :expires ADD n :one",
        {":expires": int((now + HELP_ONCE_IN).timestamp()), ":one": 1, ":most": ANSWERS_AN_HOUR},
        condition="attribute_not_exists(n) OR n < :most",
    )
    return _applied(table, write)


def reserve_help(table: Table, phone: str, now: datetime) -> bool:
    """Whether a number that wrote something else is told what it can write: once a day."""
    write = Update(
        keys.phone_help(phone),
        "SET helped_at = :now, expires_at = :expires",
        {
            ":now": format_timestamp(now),
            ":expires": int((now + HELP_ONCE_IN).timestamp()),
            ":before": format_timestamp(now - HELP_ONCE_IN),
        },
        condition="attribute_not_exists(pk) OR helped_at <= :before",
    )
    return _applied(table, write)


def _applied(table: Table, write: Update) -> bool:
    try:
        table.update(write)
    except ConditionFailed:
        return False
    return True


KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SmsAnswer(SendState):
    """The answer to one message; `inbound_id` is the provider's id of that."""

    inbound_id: str


def begin_answer(
    table: Table, inbound_id: str, followup_id: str | None, now: datetime
) -> tuple[SmsAnswer, bool]:
    """The answer to a message, and whether it is begun now: it is not when the message was handed over before."""
    new = SmsAnswer(inbound_id)
    key = _answer_key(new)
    item = {
        "pk": key.pk,
        "sk": key.sk,
        "followup_id": followup_id,
        "purpose": "reply",
        "expires_at": int((now + KEPT_FOR).timestamp()),
        **claims.send_state_attributes(new),
    }
    try:
        table.put(Put(item, condition="attribute_not_exists(pk)"))
    except ConditionFailed as failed:
        return _read_answer(inbound_id, failed.item), False
    return new, True


def _read_answer(inbound_id: str, item: Mapping[str, Any]) -> SmsAnswer:
    return SmsAnswer(inbound_id, **claims.send_state_fields(item))


def _answer_key(answer: SmsAnswer) -> Key:
    return keys.reply_answer(answer.inbound_id)


CLAIMS = Claims(_answer_key)
