"""The product's template: every source has a failure destination, every role only the rights that it needs."""

from pathlib import Path
from typing import Any

import pytest

from infra.local.cloudformation.template import load
from infra.local.cloudformation.template_yaml import read_yaml
from lazo.runtime.settings import CLIENT_OPTIONS, WITH_RETRIES

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = load(ROOT / "template.yaml", {"SenderEmail": "lazo@example.com"}, "us-east-1")
RESOURCES: dict[str, Any] = TEMPLATE.resources

HOLDS_DATA = {
    "AWS::DynamoDB::Table": {"Table"},
    "AWS::S3::Bucket": {"Exports"},
    "AWS::SecretsManager::Secret": {"LinkKey", "CustomerKey"},
    "AWS::SNS::Topic": {"Events", "InboundSms", "MailEvents", "Alarms"},
    "AWS::SQS::Queue": {
        "Alerts",
        "AnswersDeadLetters",
        "EventsDeadLetters",
        "AlertsDeadLetters",
        "SweepDeadLetters",
        "RepliesDeadLetters",
        "DeliveryEventsDeadLetters",
    },
}


def properties(resource_type: str) -> dict[str, dict[str, Any]]:
    """The properties of each resource of this type, by its logical id."""
    return {name: r.get("Properties", {}) for name, r in RESOURCES.items() if r["Type"] == resource_type}


@pytest.mark.parametrize("resource_type", HOLDS_DATA)
def test_resources_with_data_keep_their_logical_ids(resource_type: str) -> None:
    """CloudFormation makes a new, empty resource for a new logical id and removes the old one."""
    assert HOLDS_DATA[resource_type] <= set(properties(resource_type))


def test_every_source_has_a_failure_destination() -> None:
    mappings = properties("AWS::Lambda::EventSourceMapping")
    assert len(mappings) == 2
    stream, queue = mappings["ClassifyAnswers"], mappings["NotifyAlerts"]
    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["AnswersDeadLetters", "Arn"]
    }
    assert "ReportBatchItemFailures" in stream["FunctionResponseTypes"]
    assert "ReportBatchItemFailures" in queue["FunctionResponseTypes"]
    assert properties("AWS::SQS::Queue")["Alerts"]["RedrivePolicy"]["deadLetterTargetArn"]
    for subscription in properties("AWS::SNS::Subscription").values():
        assert subscription["Protocol"] == "email" or subscription["RedrivePolicy"]["deadLetterTargetArn"]
    for schedule in properties("AWS::Scheduler::Schedule").values():
        assert schedule["Target"]["DeadLetterConfig"]["Arn"]
    configs = properties("AWS::Lambda::EventInvokeConfig")
    asynchronous = {"FollowupScheduler", "SmsReplies", "DeliveryEvents"}
    assert set(configs) == {f"{name}EventInvokeConfig" for name in asynchronous}
    assert all(config["DestinationConfig"]["OnFailure"] for config in configs.values())


def test_the_visibility_timeout_outlasts_notify() -> None:
    """Lambda asks for a visibility time-out of at least six times the function's time-out."""
    assert (
        properties("AWS::SQS::Queue")["Alerts"]["VisibilityTimeout"]
        >= 6 * properties("AWS::Lambda::Function")["Notify"]["Timeout"]
    )


@pytest.mark.parametrize("name", ["Collect", "Desk", "CustomerEvents", "CustomerPage", "ReadApi"])
def test_functions_behind_the_api_outlive_a_call_that_hangs(name: str) -> None:
    """When Lambda stops a function, API Gateway answers with bare JSON; an HTTP API waits 30 s (quotas)."""
    options = CLIENT_OPTIONS[WITH_RETRIES]
    one_call = options["retries"]["total_max_attempts"] * (
        options["connect_timeout"] + options["read_timeout"]
    )
    assert one_call < properties("AWS::Lambda::Function")[name]["Timeout"] < 30


WILDCARDS_WITH_A_REASON = {
    # An SMS has no ARN; NotResource leaves out every topic and endpoint.
    ("NotifyRole", "sns:Publish"),
    ("SmsRepliesRole", "sns:Publish"),
    # Numbers of the account, whose ids AWS chooses; sender ids of one name, in any country.
    ("NotifyRole", "sms-voice:SendTextMessage"),
    ("SmsRepliesRole", "sms-voice:SendTextMessage"),
    # ListStreams takes no narrower resource than the streams of the table.
    ("ClassifyRole", "dynamodb:ListStreams"),
    # One installation, one account: which of its SES identities is a parameter, the From address is fixed.
    ("NotifyRole", "ses:SendEmail"),
    ("NotifyRole", "ses:SendRawEmail"),
    # Objects of one bucket, which holds nothing but exports; their names are chance.
    ("DeskRole", "s3:PutObject"),
    ("DeskRole", "s3:GetObject"),
    # Versions and aliases of one function.
    ("RolloutRole", "lambda:GetAlias"),
    ("RolloutRole", "lambda:UpdateAlias"),
    ("RolloutRole", "lambda:GetProvisionedConcurrencyConfig"),
    # DescribeAlarms takes no narrower resource than the alarms of the account.
    ("RolloutRole", "cloudwatch:DescribeAlarms"),
    # SNS chooses the names below DirectPublishToPhoneNumber.
    ("SmsStatusRole", "logs:CreateLogGroup"),
    ("SmsStatusRole", "logs:CreateLogStream"),
    ("SmsStatusRole", "logs:PutLogEvents"),
}


def statements() -> list[tuple[str, dict[str, Any]]]:
    """Each statement of each role, with the role's logical id."""
    return [
        (role, statement)
        for role, role_properties in properties("AWS::IAM::Role").items()
        for policy in role_properties.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_no_wildcard_without_a_reason() -> None:
    found = set()
    for role, statement in statements():
        for action in as_list(statement["Action"]):
            assert "*" not in action, f"{role} may do {action}"
            if any("*" in str(r) for r in as_list(statement.get("Resource", statement.get("NotResource")))):
                found.add((role, action))
        if "NotResource" in statement:
            assert statement["NotResource"] == "arn:*:sns:*:*:*"
    assert found <= WILDCARDS_WITH_A_REASON


def test_no_role_has_a_managed_policy_or_serves_two_functions() -> None:
    assert not any(r.get("ManagedPolicyArns") for r in properties("AWS::IAM::Role").values())
    roles = [f["Role"]["Fn::GetAtt"][0] for f in properties("AWS::Lambda::Function").values()]
    assert len(set(roles)) == len(roles) == 10


@pytest.mark.parametrize("name", sorted(properties("AWS::Lambda::Function")))
def test_functions_have_a_runtime_a_handler_and_a_log_group(name: str) -> None:
    function = properties("AWS::Lambda::Function")[name]
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == [{"Ref": "Architecture"}]
    assert TEMPLATE.parameters["Architecture"] == "arm64"
    module, _, handler = function["Handler"].rpartition(".")
    assert f"def {handler}(" in (ROOT / "functions" / Path(*module.split("."))).with_suffix(".py").read_text()
    log_group = function["LoggingConfig"]["LogGroup"]["Ref"]
    assert properties("AWS::Logs::LogGroup")[log_group]["RetentionInDays"]


def test_the_table_can_be_restored_and_expires_items() -> None:
    table = properties("AWS::DynamoDB::Table")["Table"]
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert {i["IndexName"] for i in table["GlobalSecondaryIndexes"]} == {
        "due",
        "customer",
        "listing",
        "store_listing",
    }


def test_access_logs_hold_no_path_and_no_address() -> None:
    text = str(properties("AWS::ApiGatewayV2::Stage"))
    assert "$context.routeKey" in text
    for field in ("$context.path", "sourceIp", "rawPath", "$context.http"):
        assert field not in text


def test_only_end_user_messaging_of_this_account_publishes_replies() -> None:
    """Source: "Amazon SNS access policy" (AWS End User Messaging SMS User Guide)."""
    policy = properties("AWS::SNS::TopicPolicy")["EndUserMessagingMayPublish"]
    assert policy["Topics"] == [{"Ref": "InboundSms"}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sms-voice.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_only_ses_of_this_account_publishes_mail_events() -> None:
    policy = properties("AWS::SNS::TopicPolicy")["SesMayPublish"]
    assert policy["Topics"] == [{"Ref": "MailEvents"}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


@pytest.mark.parametrize("policy", ["UseOfKey", "SendTraces"])
def test_conditional_rights_are_given_to_every_function(policy: str) -> None:
    roles = {f["Role"]["Fn::GetAtt"][0] for f in properties("AWS::Lambda::Function").values()}
    assert {role["Ref"] for role in RESOURCES[policy]["Properties"]["Roles"]} == roles
    assert RESOURCES[policy]["Condition"]


def test_collect_moves_gradually_and_back_on_alarm() -> None:
    (group,) = properties("AWS::CodeDeploy::DeploymentGroup").values()
    alarms = [alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]]
    assert alarms == ["CollectFaults", "CollectErrors"]
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert TEMPLATE.parameters["Rollout"] == "Canary10Percent5Minutes"
    alias = RESOURCES["CollectAliaslive"]
    assert alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]


def test_functions_that_people_wait_for_can_start_from_a_snapshot() -> None:
    """SnapStart works for published versions only, so the API has to call the alias."""
    waited_for = {"Collect", "Desk", "CustomerPage"}
    with_snapshot = {n for n, f in properties("AWS::Lambda::Function").items() if "SnapStart" in f}
    assert (
        with_snapshot == waited_for == {n.removesuffix("Aliaslive") for n in properties("AWS::Lambda::Alias")}
    )
    assert TEMPLATE.parameters["SnapStart"] == "None"
    paths = str(properties("AWS::ApiGatewayV2::Api"))
    for name in waited_for:
        assert f"{name}Aliaslive" in paths
        assert f"${{{name}.Arn}}" not in paths


def test_the_table_and_the_keys_to_its_data_outlive_the_stack_but_not_a_first_deployment_that_fails() -> None:
    """`RetainExceptOnCreate` is `Retain` but for the rollback of the operation that created the resource
    ("DeletionPolicy attribute", CloudFormation User Guide); UpdateReplacePolicy does not take it."""
    keys = read_yaml((ROOT / "infra" / "key.yaml").read_text(encoding="utf-8"))["Resources"]
    for resource in (RESOURCES["Table"], RESOURCES["CustomerKey"], keys["Key"]):
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_production_cannot_delete_its_table_by_mistake() -> None:
    table = RESOURCES["Table"]
    assert table["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["IsProd", True, False]}
    assert TEMPLATE.parameters["Stage"] == "prod"


def test_outputs_print_the_addresses_of_survey_and_desk() -> None:
    assert {"SurveyUrl", "DeskUrl", "BaseUrl"} <= set(TEMPLATE.outputs)
