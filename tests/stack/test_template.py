"""What the template must hold: nothing dropped silently, no right without a need."""

from pathlib import Path
from typing import Any

import pytest

from infra.local.cloudformation.template import load
from lazo.settings import QUICK

ROOT = Path(__file__).resolve().parents[2]
LOADED = load(ROOT / "template.yaml", {"SenderEmail": "lazo@example.com"}, "us-east-1")
RESOURCES: dict[str, Any] = LOADED.resources


def _of(kind: str) -> dict[str, dict[str, Any]]:
    return {name: r.get("Properties", {}) for name, r in RESOURCES.items() if r["Type"] == kind}


def test_every_source_has_a_failure_target() -> None:
    mappings = _of("AWS::Lambda::EventSourceMapping")
    assert len(mappings) == 2
    stream, queue = mappings["ClassifyAnswers"], mappings["NotifyAlerts"]
    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["AnswersDeadLetters", "Arn"]
    }
    assert "ReportBatchItemFailures" in stream["FunctionResponseTypes"]
    assert "ReportBatchItemFailures" in queue["FunctionResponseTypes"]
    assert _of("AWS::SQS::Queue")["Alerts"]["RedrivePolicy"]["deadLetterTargetArn"]
    for subscription in _of("AWS::SNS::Subscription").values():
        assert subscription["Protocol"] == "email" or subscription["RedrivePolicy"]["deadLetterTargetArn"]
    for schedule in _of("AWS::Scheduler::Schedule").values():
        assert schedule["Target"]["DeadLetterConfig"]["Arn"]
    handed_over = _of("AWS::Lambda::EventInvokeConfig")
    asynchronous = {"FollowupScheduler", "SmsReplies", "DeliveryEvents"}
    assert set(handed_over) == {f"{name}EventInvokeConfig" for name in asynchronous}
    assert all(each["DestinationConfig"]["OnFailure"] for each in handed_over.values())


def test_a_message_is_not_shown_again_while_it_may_be_worked_on() -> None:
    # AWS: a queue's visibility time-out at least six times the function's time-out.
    assert (
        _of("AWS::SQS::Queue")["Alerts"]["VisibilityTimeout"]
        >= 6 * _of("AWS::Lambda::Function")["Notify"]["Timeout"]
    )


@pytest.mark.parametrize("name", ["Collect", "Desk", "CustomerEvents", "CustomerPage"])
def test_who_answers_people_outlives_a_call_that_hangs(name: str) -> None:
    """A function that is ended on the way answers with API Gateway's bare JSON. An HTTP API waits 30 s (quotas)."""
    tries = QUICK.retries["total_max_attempts"]  # type: ignore[attr-defined]
    one_call = tries * (QUICK.connect_timeout + QUICK.read_timeout)  # type: ignore[attr-defined]
    assert one_call < _of("AWS::Lambda::Function")[name]["Timeout"] < 30


WILDCARDS_WITH_A_REASON = {
    # An SMS has no ARN; NotResource leaves out every topic and endpoint.
    ("NotifyRole", "sns:Publish"),
    ("SmsRepliesRole", "sns:Publish"),
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


def _statements() -> list[tuple[str, dict[str, Any]]]:
    return [
        (role, statement)
        for role, properties in _of("AWS::IAM::Role").items()
        for policy in properties.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_no_wildcard_without_a_reason() -> None:
    found = set()
    for role, statement in _statements():
        for action in _listed(statement["Action"]):
            assert "*" not in action, f"{role} may do {action}"
            if any("*" in str(r) for r in _listed(statement.get("Resource", statement.get("NotResource")))):
                found.add((role, action))
        if "NotResource" in statement:
            assert statement["NotResource"] == "arn:*:sns:*:*:*"
    assert found <= WILDCARDS_WITH_A_REASON


def test_no_role_has_a_managed_policy_or_serves_two_functions() -> None:
    assert not any(r.get("ManagedPolicyArns") for r in _of("AWS::IAM::Role").values())
    roles = [f["Role"]["Fn::GetAtt"][0] for f in _of("AWS::Lambda::Function").values()]
    assert len(set(roles)) == len(roles) == 9


@pytest.mark.parametrize("name", sorted(_of("AWS::Lambda::Function")))
def test_functions_run_where_they_are_meant_to(name: str) -> None:
    properties = _of("AWS::Lambda::Function")[name]
    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == [{"Ref": "Architecture"}]
    assert LOADED.parameters["Architecture"] == "arm64"
    module, _, handler = properties["Handler"].rpartition(".")
    assert f"def {handler}(" in (ROOT / "functions" / Path(*module.split("."))).with_suffix(".py").read_text()
    log_group = properties["LoggingConfig"]["LogGroup"]["Ref"]
    assert _of("AWS::Logs::LogGroup")[log_group]["RetentionInDays"]


def test_the_table_can_be_restored_and_lets_go_of_what_may_go() -> None:
    table = _of("AWS::DynamoDB::Table")["Table"]
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert {i["IndexName"] for i in table["GlobalSecondaryIndexes"]} == {
        "due",
        "customer",
        "listing",
    }


def test_access_logs_hold_no_path_and_no_address() -> None:
    text = str(_of("AWS::ApiGatewayV2::Stage"))
    assert "$context.routeKey" in text
    for telltale in ("$context.path", "sourceIp", "rawPath", "$context.http"):
        assert telltale not in text


def test_only_end_user_messaging_of_this_account_publishes_what_came_in() -> None:
    """ "Amazon SNS access policy" (AWS End User Messaging SMS User Guide)."""
    policy = _of("AWS::SNS::TopicPolicy")["EndUserMessagingMayPublish"]
    assert policy["Topics"] == [{"Ref": "InboundSms"}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sms-voice.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_only_ses_of_this_account_publishes_what_became_of_mail() -> None:
    policy = _of("AWS::SNS::TopicPolicy")["SesMayPublish"]
    assert policy["Topics"] == [{"Ref": "MailEvents"}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


@pytest.mark.parametrize("policy", ["UseOfKey", "SendTraces"])
def test_rights_that_come_with_a_parameter_go_to_every_function(policy: str) -> None:
    roles = {f["Role"]["Fn::GetAtt"][0] for f in _of("AWS::Lambda::Function").values()}
    assert {role["Ref"] for role in RESOURCES[policy]["Properties"]["Roles"]} == roles
    assert RESOURCES[policy]["Condition"]


def test_collect_moves_gradually_and_back_on_alarm() -> None:
    (group,) = _of("AWS::CodeDeploy::DeploymentGroup").values()
    assert [a["Name"]["Ref"] for a in group["AlarmConfiguration"]["Alarms"]] == [
        "CollectFaults",
        "CollectErrors",
    ]
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert LOADED.parameters["Rollout"] == "Canary10Percent5Minutes"
    alias = RESOURCES["CollectAliaslive"]
    assert alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]


def test_what_people_wait_for_can_start_from_a_snapshot() -> None:
    """SnapStart holds for published versions alone, so the API has to call the alias."""
    waited_for = {"Collect", "Desk", "CustomerPage"}
    ready = {n for n, f in _of("AWS::Lambda::Function").items() if "SnapStart" in f}
    assert ready == waited_for == {n.removesuffix("Aliaslive") for n in _of("AWS::Lambda::Alias")}
    assert LOADED.parameters["SnapStart"] == "None"
    paths = str(_of("AWS::ApiGatewayV2::Api"))
    for name in waited_for:
        assert f"{name}Aliaslive" in paths
        assert f"${{{name}.Arn}}" not in paths


def test_production_cannot_lose_its_table_by_mistake() -> None:
    table = RESOURCES["Table"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert table["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["IsProd", True, False]}
    assert LOADED.parameters["Stage"] == "prod"


def test_outputs_print_the_addresses_of_survey_and_desk() -> None:
    assert {"SurveyUrl", "DeskUrl", "BaseUrl"} <= set(LOADED.outputs)
