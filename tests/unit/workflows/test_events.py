"""Events on the topic; each has its subject in a field of its own."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from lazo.workflows.events import Event, Topic, digest_due, sign_in_requested, with_own_id

NOW = datetime(2026, 3, 24, 16, 1, tzinfo=UTC)
AT = "2026-03-24T16:01:00.000Z"
READ = TypeAdapter(Event)

DIGEST = digest_due("este", "2026-03-24T15#pia", NOW)
SIGN_IN = sign_in_requested("yown4ijanfbrjrgf", NOW)
OVERDUE = Event("followup.overdue", "este", 1, "high", AT, "aaaqeayeaudaocaj")


class Sns:
    """A client that keeps published messages."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def publish(self, **request: Any) -> None:
        self.published.append(request)


def published(event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the body of the message, and its attributes."""
    sns = Sns()
    Topic(sns, "arn").publish(event)
    (request,) = sns.published
    return json.loads(request["Message"]), request["MessageAttributes"]


@pytest.mark.parametrize(
    ("event", "body"),
    [
        (
            OVERDUE,
            {
                "type": "followup.overdue",
                "followup_id": "aaaqeayeaudaocaj",
                "store_id": "este",
                "level": 1,
                "priority": "high",
            },
        ),
        (
            DIGEST,
            {
                "type": "digest.due",
                "digest_id": "2026-03-24T15#pia",
                "followup_id": "2026-03-24T15#pia",  # for a notify of before, as long as one may be left
                "store_id": "este",
                "level": 0,
                "priority": "normal",
            },
        ),
        (
            SIGN_IN,
            {
                "type": "sign_in.requested",
                "sign_in_id": "yown4ijanfbrjrgf",
                "followup_id": "yown4ijanfbrjrgf",
                "store_id": "",
                "level": 0,
                "priority": "normal",
            },
        ),
    ],
)
def test_fields_of_published_events(event: Event, body: dict[str, Any]) -> None:
    written, attributes = published(event)
    assert written == {**body, "at": AT, "version": 1}
    assert {name: each["StringValue"] for name, each in attributes.items()} == {
        name: str(body[name]) for name in ("type", "store_id", "level", "priority") if body[name] != ""
    }
    assert with_own_id(READ.validate_python(written)) == event


@pytest.mark.parametrize(("event", "own"), [(DIGEST, "digest_id"), (SIGN_IN, "sign_in_id")])
def test_both_shapes_of_events_are_read(event: Event, own: str) -> None:
    body, _ = published(event)
    of_before = {name: value for name, value in body.items() if name != own}
    to_come = {name: value for name, value in body.items() if name != "followup_id"}
    for shape in (of_before, to_come):
        read = with_own_id(READ.validate_json(json.dumps(shape)))
        assert read == event
        assert read.followup_id == ""


@pytest.mark.parametrize("event", [OVERDUE, DIGEST, SIGN_IN])
def test_an_event_without_a_subject_is_refused(event: Event) -> None:
    with pytest.raises(ValueError, match="what it is about"):
        with_own_id(replace(event, followup_id="", digest_id="", sign_in_id=""))
