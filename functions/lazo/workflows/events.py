"""Events on the topic: something happened to a follow-up, a bundle or a sign-in. They hold no personal data."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, get_args

from lazo.case.model import CaseChange
from lazo.field_rules import Rule, choice, read_fields, text, whole
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.timestamps import format_timestamp

EventType = Literal[
    "followup.opened",
    "followup.overdue",
    "followup.reminder",
    "followup.unreachable",
    "followup.delivery_due",
    "digest.due",
    "sign_in.requested",
    "address_link.requested",
    "message.owed",
    "acknowledgement.due",
    "staff_mail.due",
]


@dataclass(frozen=True, slots=True)
class Event:
    """An event, version 1. It has the id of a follow-up, of a bundle (`digest.due`), of a sign-in
    (`sign_in.requested`, which has no store), of a link to an address (`address_link.requested`), of an acknowledgement
    (`acknowledgement.due`) or of an e-mail to a user (`staff_mail.due`, which has no store); the other ids are "". `at`
    is formatted by `timestamps`."""

    type: EventType
    store_id: str
    level: int
    priority: str
    at: str
    followup_id: str = ""
    digest_id: str = ""
    sign_in_id: str = ""
    link_id: str = ""
    acknowledgement_id: str = ""
    staff_mail_id: str = ""
    version: Literal[1] = 1


_OwnId = Literal["digest_id", "sign_in_id", "link_id", "acknowledgement_id", "staff_mail_id"]
_OWN_ID: Final[dict[EventType, _OwnId]] = {
    "digest.due": "digest_id",
    "sign_in.requested": "sign_in_id",
    "address_link.requested": "link_id",
    "acknowledgement.due": "acknowledgement_id",
    "staff_mail.due": "staff_mail_id",
}
"""The id field of events that are not about a follow-up.

Their id used to be in `followup_id`. Functions are deployed one after the other, so for some minutes an old notify
receives what a new function publishes: `_json` still writes the id to both fields. Once every function of an
installation reads `digest_id` and `sign_in_id`, the next release may write only these. Keep `_with_own_id` for 14 days
after that release: for that long a dead-letter queue keeps events of the old shape, which an operator may redrive.
"""


def followup_event(kind: EventType, followup: FollowUp, now: datetime, level: int | None = None) -> Event:
    """Return an event about a follow-up, at its current level unless `level` is given."""
    at = followup.level if level is None else level
    return Event(kind, followup.store_id, at, followup.priority, format_timestamp(now), followup.followup_id)


def digest_due(store_id: str, digest_id: str, now: datetime) -> Event:
    """Return the event that makes notify take care of a digest of an earlier release."""
    return Event("digest.due", store_id, 0, "normal", format_timestamp(now), digest_id=digest_id)


def bundle_due(bundle_id: str, now: datetime) -> Event:
    """Return the event that makes notify send a bundle, close what was collected for one, or check it again. A bundle
    belongs to a person, so it has no store."""
    return Event("digest.due", "", 0, "normal", format_timestamp(now), digest_id=bundle_id)


def sign_in_requested(sign_in_id: str, now: datetime) -> Event:
    """Return the event that makes notify send a sign-in link."""
    return Event("sign_in.requested", "", 0, "normal", format_timestamp(now), sign_in_id=sign_in_id)


def address_link_requested(store_id: str, link_id: str, now: datetime) -> Event:
    """Return the event that makes notify send a link that proves an address."""
    return Event("address_link.requested", store_id, 0, "normal", format_timestamp(now), link_id=link_id)


def acknowledgement_due(store_id: str, acknowledgement_id: str, now: datetime) -> Event:
    """Return the event that makes notify tell a customer that what they asked for was done."""
    at = format_timestamp(now)
    return Event("acknowledgement.due", store_id, 0, "normal", at, acknowledgement_id=acknowledgement_id)


def staff_mail_due(staff_mail_id: str, now: datetime) -> Event:
    """Return the event that makes notify send an e-mail to a user. It belongs to a person, so it has no store."""
    return Event("staff_mail.due", "", 0, "normal", format_timestamp(now), staff_mail_id=staff_mail_id)


_FIELDS: Final = (
    Rule("type", choice(get_args(EventType))),
    Rule("store_id", text()),
    Rule("level", whole(0, 99)),
    Rule("priority", text()),
    Rule("at", text()),
    Rule("followup_id", text(), default=""),
    *(Rule(own, text(), default="") for own in get_args(_OwnId)),
    Rule("version", whole(1, 1), default=1),
)


def read_event(message: str) -> Event:
    """Return the event in a message of the topic, of either shape; fields that a later release adds are ignored. Raises
    ValueError if it is none."""
    body = json.loads(message)
    if not isinstance(body, dict):
        raise ValueError("the event is no JSON object")
    values, problems = read_fields(_FIELDS, body)
    if problems:
        raise ValueError(f"the event is not one of version 1: {', '.join(problems.values())}")
    return _with_own_id(Event(**values))


def _with_own_id(event: Event) -> Event:
    """Return an event of either shape with its id in its own field. Raises ValueError if it has none."""
    field = _OWN_ID.get(event.type, "followup_id")
    own = getattr(event, field) or event.followup_id
    if not own:
        raise ValueError("the event does not say what it is about")
    ids: dict[str, Any] = {"followup_id": "", field: own}
    return replace(event, **ids)


def events_after_change(step: CaseChange, now: datetime) -> Iterator[Event]:
    """Yield the events that announce the messages of a change, to the customer and to contacts. What waits is announced
    by the sweep."""
    if any(each.starts_at <= now for each in step.messages):
        yield followup_event("message.owed", step.after, now)
    yield from deliveries_due(step.after, step.deliveries, now)


def deliveries_due(followup: FollowUp, pending: Iterable[Delivery], now: datetime) -> Iterator[Event]:
    """Yield one event for each level that has a pending delivery to staff, the lowest first."""
    for level in sorted({delivery.level for delivery in pending}):
        yield followup_event("followup.delivery_due", followup, now, level)


class Topic:
    """Publishes events. `client`: boto3's `sns`."""

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._arn = arn

    def publish(self, event: Event) -> None:
        """Publish an event. Message attributes repeat the fields that filter policies select by; SNS allows no empty
        one."""
        attributes = {
            "type": ("String", event.type),
            "store_id": ("String", event.store_id),
            "level": ("Number", str(event.level)),
            "priority": ("String", event.priority),
        }
        self._client.publish(
            TopicArn=self._arn,
            Message=_json(event),
            MessageAttributes={
                name: {"DataType": kind, "StringValue": value}
                for name, (kind, value) in attributes.items()
                if value
            },
        )


def _json(event: Event) -> str:
    """Serialize an event without ids that do not apply, except `followup_id`, which readers of version 1 expect."""
    body = asdict(event)
    for own in _OWN_ID.values():
        body["followup_id"] = body["followup_id"] or body[own]
    return json.dumps({name: value for name, value in body.items() if value or name not in _OWN_ID.values()})
