"""What the topic carries: that something happened to a follow-up. Never who, and never what was said."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from lazo.followup import FollowUp
from lazo.instants import to_text

EventType = Literal[
    "followup.opened",
    "followup.overdue",
    "followup.reminder",
    "followup.unreachable",
    "followup.delivery_due",
    "digest.due",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Version 1 of the event. `at` is an instant as text; for `digest.due` the `followup_id` is the digest's id."""

    type: EventType
    followup_id: str
    store_id: str
    level: int
    priority: str
    at: str
    version: Literal[1] = 1


def about(kind: EventType, followup: FollowUp, now: datetime) -> Event:
    """The event that tells of a follow-up."""
    return Event(
        kind, followup.followup_id, followup.store_id, followup.level, followup.priority, to_text(now)
    )


class Topic:
    """Where events are published. `client`: boto3's `sns`."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(self, event: Event) -> None:
        """Tell whoever listens; attributes repeat what filter policies select by."""
        self._client.publish(
            TopicArn=self._arn,
            Message=json.dumps(asdict(event)),
            MessageAttributes={
                "type": {"DataType": "String", "StringValue": event.type},
                "store_id": {"DataType": "String", "StringValue": event.store_id},
                "level": {"DataType": "Number", "StringValue": str(event.level)},
                "priority": {"DataType": "String", "StringValue": event.priority},
            },
        )
