"""Parameters, conditions and intrinsic functions; anything unknown is an error."""

import json
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from infra.local.cloudformation import template
from infra.local.cloudformation.intrinsics import NO_VALUE, Resolver, TemplateError
from infra.local.cloudformation.template_yaml import read_yaml
from tests.local.small_cloud import TEMPLATE, StartCloud

ROOT = Path(__file__).parents[3]
NAMES = {"AWS::Region": "us-east-1", "Stage": "prod", "Ports": 8}
ATTRIBUTES = {("Table", "Arn"): "arn:table"}
CONDITIONS = {
    "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
    "IsTest": {"Fn::Not": [{"Condition": "IsProd"}]},
}


def resolver() -> Resolver:
    def reference(name: str) -> Any:
        if name not in NAMES:
            raise TemplateError(name)
        return NAMES[name]

    return Resolver(reference, lambda name, path: ATTRIBUTES[name, path], CONDITIONS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Stage"}, "prod"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "arn:table"),
        ({"Fn::GetAtt": "Table.Arn"}, "arn:table"),
        (
            {"Fn::Sub": "x-${Stage}-${AWS::Region}-${Table.Arn}-${!Kept}"},
            "x-prod-us-east-1-arn:table-${Kept}",
        ),
        ({"Fn::Sub": ["${A}${Stage}", {"A": {"Ref": "AWS::Region"}}]}, "us-east-1prod"),
        ({"Fn::Join": ["/", ["a", {"Ref": "Stage"}, "b"]]}, "a/prod/b"),
        ({"Fn::Join": ["", ["port ", {"Ref": "Ports"}]]}, "port 8"),
        ({"Fn::If": ["IsProd", "yes", "no"]}, "yes"),
        ({"Fn::If": ["IsTest", "yes", "no"]}, "no"),
        ({"Fn::Select": [1, ["a", "b"]]}, "b"),
        ({"Fn::Select": ["0", {"Fn::Split": [",", "x,y"]}]}, "x"),
        ({"Fn::And": [{"Condition": "IsProd"}, {"Condition": "IsTest"}]}, False),
        ({"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "IsTest"}]}, True),
        ([1, {"Ref": "AWS::NoValue"}, 2], [1, 2]),
        ({"a": {"Fn::If": ["IsTest", "x", {"Ref": "AWS::NoValue"}]}, "b": 1}, {"b": 1}),
        ({"Ref": "AWS::NoValue"}, NO_VALUE),
        # Not an intrinsic: the condition of a policy's statement.
        ({"Condition": {"ArnEquals": {"aws:SourceArn": {"Ref": "Stage"}}}}, None),
    ],
)
def test_intrinsic(value: Any, expected: Any) -> None:
    if expected is None:
        expected = {"Condition": {"ArnEquals": {"aws:SourceArn": "prod"}}}
    assert resolver().resolve(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::FindInMap": ["a", "b", "c"]},
        {"Fn::ImportValue": "x"},
        {"Ref": "Nobody"},
        {"Fn::If": ["NoSuchCondition", 1, 2]},
        {"Fn::Sub": "${Nobody}"},
        {"Fn::Join": ["", [{"a": 1}]]},
    ],
)
def test_an_unknown_value_is_an_error(value: Any) -> None:
    with pytest.raises(TemplateError):
        resolver().resolve(value)


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = TEMPLATE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "template.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("Type: AWS::SNS::Topic\n", "Type: AWS::Kinesis::Stream\n", "AWS::Kinesis::Stream"),
        ("VisibilityTimeout: 120", "FifoQueue: true", "FifoQueue"),
        ("MaximumRetryAttempts: 2\n", "ParallelizationFactor: 2\n", "ParallelizationFactor"),
        ("            MaximumRetryAttempts: 2\n", "", "MaximumRetryAttempts"),
        ("BatchSize: 4", "BatchSize: 4000", "10 messages"),
        ("rate(5 minutes)", "sometimes", "sometimes"),
        ('{"prefix": "ANSWER#"}', '{"wildcard": "ANSWER*"}', "wildcard"),
        ("!GetAtt Jobs.Arn\n            BatchSize", "!GetAtt Jobs.Nothing\n            BatchSize", "Nothing"),
        ("!Ref Topic\n      Protocol", "!Ref Tropic\n      Protocol", "Tropic"),
        ("Handler: web_app.lambda_handler", "Handler: web_app.lambda_handler\n      Layers: [x]", "Layers"),
        ("Parameters:\n", "Mappings: {}\nParameters:\n", "Mappings"),
        ("GenerateSecretString:", "ReplicaRegions: [x]\n      GenerateSecretString:", "ReplicaRegions"),
    ],
)
def test_the_error_names_what_is_unknown(
    start_cloud: StartCloud, tmp_path: Path, old: str, new: str, named: str
) -> None:
    with pytest.raises(TemplateError, match=named):
        start_cloud(template=changed(tmp_path, old, new))


@pytest.mark.parametrize(
    ("rules", "value"),
    [
        ("{Type: String}", None),
        ("{Type: Number}", "many"),
        ("{Type: String, AllowedValues: [a, b]}", "c"),
        ('{Type: String, AllowedPattern: "[a-z]+"}', "a1"),
        ("{Type: String, MaxLength: 2}", "abc"),
        ("{Type: CommaDelimitedList}", "a,b"),
    ],
)
def test_parameters_are_checked_against_their_rules(
    start_cloud: StartCloud, tmp_path: Path, rules: str, value: str | None
) -> None:
    template = changed(tmp_path, 'Name: {Type: String, Default: ""}', f"Name: {rules}")
    given = {"SenderEmail": "a@example.com"} | ({} if value is None else {"Name": value})
    with pytest.raises(TemplateError, match="Name"):
        start_cloud(template=template, parameters=given)


def test_undeclared_parameter_is_an_error(start_cloud: StartCloud) -> None:
    with pytest.raises(TemplateError, match="Nmae"):
        start_cloud(parameters={"SenderEmail": "a@example.com", "Nmae": "x"})


def test_a_cloud_starts_after_a_failed_start(start_cloud: StartCloud, tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        start_cloud(template=changed(tmp_path, "rate(5 minutes)", "sometimes"))
    assert start_cloud().items() == []


def test_a_second_cloud_in_the_process_is_refused(start_cloud: StartCloud) -> None:
    start_cloud()
    with pytest.raises(RuntimeError, match="already running"):
        start_cloud()


def test_resources_are_made_as_declared(start_cloud: StartCloud) -> None:
    cloud = start_cloud()
    table = cloud.client("dynamodb").describe_table(TableName=cloud.physical_id("Table"))["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["due"]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    ttl = cloud.client("dynamodb").describe_time_to_live(TableName=cloud.physical_id("Table"))
    assert ttl["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    queue = cloud.client("sqs").get_queue_attributes(
        QueueUrl=cloud.physical_id("Jobs"), AttributeNames=["All"]
    )
    assert queue["Attributes"]["VisibilityTimeout"] == "120"
    assert json.loads(queue["Attributes"]["RedrivePolicy"]) == {
        "deadLetterTargetArn": cloud.resources["JobsDeadLetters"].attributes["Arn"],
        "maxReceiveCount": 3,
    }
    (subscription,) = cloud.client("sns").list_subscriptions()["Subscriptions"]
    attributes = cloud.client("sns").get_subscription_attributes(
        SubscriptionArn=subscription["SubscriptionArn"]
    )
    assert attributes["Attributes"]["RawMessageDelivery"] == "true"
    assert json.loads(attributes["Attributes"]["FilterPolicy"]) == {"type": [{"prefix": "job."}]}
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=cloud.physical_id("Key"))[
        "SecretString"
    ]
    assert len(secret) == 40
    assert secret.isalnum()
    assert cloud.stack.outputs == {
        "Where": f"https://{cloud.physical_id('Api')}.execute-api.us-east-1.amazonaws.com"
    }


def test_translating_the_product_warns_of_nothing(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        template._translate.cache_clear()
        translated = json.loads(template.translated(Path(__file__).parents[3] / "template.yaml"))
    assert "AWS::CodeDeploy::DeploymentGroup" in {each["Type"] for each in translated["Resources"].values()}
    assert not caplog.messages


def test_the_product_is_translated_as_with_the_copies_that_sam_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    without_copies = json.loads(template._translate(text, (), "us-east-1"))
    monkeypatch.setattr("infra.local.cloudformation.template.mock.patch", lambda *_: nullcontext())
    assert json.loads(template._translate.__wrapped__(text, (), "us-east-1")) == without_copies


def test_what_a_cloud_does_leaves_the_template_as_it_was(start_cloud: StartCloud) -> None:
    loaded = template.load(TEMPLATE, {"SenderEmail": "shop@example.com"}, "us-east-1")
    before = json.dumps(asdict(loaded))
    cloud = start_cloud()
    cloud.request("GET", "/s/TILL3")
    cloud.sweep()
    assert template.load(TEMPLATE, {"SenderEmail": "shop@example.com"}, "us-east-1") is loaded
    assert json.dumps(asdict(loaded)) == before


@pytest.mark.parametrize(
    "name", ["template.yaml", "infra/observability.yaml", "infra/edge.yaml", "infra/key.yaml"]
)
def test_templates_are_read_as_the_translator_reads_them(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert read_yaml(text) == yaml_parse(text)
