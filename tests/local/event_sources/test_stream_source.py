"""The table's stream to a function.

Expected values: Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda" and "Retain
discarded records for a DynamoDB event source".
"""

import json
from datetime import timedelta

from infra.local.event_sources.pump import move_clock
from tests.local.small_cloud import Put, StartCloud, notes_of

NOTE_KEYS = """
def lambda_handler(event, context):
    note(keys(event))
"""
REPORT_POISON = """
def lambda_handler(event, context):
    for record, key in zip(event["Records"], keys(event)):
        if key == "ANSWER#poison":
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        note(key)
"""
RAISE_AT_POISON = """
def lambda_handler(event, context):
    if "ANSWER#poison" in keys(event):
        raise ValueError("cannot read this")
    SEEN.extend(keys(event))
"""


def test_only_wanted_records_arrive_in_order(start_cloud: StartCloud, put: Put) -> None:
    cloud = start_cloud(stream_app=NOTE_KEYS)
    for key in ("ANSWER#1", "DAY#1", "ANSWER#2"):
        put(cloud, key)
    put(cloud, "ANSWER#1", note="changed, so no INSERT")
    cloud.drain()
    assert notes_of("stream_app") == [["ANSWER#1", "ANSWER#2"]]


def test_batches_are_no_larger_than_configured(start_cloud: StartCloud, put: Put) -> None:
    cloud = start_cloud(stream_app=NOTE_KEYS)
    for number in range(23):
        put(cloud, f"ANSWER#{number:02}")
    cloud.drain()
    assert [len(batch) for batch in notes_of("stream_app")] == [10, 10, 3]


def test_record_has_the_shape_of_lambda(start_cloud: StartCloud, put: Put) -> None:
    cloud = start_cloud(stream_app="def lambda_handler(event, context):\n    SEEN.extend(event['Records'])\n")
    put(cloud, "ANSWER#1", score=0)
    cloud.drain()
    (record,) = notes_of("stream_app")
    change = record["dynamodb"]
    assert change.pop("SequenceNumber").isdigit()
    assert change.pop("SizeBytes") > 0
    assert abs(change.pop("ApproximateCreationDateTime") - cloud.now().timestamp()) < 60
    assert record.pop("eventID")
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.0",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventSourceARN": cloud.resources["Table"].attributes["StreamArn"],
        "dynamodb": {
            "Keys": {"pk": {"S": "STORE#1"}, "sk": {"S": "ANSWER#1"}},
            "NewImage": {"pk": {"S": "STORE#1"}, "sk": {"S": "ANSWER#1"}, "score": {"N": "0"}},
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


def test_a_reported_poison_record_goes_alone_to_the_destination(start_cloud: StartCloud, put: Put) -> None:
    cloud = start_cloud(stream_app=REPORT_POISON)
    for key in ("ANSWER#1", "ANSWER#2", "ANSWER#poison", "ANSWER#3", "ANSWER#4"):
        put(cloud, key)
    cloud.drain()
    assert notes_of("stream_app") == ["ANSWER#1", "ANSWER#2", "ANSWER#3", "ANSWER#4"]
    (letter,) = cloud.queue_messages("StreamDeadLetters")
    document = json.loads(letter["body"])
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["requestContext"]["functionArn"] == cloud.resources["Stream"].attributes["Arn"]
    assert document["requestContext"]["approximateInvokeCount"] == 3  # once, and MaximumRetryAttempts: 2
    assert document["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    info = document["DDBStreamBatchInfo"]
    assert info["batchSize"] == 1
    assert info["startSequenceNumber"] == info["endSequenceNumber"]
    assert info["streamArn"] == cloud.resources["Table"].attributes["StreamArn"]
    assert "poison" not in letter["body"]


def test_a_poison_record_that_raises_is_found_by_bisecting(start_cloud: StartCloud, put: Put) -> None:
    cloud = start_cloud(stream_app=RAISE_AT_POISON)
    for key in ("ANSWER#1", "ANSWER#2", "ANSWER#3", "ANSWER#poison", "ANSWER#4"):
        put(cloud, key)
    cloud.drain()
    assert notes_of("stream_app") == ["ANSWER#1", "ANSWER#2", "ANSWER#3", "ANSWER#4"]
    (letter,) = cloud.queue_messages("StreamDeadLetters")
    document = json.loads(letter["body"])
    assert document["responseContext"]["functionError"] == "Unhandled"
    assert document["DDBStreamBatchInfo"]["batchSize"] == 1


def test_lowest_reported_record_is_the_checkpoint(start_cloud: StartCloud, put: Put) -> None:
    cloud = start_cloud(
        stream_app="""
        def lambda_handler(event, context):
            note(keys(event))
            if len(SEEN) == 1:
                failed = [event["Records"][index]["dynamodb"]["SequenceNumber"] for index in (3, 1)]
                return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
        """
    )
    for number in range(5):
        put(cloud, f"ANSWER#{number}")
    cloud.drain()
    assert notes_of("stream_app") == [
        ["ANSWER#0", "ANSWER#1", "ANSWER#2", "ANSWER#3", "ANSWER#4"],
        ["ANSWER#1", "ANSWER#2", "ANSWER#3", "ANSWER#4"],
    ]


def test_answers_that_mean_success_and_failure(start_cloud: StartCloud, put: Put) -> None:
    cloud = start_cloud(
        stream_app="""
        ANSWERS = [
            None, {}, {"batchItemFailures": []}, {"batchItemFailures": None},
            {"batchItemFailures": [{"itemIdentifier": ""}]}, None,
            {"batchItemFailures": [{"itemIdentifier": None}]}, None,
            {"batchItemFailures": [{"sequence": "1"}]}, None,
        ]
        def lambda_handler(event, context):
            note(keys(event)[0])
            return ANSWERS.pop(0)
        """
    )
    for number in range(7):
        put(cloud, f"ANSWER#{number}")
        cloud.drain()
    assert notes_of("stream_app") == [f"ANSWER#{number}" for number in (0, 1, 2, 3, 4, 4, 5, 5, 6, 6)]


def test_a_record_older_than_the_maximum_age_is_discarded(start_cloud: StartCloud, put: Put) -> None:
    cloud = start_cloud(stream_app=REPORT_POISON)
    put(cloud, "ANSWER#1")
    move_clock(cloud.now() + timedelta(seconds=700))  # MaximumRecordAgeInSeconds: 600
    put(cloud, "ANSWER#2")
    cloud.drain()
    assert notes_of("stream_app") == ["ANSWER#2"]
    (letter,) = cloud.queue_messages("StreamDeadLetters")
    assert json.loads(letter["body"])["DDBStreamBatchInfo"]["batchSize"] == 1
