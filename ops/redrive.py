"""What ended in the dead-letter stores, and bringing it back to work.

Each store has a way back of its own: what is an event goes into the queue again; of the others the table holds
what is to be done, and the sweep does it as soon as it is due.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from lazo.followup import sms_keywords
from lazo.table import due
from lazo.table.dynamodb.writes import Key
from ops.installation import Installation

HELD: Final = 300
"""Seconds for which what was looked at is kept from others, so that it can be redriven."""
WAIT = 1
"""Seconds for which a queue is asked: at a glance it may hide some of what it holds."""
MOST: Final = 1000
"""Messages of one store that are looked at in one run."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of a dead-letter store. `what` says what it is without anything of a person; `back` what redriving it
    does."""

    store: str
    message_id: str
    since: datetime
    what: str
    back: str
    body: str
    handle: str


@dataclass(frozen=True, slots=True)
class _Way:
    """How a store's letters are described and brought back. `act` gets the letter's body."""

    says: Callable[[Any], str]
    back: str
    act: Callable[[Installation, str, datetime], None]


def look(here: Installation, store: str) -> list[Letter]:
    """The letters of a store, up to MOST of them; they stay where they are, and are held for HELD seconds."""
    queue, way = here.client("sqs"), WAYS[store]
    found: dict[str, Letter] = {}
    while len(found) < MOST:
        got = queue.receive_message(
            QueueUrl=here.resources[store],
            MaxNumberOfMessages=10,
            VisibilityTimeout=HELD,
            WaitTimeSeconds=WAIT,
            MessageSystemAttributeNames=["SentTimestamp"],
        ).get("Messages", [])
        if not got:
            break
        for message in got:
            found[message["MessageId"]] = Letter(
                store,
                message["MessageId"],
                datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
                way.says(_json(message["Body"])),
                way.back,
                message["Body"],
                message["ReceiptHandle"],
            )
    return sorted(found.values(), key=lambda letter: letter.since)


def release(here: Installation, letter: Letter) -> None:
    """Leave a letter where it is, for others to see at once."""
    here.client("sqs").change_message_visibility(
        QueueUrl=here.resources[letter.store], ReceiptHandle=letter.handle, VisibilityTimeout=0
    )


def redrive(here: Installation, letter: Letter, now: datetime) -> None:
    """Bring a letter back to work, and then remove it: ended in between it comes twice, which harms nobody."""
    WAYS[letter.store].act(here, letter.body, now)
    here.client("sqs").delete_message(QueueUrl=here.resources[letter.store], ReceiptHandle=letter.handle)


def _event(body: Any) -> str:
    told = body if isinstance(body, Mapping) else {}
    return f"{told.get('type', 'no event')} {told.get('followup_id', '')}".strip()


def _batch(body: Any) -> str:
    told = body.get("DDBStreamBatchInfo", {}) if isinstance(body, Mapping) else {}
    return f"{told.get('batchSize', '?')} answers or customer events of the stream"


def _swept(body: Any) -> str:
    if isinstance(body, Mapping) and "reason" in body:
        return f"{body['sk']} of {body['pk'].partition('#')[0]}: {body['reason']}"
    return "a sweep that failed"


def _reply(body: Any) -> str:
    meanings = sorted({sms_keywords.meaning(each.get("messageBody", "")) for each in _inbound(body)})
    return f"an SMS that came in ({', '.join(meanings) or 'unreadable'})"


def _to_notify(here: Installation, body: str, _now: datetime) -> None:
    here.client("sqs").send_message(QueueUrl=here.resources["Alerts"], MessageBody=body)


def _to_the_sweep(_here: Installation, _body: str, _now: datetime) -> None:
    """What is to be done stands in the table, due already."""


def _due_now(here: Installation, body: str, now: datetime) -> None:
    told = _json(body)
    if isinstance(told, Mapping) and {"pk", "sk"} <= told.keys():
        due.bring_forward(here.table, Key.of(told), now)


def _stops_only(here: Installation, body: str, _now: datetime) -> None:
    """By now a "1" would be about something else; a wish for no more messages holds for ever."""
    for inbound in _inbound(_json(body)):
        if sms_keywords.meaning(inbound.get("messageBody", "")) == "stop":
            here.client("sns").publish(TopicArn=here.resources["InboundSms"], Message=json.dumps(inbound))


def _reported(body: Any) -> str:
    told = body if isinstance(body, Mapping) else {}
    return "what became of an SMS" if "awslogs" in json.dumps(told) else "what became of an e-mail"


def _report_again(here: Installation, body: str, _now: datetime) -> None:
    """The event as it first came: Lambda wraps what it gave up on, SNS does not."""
    told = _json(body)
    event = told.get("requestPayload", told) if isinstance(told, Mapping) else told
    here.client("lambda").invoke(
        FunctionName=here.resources["DeliveryEvents"],
        InvocationType="Event",
        Payload=json.dumps(event).encode(),
    )


def _inbound(body: Any) -> Iterator[Mapping[str, Any]]:
    """The SMS of a letter, which the topic put there itself, or Lambda after its last try."""
    told = body if isinstance(body, Mapping) else {}
    records = (told.get("requestPayload") or told).get("Records")
    messages = [each["Sns"]["Message"] for each in records] if records else [told.get("Message", "")]
    for message in messages:
        read = _json(message)
        if isinstance(read, Mapping):
            yield read


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


WAYS: Final[Mapping[str, _Way]] = {
    "AnswersDeadLetters": _Way(
        _batch, "the sweep classifies what is not; the note is removed", _to_the_sweep
    ),
    "EventsDeadLetters": _Way(_event, "into the queue of alerts", _to_notify),
    "AlertsDeadLetters": _Way(_event, "into the queue of alerts", _to_notify),
    "SweepDeadLetters": _Way(_swept, "due at once: the next sweep tries it", _due_now),
    "RepliesDeadLetters": _Way(_reply, "STOP is carried out; the rest is too old and removed", _stops_only),
    "DeliveryEventsDeadLetters": _Way(_reported, "reported to the function once more", _report_again),
}
"""By the store's name in the template."""
