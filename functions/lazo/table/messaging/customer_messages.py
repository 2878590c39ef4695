"""Messages to customers in the table: owed, claimed by one sender at a time (`CLAIMS`), and what became of them."""

from collections.abc import Mapping
from typing import Any

from lazo.messaging.customer_message import CustomerMessage
from lazo.messaging.send_state import EVENT_WITHIN
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Key, Put
from lazo.table.messaging import claims
from lazo.table.messaging.claims import Claims
from lazo.timestamps import from_text, to_text

KIND = "MESSAGE"


def _key(message: CustomerMessage) -> Key:
    return keys.child(message.followup_id, KIND, message.message_id)


CLAIMS = Claims(_key)


def new(message: CustomerMessage) -> Put:
    """The write that owes a message, due at the latest when the event should have reached notify, or when it may be
    sent, where that is later."""
    key = _key(message)
    due = max(message.starts_at, message.at + EVENT_WITHIN)
    return Put(
        {
            "pk": key.pk,
            "sk": key.sk,
            "followup_id": message.followup_id,
            "store_id": message.store_id,
            "answered_at_store": message.answered_at_store,
            "answer_ulid": message.answer_ulid,
            "message_id": message.message_id,
            "channel": message.channel,
            "language": message.language,
            "subject": message.subject,
            "text": message.text,
            "template": message.template,
            "by": message.by,
            "by_name": message.by_name,
            "at": to_text(message.at),
            "automatic": message.automatic or None,
            "not_before": to_text(message.not_before) if message.not_before else None,
            "link": message.link,
            "promise_id": message.promise_id,
            "until": to_text(message.until) if message.until else None,
            **claims.item(message),
            "due_pk": keys.due_partition(key),
            "due_at": to_text(due),
        },
        condition="attribute_not_exists(pk)",
    )


def of_followup(table: Table, followup_id: str) -> list[CustomerMessage]:
    """All messages about a follow-up, oldest first."""
    prefix = keys.child(followup_id, KIND, "")
    return sorted(map(read, table.below(prefix.pk, prefix.sk)), key=lambda message: message.at)


def is_message(key: Key) -> bool:
    """Whether a message to a customer stands at `key`."""
    return key.sk.startswith(keys.child("", KIND, "").sk)


def read(item: Mapping[str, Any]) -> CustomerMessage:
    """A message from its item."""
    return CustomerMessage(
        message_id=item["message_id"],
        followup_id=item["followup_id"],
        store_id=item["store_id"],
        answered_at_store=item["answered_at_store"],
        answer_ulid=item["answer_ulid"],
        channel=item["channel"],
        language=item["language"],
        subject=item["subject"],
        text=item["text"],
        template=item.get("template"),
        by=item["by"],
        by_name=item["by_name"],
        at=from_text(item["at"]),
        **claims.read(item),
        sent_at=from_text(item["sent_at"]) if "sent_at" in item else None,
        failure=item.get("failure"),
        automatic=item.get("automatic", False),
        not_before=from_text(item["not_before"]) if "not_before" in item else None,
        link=item.get("link"),
        promise_id=item.get("promise_id"),
        until=from_text(item["until"]) if "until" in item else None,
    )
