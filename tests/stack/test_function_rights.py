"""The rights of the roles in template.yaml: each one real to IAM, and the list of those that no code calls is true."""

from typing import Any

from infra.local.cloudformation.intrinsics import Resolver
from tests.rights import aws_permissions
from tests.rights.aws_permissions import resources
from tests.rights.functions import allowed, differences, unseen
from tests.rights.policies import ACCOUNT, KEY, VALUES, as_list, takes

RESOURCES = resources("template.yaml")
ARNS = {
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t",
    "AWS::Lambda::Function": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f",
    "AWS::Logs::LogGroup": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:g:*",
    "AWS::S3::Bucket": "arn:aws:s3:::b",
    "AWS::SQS::Queue": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q",
    "AWS::SNS::Topic": f"arn:aws:sns:us-east-1:{ACCOUNT}:t",
    "AWS::SecretsManager::Secret": f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:s-abcdef",
    "AWS::SES::ConfigurationSet": "events",
}
"""What Ref or Fn::GetAtt gives for the types that policies name."""
PARAMETERS = {
    **VALUES,
    "KmsKeyArn": KEY,
    "SenderEmail": "lazo@example.com",
    "SesIdentity": "example.com",
    "SmsSenderId": "AURORA",
}
TAKEN_BY_THE_SERVICE = {"dynamodb:ListStreams"}
"""On streams, although IAM's reference names no resource for it: SAM's DynamoDBStreamReadPolicy gives it so."""


def reference(name: str) -> str:
    return PARAMETERS.get(name) or ARNS[RESOURCES[name]["Type"]]


def attribute(name: str, path: str) -> str:
    return ARNS[RESOURCES[name]["Type"]] + ("/stream/s" if path == "StreamArn" else "")


def test_iam_takes_each_right_on_the_resource_that_it_is_given_on() -> None:
    known = aws_permissions.read().arns
    resolve = Resolver(reference, attribute, {}).resolve
    given: list[dict[str, Any]] = []
    for each in RESOURCES.values():
        properties = each.get("Properties", {})
        if each["Type"] == "AWS::IAM::Role":
            given += [s for p in properties["Policies"] for s in p["PolicyDocument"]["Statement"]]
        elif each["Type"] == "AWS::IAM::Policy":
            given += properties["PolicyDocument"]["Statement"]
    assert len(given) > 40
    for statement in given:
        for action in as_list(statement["Action"]):
            assert action in known, f"{action}: not in IAM, or make the file anew (python -m tests.rights)"
            forms = known[action]
            for resource in as_list(resolve(statement.get("Resource", "*"))):
                if not forms and action not in TAKEN_BY_THE_SERVICE:
                    assert resource == "*", f"{action} takes no resource"
                elif forms:
                    assert any(takes(form, resource) for form in forms), f"{action} does not take {resource}"


def test_a_right_too_few_and_a_right_too_many_are_both_told() -> None:
    listed = {right for right in allowed() for entry in unseen() if entry.covers(right)}
    seen = allowed() - listed
    assert differences(seen) == []
    assert differences(seen | {("DeskRole", "dynamodb:Scan")}) == [
        "DeskRole may not dynamodb:Scan, and calls it"
    ]
    assert differences(seen - {("CollectRole", "dynamodb:PutItem")}) == [
        "CollectRole may dynamodb:PutItem, and never calls it"
    ]
    assert differences(seen | {("ClassifyRole", "sqs:SendMessage")}) == [
        "ClassifyRole calls sqs:SendMessage, which the list has as unseen"
    ]
    assert all(len(entry.reason) > 40 for entry in unseen())
