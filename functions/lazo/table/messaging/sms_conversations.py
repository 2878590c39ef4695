"""The last alert to a contact's phone, replies to it, and whether the phone wants SMS.

All is stored under the number, not the user: a reply names nothing else, and an opt-out holds for whoever has the
number. A user who changes numbers gets SMS again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lazo.auth.links import ALERT_LINK_VALID_FOR
from lazo.followup.staff_deliveries import Delivery
from lazo.messaging.send_state import SendState
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.records import Record
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put, count_within, set_attributes
from lazo.table.messaging.claims import Claims
from lazo.timestamps import format_timestamp, parse_timestamp

ANSWERS_AN_HOUR = 20
"""Answers to one number at most: two machines that answer each other must stop."""
HELP_ONCE_IN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LastAlert:
    """The last message about a follow-up to a number; `contact_id` is its recipient in that store."""

    followup_id: str
    store_id: str
    contact_id: str
    at: datetime


_LAST_ALERT = Record(LastAlert)


def last_alert_put(phone: str, delivery: Delivery, now: datetime) -> Put:
    """Return the write that stores the alert which a number is about to get. To be written before it is sent: a reply
    that arrives at once must find this alert, not the one before."""
    alert = keys.phone_alert(phone).item(
        followup_id=delivery.followup_id,
        store_id=delivery.store_id,
        contact_id=delivery.contact_id,
        at=format_timestamp(now),
        expires_at=int((now + ALERT_LINK_VALID_FOR).timestamp()),
    )
    return Put(alert)


def alert_replied_to(table: Table, inbound_id: str, phone: str, now: datetime) -> LastAlert | None:
    """Return the alert that an incoming SMS replies to: the last one when the SMS was first delivered to us, also if it
    is delivered again after a newer alert. None if that alert's link has expired."""
    last = table.get(keys.phone_alert(phone))
    if last is not None and parse_timestamp(last["at"]) + ALERT_LINK_VALID_FOR <= now:
        last = None
    about = {name: last[name] for name in ("followup_id", "store_id", "contact_id", "at")} if last else {}
    item = keys.reply_subject(inbound_id).item(
        **about, expires_at=int((now + ALERT_LINK_VALID_FOR).timestamp())
    )
    before = table.put_or_get(Put(item, condition="attribute_not_exists(pk)"))
    found = item if before is None else before
    return _LAST_ALERT.read(found) if "followup_id" in found else None


def has_opted_out(table: Table, phone: str) -> bool:
    """Whether a number wants no SMS (a consistent read)."""
    item = table.get(keys.phone_opt_out(phone))
    return item is not None and bool(item["stopped"])


def record_opt_out(table: Table, phone: str, now: datetime, *, stop: bool) -> bool:
    """Stop SMS to a number, or allow them again. Returns False if that was so already."""
    item = keys.phone_opt_out(phone).item(stopped=stop, at=format_timestamp(now))
    before = "stopped = :before"
    condition = f"attribute_not_exists(pk) OR {before}" if stop else before
    return table.put_or_get(Put(item, condition=condition, values={":before": not stop})) is None


def reserve_answer(table: Table, phone: str, now: datetime) -> bool:
    """Count one more answer to a number in this hour. Returns False if the limit is reached."""
    hour = keys.phone_answers(phone, now.astimezone(UTC).strftime("%Y-%m-%dT%H"))
    return table.update_if(count_within(hour, ANSWERS_AN_HOUR, now + HELP_ONCE_IN)) is not None


def reserve_help(table: Table, phone: str, inbound_id: str, now: datetime) -> bool:
    """Reserve the list of keywords for a number that sent none. Returns False if it got the list within a day, for
    another SMS than this one: one that is delivered again was not answered yet."""
    write = set_attributes(
        keys.phone_help(phone),
        {
            "helped_at": format_timestamp(now),
            "inbound_id": inbound_id,
            "expires_at": int((now + HELP_ONCE_IN).timestamp()),
        },
        condition="attribute_not_exists(pk) OR helped_at <= :before OR inbound_id = :inbound_id",
        values={":before": format_timestamp(now - HELP_ONCE_IN)},
    )
    return table.update_if(write) is not None


KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SmsAnswer(SendState):
    """The answer to an incoming SMS; `inbound_id` is the provider's id of that SMS."""

    inbound_id: str


def begin_answer(
    table: Table, inbound_id: str, followup_id: str | None, now: datetime
) -> tuple[SmsAnswer, bool]:
    """Return the answer to an incoming SMS, and whether it is new: False if the SMS was delivered to us before."""
    new = SmsAnswer(inbound_id)
    item = _answer_key(new).item(
        followup_id=followup_id,
        purpose="reply",
        expires_at=int((now + KEPT_FOR).timestamp()),
        **_ANSWER.item(new),
    )
    before = table.put_or_get(Put(item, condition="attribute_not_exists(pk)"))
    return (new, True) if before is None else (_ANSWER.read(before, inbound_id=inbound_id), False)


def _answer_key(answer: SmsAnswer) -> Key:
    return keys.reply_answer(answer.inbound_id)


CLAIMS = Claims(_answer_key)
_ANSWER = Record(SmsAnswer, without=("inbound_id",))
