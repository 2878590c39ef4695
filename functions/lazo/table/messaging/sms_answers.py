"""What is written back to a contact who answered an SMS, one answer to each message that came in (`CLAIMS`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lazo.messaging.send_state import Sending
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import ConditionFailed, Key, Put, Table
from lazo.table.messaging import claims
from lazo.table.messaging.claims import Claims

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SmsAnswer(Sending):
    """The answer to one message; `inbound_id` is the provider's id of that."""

    inbound_id: str


def begin(table: Table, inbound_id: str, followup_id: str | None, now: datetime) -> tuple[SmsAnswer, bool]:
    """The answer to a message, and whether it is begun now: it is not when the message was handed over before."""
    new = SmsAnswer(inbound_id)
    key = _key(new)
    item = {
        "pk": key.pk,
        "sk": key.sk,
        "followup_id": followup_id,
        "purpose": "reply",
        "expires_at": int((now + KEPT_FOR).timestamp()),
        **claims.item(new),
    }
    try:
        table.put(Put(item, condition="attribute_not_exists(pk)"))
    except ConditionFailed as failed:
        return _read(inbound_id, failed.item), False
    return new, True


def _read(inbound_id: str, item: Mapping[str, Any]) -> SmsAnswer:
    return SmsAnswer(inbound_id, **claims.read(item))


def _key(answer: SmsAnswer) -> Key:
    return keys.sms_answer(answer.inbound_id)


CLAIMS = Claims(_key)
