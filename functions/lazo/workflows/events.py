"""What the topic carries: that something happened to a follow-up. Never who, and never what was said."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from lazo.case.model import Step
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.timestamps import to_text

EventType = Literal[
    "followup.opened",
    "followup.overdue",
    "followup.reminder",
    "followup.unreachable",
    "followup.delivery_due",
    "digest.due",
    "sign_in.requested",
    "message.owed",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Version 1 of the event. `at` is an instant as text; for `digest.due` the `followup_id` is the digest's id, for
    `sign_in.requested` the request's, and there is no shop ("")."""

    type: EventType
    followup_id: str
    store_id: str
    level: int
    priority: str
    at: str
    version: Literal[1] = 1


def about(kind: EventType, followup: FollowUp, now: datetime, level: int | None = None) -> Event:
    """The event that tells of a follow-up, at its present level unless another is named."""
    at = followup.level if level is None else level
    return Event(kind, followup.followup_id, followup.store_id, at, followup.priority, to_text(now))


def after_step(step: Step, now: datetime) -> Iterator[Event]:
    """What is to be told when a step was written: the messages that it owes to the customer, and to contacts."""
    if step.messages:
        yield about("message.owed", step.after, now)
    yield from deliveries_due(step.after, step.owed, now)


def deliveries_due(followup: FollowUp, pending: Iterable[Delivery], now: datetime) -> Iterator[Event]:
    """One event for each level that has a pending delivery to staff, the lowest first."""
    for level in sorted({delivery.level for delivery in pending}):
        yield about("followup.delivery_due", followup, now, level)


class Topic:
    """Where events are published. `client`: boto3's `sns`."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(self, event: Event) -> None:
        """Tell whoever listens; attributes repeat what filter policies select by. SNS takes none that is empty."""
        attributes = {
            "type": ("String", event.type),
            "store_id": ("String", event.store_id),
            "level": ("Number", str(event.level)),
            "priority": ("String", event.priority),
        }
        self._client.publish(
            TopicArn=self._arn,
            Message=json.dumps(asdict(event)),
            MessageAttributes={
                name: {"DataType": kind, "StringValue": value}
                for name, (kind, value) in attributes.items()
                if value
            },
        )
