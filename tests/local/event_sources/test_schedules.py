"""Schedules, asynchronous invocations and the clock that can be moved.

Expected values: EventBridge Scheduler User Guide, "Schedule types"; Lambda Developer Guide, "How Lambda handles
errors and retries with asynchronous invocation" and "Retain records of asynchronous invocations".
"""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from infra.local import cloud as local_cloud
from infra.local.aws.tables import EXPIRY_DELAY
from infra.local.cloudformation.intrinsics import TemplateError
from infra.local.event_sources.schedule_expression import parse_schedule
from tests.local.small_cloud import START, Put, StartCloud, notes_of

NOTE_MINUTES = """
from lazo import clock
def lambda_handler(event, context):
    note(clock.now().strftime("%H:%M"))
"""
FAIL = """
from lazo import clock
def lambda_handler(event, context):
    note(clock.now().strftime("%H:%M"))
    raise ValueError("no")
"""


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        ("rate(1 minute)", "UTC", "2026-03-02T10:00:00", "2026-03-02T10:01:00"),
        ("rate(2 hours)", "UTC", "2026-03-02T13:59:59", "2026-03-02T14:00:00"),
        ("rate(1 day)", "UTC", "2026-03-02T10:00:00", "2026-03-03T10:00:00"),
        ("cron(0 9 * * ? *)", "UTC", "2026-03-02T10:00:00", "2026-03-03T09:00:00"),
        ("cron(0/15 * * * ? *)", "UTC", "2026-03-02T10:00:00", "2026-03-02T10:15:00"),
        ("cron(30 8 ? * MON-FRI *)", "UTC", "2026-03-06T09:00:00", "2026-03-09T08:30:00"),  # Friday to Monday
        ("cron(0 0 1 JAN,JUL ? *)", "UTC", "2026-03-02T10:00:00", "2026-07-01T00:00:00"),
        ("cron(0 0 29 2 ? *)", "UTC", "2026-03-02T10:00:00", "2028-02-29T00:00:00"),
        # 9:00 in Santiago is 12:00 UTC in summer, 13:00 after the clocks went back on 4 April 2026.
        ("cron(0 9 * * ? *)", "America/Santiago", "2026-04-03T13:00:00", "2026-04-04T12:00:00"),
        ("cron(0 9 * * ? *)", "America/Santiago", "2026-04-04T13:00:00", "2026-04-05T13:00:00"),
    ],
)
def test_next_time_of_a_schedule(expression: str, zone: str, after: str, expected: str) -> None:
    instants = parse_schedule(expression, zone, START)
    assert instants.next(datetime.fromisoformat(after).replace(tzinfo=UTC)) == datetime.fromisoformat(
        expected
    ).replace(tzinfo=UTC)


@pytest.mark.parametrize("expression", ["rate(5 minutes)", "cron(0/5 * * * ? *)"])
def test_last_time_of_a_schedule_until_a_moment(expression: str) -> None:
    times = parse_schedule(expression, "UTC", START)
    assert times.last_until(START, START + timedelta(minutes=14)) == START + timedelta(minutes=10)
    assert times.last_until(START + timedelta(minutes=10), START + timedelta(minutes=14)) is None


def test_no_run_in_an_hour_that_the_clock_skips() -> None:
    # Madrid, 29 March 2026: 02:00 becomes 03:00.
    times = parse_schedule("cron(30 2 * * ? *)", "Europe/Madrid", START)
    found = times.next(datetime(2026, 3, 28, 12, tzinfo=UTC)).astimezone(ZoneInfo("Europe/Madrid"))
    assert (found.day, found.hour, found.minute) == (30, 2, 30)


@pytest.mark.parametrize(
    "expression",
    ["rate(0 minutes)", "rate(1 week)", "cron(0 9 * * *)", "cron(0 9 * * * *)", "cron(0 9 L * ? *)"],
)
def test_an_invalid_schedule_is_an_error(expression: str) -> None:
    with pytest.raises(TemplateError):
        parse_schedule(expression, "UTC", START)


def test_ticks_come_in_order_at_their_own_time(start_cloud: StartCloud) -> None:
    cloud = start_cloud(sweep_app=NOTE_MINUTES)
    cloud.advance(299)
    cloud.drain()
    assert not cloud.invocations
    cloud.advance(1000)
    assert notes_of("sweep_app") == ["10:05", "10:10", "10:15", "10:20"]
    assert timedelta(0) <= cloud.now() - (START + timedelta(seconds=1299)) < timedelta(seconds=30)


def test_the_event_has_the_shape_of_eventbridge_scheduler(start_cloud: StartCloud) -> None:
    cloud = start_cloud(sweep_app="def lambda_handler(event, context):\n    note(event)\n")
    cloud.advance(300)
    (event,) = notes_of("sweep_app")
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "123456789012",
        "time": "2026-03-02T10:05:00Z",
        "region": "us-east-1",
        "resources": [cloud.resources["SweepEveryFiveMinutes"].attributes["Arn"]],
        "detail": "{}",
    }


def test_sweep_runs_the_scheduled_functions_now(start_cloud: StartCloud) -> None:
    cloud = start_cloud(sweep_app=NOTE_MINUTES)
    cloud.sweep()
    assert notes_of("sweep_app") == ["10:00"]


def test_a_failed_event_is_tried_again_and_then_recorded(start_cloud: StartCloud) -> None:
    cloud = start_cloud(sweep_app=FAIL)
    cloud.sweep()
    assert notes_of("sweep_app") == ["10:00"]
    cloud.advance(61)  # MaximumRetryAttempts: 1, a minute later
    assert notes_of("sweep_app") == ["10:00", "10:01"]
    (letter,) = cloud.queue_messages("SweepDeadLetters")
    record = json.loads(letter["body"])
    assert record["version"] == "1.0"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["requestContext"]["functionArn"] == f"{cloud.resources['Sweep'].attributes['Arn']}:$LATEST"
    assert record["requestPayload"]["source"] == "aws.scheduler"
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorType"] == "ValueError"
    assert record["responsePayload"]["errorMessage"] == "no"


def test_idle_ticks_are_skipped_but_not_the_last(
    start_cloud: StartCloud, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_cloud, "SWEPT_INDEX", {"Sweep": "due"})
    cloud = start_cloud(
        sweep_app="""
        import os, boto3
        from lazo import clock
        def lambda_handler(event, context):
            note(clock.now().strftime("%H:%M"))
            if clock.now().minute == 25:
                boto3.client("dynamodb").update_item(
                    TableName=os.environ["TABLE_NAME"], Key={"pk": {"S": "STORE#1"}, "sk": {"S": "FU#1"}},
                    UpdateExpression="REMOVE due_pk, due_at")
        """
    )
    put(cloud, "FU#1", due_pk="due#0", due_at="2026-03-02T10:17:30.000Z")
    cloud.advance(3600)
    # Due at 10:17:30, so from 10:20 on until it is done at 10:25; then nothing is due; 11:00 is the last.
    assert notes_of("sweep_app") == ["10:20", "10:25", "11:00"]


def test_the_clock_only_moves_forward(start_cloud: StartCloud) -> None:
    with pytest.raises(ValueError, match="forward"):
        start_cloud().advance(-1)


def test_expired_items_are_removed_late_and_marked_as_expired(start_cloud: StartCloud, put: Put) -> None:
    cloud = start_cloud()
    put(cloud, "OLD#1", expires_at=int(START.timestamp()) + 60)
    put(cloud, "NEW#1", expires_at=int(START.timestamp()) + 10**7)
    cloud.advance(EXPIRY_DELAY.total_seconds() - 60)
    assert {item["sk"] for item in cloud.items()} == {"OLD#1", "NEW#1"}
    cloud.advance(200)
    assert {item["sk"] for item in cloud.items()} == {"NEW#1"}
    records = cloud._tables.stream_records(cloud.resources["Table"].attributes["StreamArn"])
    assert records[-1].record["eventName"] == "REMOVE"
    assert records[-1].record["userIdentity"] == {
        "type": "Service",
        "principalId": "dynamodb.amazonaws.com",
    }
