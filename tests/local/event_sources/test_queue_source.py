"""Topic to queue to function: filter policy, raw delivery, visibility time-out, dead letters."""

import json

import pytest

from infra.local.aws.faults import When
from infra.local.cloud import LocalCloud
from tests.local.small_cloud import StartCloud, notes_of

NOTE_BODIES = """
def lambda_handler(event, context):
    note([record["body"] for record in event["Records"]])
"""


def publish(cloud: LocalCloud, body: str, kind: str = "job.new") -> None:
    cloud.client("sns").publish(
        TopicArn=cloud.physical_id("Topic"),
        Message=body,
        MessageAttributes={
            "type": {"DataType": "String", "StringValue": kind},
            "level": {"DataType": "Number", "StringValue": "2"},
        },
    )


def test_the_filter_policy_lets_only_its_types_through(start_cloud: StartCloud) -> None:
    cloud = start_cloud(queue_app=NOTE_BODIES)
    publish(cloud, "one")
    publish(cloud, "other", kind="mail.new")
    publish(cloud, "two", kind="job.again")
    cloud.drain()
    assert notes_of("queue_app") == [["one", "two"]]


def test_record_has_the_shape_of_lambda(start_cloud: StartCloud) -> None:
    cloud = start_cloud(queue_app="def lambda_handler(event, context):\n    SEEN.extend(event['Records'])\n")
    publish(cloud, '{"a": 1}')
    cloud.drain()
    (record,) = notes_of("queue_app")
    assert record.pop("messageId")
    assert record.pop("receiptHandle")
    attributes = record.pop("attributes")
    assert attributes["ApproximateReceiveCount"] == "1"
    assert abs(int(attributes["SentTimestamp"]) / 1000 - cloud.now().timestamp()) < 60
    assert record == {
        "body": '{"a": 1}',  # raw delivery: no envelope of SNS around it
        "md5OfBody": "42b7b4f2921788ea14dac5566e6f06d0",  # printf '{"a": 1}' | md5sum
        "eventSource": "aws:sqs",
        "eventSourceARN": cloud.resources["Jobs"].attributes["Arn"],
        "awsRegion": "us-east-1",
        "messageAttributes": {
            "type": {
                "stringValue": "job.new",
                "dataType": "String",
                "stringListValues": [],
                "binaryListValues": [],
            },
            "level": {
                "stringValue": "2",
                "dataType": "Number",
                "stringListValues": [],
                "binaryListValues": [],
            },
        },
    }


def test_batches_are_no_larger_than_configured(start_cloud: StartCloud) -> None:
    cloud = start_cloud(queue_app=NOTE_BODIES)
    for number in range(10):
        publish(cloud, str(number))
    cloud.drain()
    assert [len(batch) for batch in notes_of("queue_app")] == [4, 4, 2]
    assert cloud.queue_messages("Jobs") == []


def test_a_reported_message_comes_again_after_the_visibility_timeout(start_cloud: StartCloud) -> None:
    cloud = start_cloud(
        queue_app="""
        def lambda_handler(event, context):
            note([(r["body"], r["attributes"]["ApproximateReceiveCount"]) for r in event["Records"]])
            bad = [r["messageId"] for r in event["Records"] if r["body"] == "bad" and len(SEEN) < 3]
            return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}
        """
    )
    publish(cloud, "good")
    publish(cloud, "bad")
    cloud.drain()
    cloud.advance(110)  # VisibilityTimeout: 120
    assert notes_of("queue_app") == [[("good", "1"), ("bad", "1")]]
    cloud.advance(20)
    assert notes_of("queue_app")[1:] == [[("bad", "2")]]
    cloud.advance(121)
    assert notes_of("queue_app")[2:] == [[("bad", "3")]]
    assert cloud.queue_messages("Jobs") == []
    assert cloud.queue_messages("JobsDeadLetters") == []


def test_a_message_goes_to_the_dead_letters_after_its_receives(start_cloud: StartCloud) -> None:
    cloud = start_cloud(
        queue_app="def lambda_handler(event, context):\n    note(1)\n    raise ValueError('no')\n"
    )
    publish(cloud, "bad")
    cloud.advance(3600)
    assert notes_of("queue_app") == [1, 1, 1]  # maxReceiveCount: 3
    assert cloud.queue_messages("Jobs") == []
    (letter,) = cloud.queue_messages("JobsDeadLetters")
    assert letter["body"] == "bad"
    assert letter["attributes"]["type"] == "job.new"


@pytest.mark.parametrize(
    "failures",
    [[{"itemIdentifier": ""}], [{"itemIdentifier": None}], [{"id": "1"}], [{"itemIdentifier": "x"}]],
)
def test_an_invalid_failure_report_fails_the_whole_batch(
    start_cloud: StartCloud, failures: list[object]
) -> None:
    answer = json.dumps({"batchItemFailures": failures}).replace("null", "None")
    cloud = start_cloud(queue_app=f"def lambda_handler(event, context):\n    return {answer}\n")
    publish(cloud, "one")
    cloud.drain()
    (message,) = cloud.queue_messages("Jobs")
    assert not message["visible"]


def test_an_undeliverable_message_goes_to_the_topics_dead_letters(start_cloud: StartCloud) -> None:
    cloud = start_cloud(queue_app=NOTE_BODIES)
    fault = cloud.faults.add(service="sns", operation="Deliver")
    publish(cloud, "lost")
    publish(cloud, "found")
    cloud.drain()
    assert fault.struck == 1
    assert notes_of("queue_app") == [["found"]]
    (letter,) = cloud.queue_messages("TopicDeadLetters")
    assert letter["body"] == "lost"


def test_a_lost_confirmation_makes_the_topic_deliver_twice(start_cloud: StartCloud) -> None:
    cloud = start_cloud(queue_app=NOTE_BODIES)
    cloud.faults.add(service="sns", operation="Deliver", when=When.AFTER)
    publish(cloud, "twice")
    cloud.drain()
    assert notes_of("queue_app") == [["twice", "twice"]]
