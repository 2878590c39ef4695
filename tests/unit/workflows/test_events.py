"""Events on the topic; each has its subject in a field of its own."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lazo.workflows.events import Event, Topic, digest_due, read_event, sign_in_requested

NOW = datetime(2026, 3, 24, 16, 1, tzinfo=UTC)
AT = "2026-03-24T16:01:00.000Z"

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
    assert read_event(json.dumps(written)) == event


@pytest.mark.parametrize(("event", "own"), [(DIGEST, "digest_id"), (SIGN_IN, "sign_in_id")])
def test_both_shapes_of_events_are_read(event: Event, own: str) -> None:
    body, _ = published(event)
    of_before = {name: value for name, value in body.items() if name != own}
    to_come = {name: value for name, value in body.items() if name != "followup_id"}
    for shape in (of_before, to_come):
        read = read_event(json.dumps(shape))
        assert read == event
        assert read.followup_id == ""


@pytest.mark.parametrize("event", [OVERDUE, DIGEST, SIGN_IN])
def test_an_event_without_a_subject_is_refused(event: Event) -> None:
    body, _ = published(event)
    of_nothing = {name: value for name, value in body.items() if not name.endswith("_id")}
    with pytest.raises(ValueError, match="what it is about"):
        read_event(json.dumps({**of_nothing, "store_id": "este"}))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "followup.closed"},
        {"type": ["followup.overdue"]},
        {"level": "1"},
        {"level": True},
        {"level": -1},
        {"store_id": None},
        {"followup_id": 7},
        {"version": 2},
    ],
)
def test_what_is_no_event_of_version_1_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"version 1: {next(iter(change))}_invalid"):
        read_event(json.dumps({**published(OVERDUE)[0], **change}))


@pytest.mark.parametrize("left_out", ["type", "store_id", "level", "priority", "at"])
def test_an_event_says_what_happened_where_and_when(left_out: str) -> None:
    body = {name: value for name, value in published(OVERDUE)[0].items() if name != left_out}
    with pytest.raises(ValueError, match=f"version 1: {left_out}_required"):
        read_event(json.dumps(body))


@pytest.mark.parametrize("message", ["", "{", "[]", "7", '"followup.overdue"'])
def test_what_is_no_object_is_no_event(message: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|Expect"):
        read_event(message)


def test_a_field_of_a_later_release_is_ignored() -> None:
    assert read_event(json.dumps({**published(OVERDUE)[0], "colour": "blue"})) == OVERDUE
