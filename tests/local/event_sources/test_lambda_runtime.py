"""How handlers run: their environment, their context, and injected faults."""

import os
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from infra.local.aws.faults import Kind, When
from infra.local.cloud import LocalCloud
from infra.local.event_sources.lambda_runtime import FunctionError
from tests.local.small_cloud import START, TEMPLATE, StartCloud, notes_of

WIRED = """
import functools, os
ENVIRONMENT_AT_IMPORT = dict(os.environ)
@functools.cache
def wire():
    note(dict(os.environ))
    return os.environ["NAME"]
def lambda_handler(event, context):
    return [wire(), "NAME" in os.environ]
"""


def test_a_wired_function_sees_its_variables(
    monkeypatch: pytest.MonkeyPatch, start_cloud: StartCloud, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    monkeypatch.setenv("PRIVATE_TOKEN", "x")
    cloud = start_cloud(queue_app=WIRED, parameters={"SenderEmail": "a@example.com", "Name": "Eva"})
    assert cloud.invoke("Queue", {}) == ["Eva", False]
    assert cloud.invoke("Queue", {}) == ["Eva", False]
    (environment,) = notes_of("queue_app")
    assert environment["TABLE_NAME"] == cloud.physical_id("Table")
    assert environment["SENDER"] == "a@example.com"
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == cloud.physical_id("Queue")
    assert environment["LAMBDA_TASK_ROOT"] == str(tmp_path.resolve())
    assert environment["_HANDLER"] == "queue_app.lambda_handler"
    assert not {"TOPIC", "AWS_PROFILE", "PRIVATE_TOKEN"} & set(environment)


def test_without_wire_a_function_sees_its_variables_at_each_run(start_cloud: StartCloud) -> None:
    cloud = start_cloud(
        web_app="import os\ndef lambda_handler(event, context):\n    return os.environ['NAME']\n",
        stream_app="import os\ndef lambda_handler(event, context):\n    return os.environ['TOPIC']\n",
    )
    assert cloud.invoke("Web", {}) == "nobody"
    assert cloud.invoke("Stream", {}) == cloud.physical_id("Topic")
    assert "TOPIC" not in os.environ


def test_the_next_cloud_sets_its_own_variables_and_removes_them(tmp_path: Path) -> None:
    template = TEMPLATE
    before = dict(os.environ)
    (tmp_path / "queue_app.py").write_text("SEEN = []\nnote = SEEN.append\n" + WIRED, encoding="utf-8")
    for name in ("Eva", "Adam"):
        given = {"SenderEmail": "a@example.com", "Name": name}
        with LocalCloud.start(template, given, code_root=tmp_path, at=START) as cloud:
            assert cloud.invoke("Queue", {})[0] == name
    assert dict(os.environ) == before


def test_context(start_cloud: StartCloud) -> None:
    cloud = start_cloud(
        web_app="""
        def lambda_handler(event, context):
            return {
                "name": context.function_name,
                "arn": context.invoked_function_arn,
                "memory": context.memory_limit_in_mb,
                "id": len(context.aws_request_id),
                "left": context.get_remaining_time_in_millis(),
            }
        """
    )
    answer = cloud.invoke("Web", {})
    assert 6000 < answer.pop("left") <= 7000  # Timeout: 7
    assert answer == {
        "name": cloud.physical_id("Web"),
        "arn": cloud.resources["Web"].attributes["Arn"],
        "memory": 256,
        "id": 36,
    }


def test_a_result_that_is_not_json_is_an_error(start_cloud: StartCloud) -> None:
    cloud = start_cloud(web_app="def lambda_handler(event, context):\n    return object()\n")
    with pytest.raises(FunctionError, match="TypeError"):
        cloud.invoke("Web", {})
    assert cloud.invocations[-1].error == "TypeError"


WRITER = """
import os, boto3
def lambda_handler(event, context):
    client = boto3.client("dynamodb")
    for number in event["numbers"]:
        item = {"pk": {"S": "A"}, "sk": {"S": str(number)}}
        try:
            client.put_item(TableName=os.environ["TABLE_NAME"], Item=item)
        except Exception as error:
            note(type(error).__name__)
            raise
"""


@pytest.mark.parametrize(
    ("kind", "when", "written", "noticed"),
    [
        (Kind.CRASH, When.BEFORE, {"1"}, []),
        (Kind.CRASH, When.AFTER, {"1", "2"}, []),
        (Kind.ERROR, When.BEFORE, {"1"}, ["ConditionalCheckFailedException"]),
        (Kind.ERROR, When.AFTER, {"1", "2"}, ["ConditionalCheckFailedException"]),
    ],
)
def test_a_fault_strikes_the_named_call(
    start_cloud: StartCloud, kind: Kind, when: When, written: set[str], noticed: list[str]
) -> None:
    cloud = start_cloud(web_app=WRITER)
    code = "ConditionalCheckFailedException"  # botocore repeats no 400
    fault = cloud.faults.add(kind=kind, when=when, nth=2, service="dynamodb", code=code, status=400)
    with pytest.raises(FunctionError):
        cloud.invoke("Web", {"numbers": [1, 2, 3]})
    assert {item["sk"] for item in cloud.items()} == written
    assert notes_of("web_app") == noticed
    assert fault.struck == 1
    assert [call.operation for call in cloud.faults.calls] == ["PutItem", "PutItem"]
    cloud.invoke("Web", {"numbers": [4]})


TIMED_OUT = """
import os, boto3
from botocore.config import Config
def lambda_handler(event, context):
    client = boto3.client("sns", config=Config(retries={"total_max_attempts": 1}))
    try:
        client.publish(PhoneNumber="+56922345671", Message="hi")
    except Exception as error:
        note(type(error).__name__)
"""


@pytest.mark.parametrize(
    ("when", "error", "sent"), [(When.BEFORE, "ConnectTimeoutError", 0), (When.AFTER, "ReadTimeoutError", 1)]
)
def test_a_time_out_before_or_after_the_effect(
    start_cloud: StartCloud, when: When, error: str, sent: int
) -> None:
    cloud = start_cloud(web_app=TIMED_OUT)
    cloud.faults.add(kind=Kind.TIMEOUT, when=when, operation="Publish", function="Web")
    cloud.invoke("Web", {})
    assert notes_of("web_app") == [error]
    assert len(cloud.outbox()) == sent


def test_errors_of_query_services_are_read_too(start_cloud: StartCloud) -> None:
    cloud = start_cloud(web_app=TIMED_OUT.replace("type(error).__name__", "error.response['Error']['Code']"))
    cloud.faults.add(operation="Publish", code="OptedOut", status=400)
    cloud.invoke("Web", {})
    assert notes_of("web_app") == ["OptedOut"]


def test_faults_leave_the_tests_own_calls_alone(start_cloud: StartCloud) -> None:
    cloud = start_cloud()
    cloud.faults.add()
    with pytest.raises(ClientError, match="ResourceNotFound"):
        cloud.client("dynamodb").describe_table(TableName="none")
    assert cloud.faults.calls == []


def test_a_transaction_tried_again_after_a_lost_answer_is_one(
    start_cloud: StartCloud, no_waiting: None
) -> None:
    cloud = start_cloud(
        web_app="""
        import os, boto3
        from botocore.config import Config
        def lambda_handler(event, context):
            client = boto3.client("dynamodb", config=Config(retries={"mode": "standard", "total_max_attempts": 2}))
            client.transact_write_items(TransactItems=[{"Update": {
                "TableName": os.environ["TABLE_NAME"],
                "Key": {"pk": {"S": "A"}, "sk": {"S": "1"}},
                "UpdateExpression": "ADD n :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}},
            }}])
        """
    )
    fault = cloud.faults.add(kind=Kind.TIMEOUT, when=When.AFTER, operation="TransactWriteItems")
    cloud.invoke("Web", {})
    assert (fault.struck, fault.seen) == (1, 2)
    assert [item["n"] for item in cloud.items()] == [1]
    cloud.invoke("Web", {})
    assert [item["n"] for item in cloud.items()] == [2]
