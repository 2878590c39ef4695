"""Reads the dead-letter queues and brings their messages back to work.

What an event carries goes into the queue of alerts again. For the rest the table holds what is to be done, and the
sweep does it as soon as it is due.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from lazo.followup import sms_keywords
from lazo.table import due
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.writes import Key
from ops.installation import Installation

VISIBILITY_TIMEOUT: Final = 300
"""Seconds for which a message that was read is hidden from other readers, so that it can be redriven."""
WAIT_SECONDS = 1
"""Long polling (SQS): a short poll may miss messages."""
MAX_MESSAGES: Final = 1000
"""Messages of one queue that one run reads."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message of a dead-letter queue. `description` says what it is, without personal data; `effect` says what
    redriving it does."""

    queue: str
    message_id: str
    sent_at: datetime
    description: str
    effect: str
    body: str
    receipt_handle: str


@dataclass(frozen=True, slots=True)
class _Redrive:
    """How the messages of a queue are described and redriven. `describe` gets the parsed body, `redrive` its text."""

    describe: Callable[[Any], str]
    effect: str
    redrive: Callable[[Installation, str, datetime], None]


def receive_letters(installation: Installation, queue: str) -> list[DeadLetter]:
    """Read the messages of a queue, the oldest first, at most MAX_MESSAGES. They stay in the queue, hidden from others
    for VISIBILITY_TIMEOUT seconds."""
    sqs, way = installation.client("sqs"), REDRIVES[queue]
    found: dict[str, DeadLetter] = {}
    while len(found) < MAX_MESSAGES:
        received = sqs.receive_message(
            QueueUrl=installation.resources[queue],
            MaxNumberOfMessages=10,
            VisibilityTimeout=VISIBILITY_TIMEOUT,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp"],
        ).get("Messages", [])
        if not received:
            break
        for message in received:
            found[message["MessageId"]] = DeadLetter(
                queue,
                message["MessageId"],
                datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
                way.describe(_parse_json(message["Body"])),
                way.effect,
                message["Body"],
                message["ReceiptHandle"],
            )
    return sorted(found.values(), key=lambda letter: letter.sent_at)


def release_letter(installation: Installation, letter: DeadLetter) -> None:
    """Leave a message in its queue and make it visible to others at once."""
    installation.client("sqs").change_message_visibility(
        QueueUrl=installation.resources[letter.queue],
        ReceiptHandle=letter.receipt_handle,
        VisibilityTimeout=0,
    )


def redrive_letter(installation: Installation, letter: DeadLetter, now: datetime) -> None:
    """Bring a message back to work, then delete it. Interrupted in between it comes twice, which does no harm."""
    REDRIVES[letter.queue].redrive(installation, letter.body, now)
    installation.client("sqs").delete_message(
        QueueUrl=installation.resources[letter.queue], ReceiptHandle=letter.receipt_handle
    )


def _describe_event(body: Any) -> str:
    event = _as_mapping(body)
    about = next(filter(None, map(event.get, ("followup_id", "digest_id", "sign_in_id"))), "")
    return f"{event.get('type', 'no event')} {about}".strip()


def _describe_batch(body: Any) -> str:
    size = _as_mapping(body).get("DDBStreamBatchInfo", {}).get("batchSize", "?")
    return f"{size} answers or customer events of the stream"


def _describe_due_item(body: Any) -> str:
    item = _as_mapping(body)
    if "reason" in item:
        return f"{keys.anonymous(Key.key_of(item))}: {item['reason']}"
    return "a sweep that failed"


def _describe_sms_reply(body: Any) -> str:
    meanings = sorted({sms_keywords.parse_keyword(sms.get("messageBody", "")) for sms in _inbound_sms(body)})
    return f"an SMS that came in ({', '.join(meanings) or 'unreadable'})"


def _describe_delivery_event(body: Any) -> str:
    return (
        "what became of an SMS" if "awslogs" in json.dumps(_as_mapping(body)) else "what became of an e-mail"
    )


def _send_to_alerts(installation: Installation, body: str, _now: datetime) -> None:
    installation.client("sqs").send_message(QueueUrl=installation.resources["Alerts"], MessageBody=body)


def _leave_to_sweep(_installation: Installation, _body: str, _now: datetime) -> None:
    """Do nothing: the item that is to be worked on stands in the table and is due already."""


def _make_item_due(installation: Installation, body: str, now: datetime) -> None:
    item = _as_mapping(_parse_json(body))
    if {"pk", "sk"} <= item.keys():
        due.bring_forward(installation.table, Key.key_of(item), now)


def _publish_opt_outs(installation: Installation, body: str, _now: datetime) -> None:
    """Publish only STOP: it holds for ever, while a "1" would by now be about something else."""
    for sms in _inbound_sms(_parse_json(body)):
        if sms_keywords.parse_keyword(sms.get("messageBody", "")) == "stop":
            installation.client("sns").publish(
                TopicArn=installation.resources["InboundSms"], Message=json.dumps(sms)
            )


def _invoke_delivery_events(installation: Installation, body: str, _now: datetime) -> None:
    """Invoke the function with the event as it first came: Lambda wraps an event that it gave up on, SNS does not."""
    parsed = _parse_json(body)
    event = parsed.get("requestPayload", parsed) if isinstance(parsed, Mapping) else parsed
    installation.client("lambda").invoke(
        FunctionName=installation.resources["DeliveryEvents"],
        InvocationType="Event",
        Payload=json.dumps(event).encode(),
    )


def _inbound_sms(body: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the SMS of a message, which either the topic put into the queue, or Lambda after its last try."""
    letter = _as_mapping(body)
    records = (letter.get("requestPayload") or letter).get("Records")
    messages = [record["Sns"]["Message"] for record in records] if records else [letter.get("Message", "")]
    for message in messages:
        sms = _parse_json(message)
        if isinstance(sms, Mapping):
            yield sms


def _as_mapping(body: Any) -> Mapping[str, Any]:
    return body if isinstance(body, Mapping) else {}


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


REDRIVES: Final[Mapping[str, _Redrive]] = {
    "AnswersDeadLetters": _Redrive(
        _describe_batch, "the sweep classifies what is not; the note is removed", _leave_to_sweep
    ),
    "EventsDeadLetters": _Redrive(_describe_event, "into the queue of alerts", _send_to_alerts),
    "AlertsDeadLetters": _Redrive(_describe_event, "into the queue of alerts", _send_to_alerts),
    "SweepDeadLetters": _Redrive(_describe_due_item, "due at once: the next sweep tries it", _make_item_due),
    "RepliesDeadLetters": _Redrive(
        _describe_sms_reply, "STOP is carried out; the rest is too old and removed", _publish_opt_outs
    ),
    "DeliveryEventsDeadLetters": _Redrive(
        _describe_delivery_event, "reported to the function once more", _invoke_delivery_events
    ),
}
"""By the logical id of the queue in template.yaml."""
