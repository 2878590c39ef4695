"""infra/deploy-role.yaml against AWS's own lists: what CloudFormation's handlers call, and what IAM takes.

The lists are in tests/data/aws_permissions.json; where we differ, tests/data/deployment_rights.toml says why.
"""

import io
import json
import re
import zipfile
from typing import Any

import pytest

from tests.rights import aws_permissions, deployment
from tests.rights.__main__ import arns, handlers
from tests.rights.aws_permissions import PRODUCT, TEMPLATES, properties_by_type, resources
from tests.rights.policies import PARTS, VALUES, documents, grants, parameter, takes

PERMISSIONS = aws_permissions.read()
DECISIONS = deployment.read()
BUILT_FROM = {
    "Builder": PRODUCT,
    "EdgeRights": ("infra/edge.yaml",),
    "AnalyticsRights": ("infra/analytics.yaml",),
    "KeyRights": ("infra/key.yaml",),
}
"""Whose rights CloudFormation uses for what."""


def test_no_right_is_missing_that_a_handler_asks_for() -> None:
    for role, templates in BUILT_FROM.items():
        given = {grant.action for grant in grants(role)}
        needed = deployment.needed(PERMISSIONS, DECISIONS, templates)
        missing = {action: sorted(types) for action, types in needed.items() if action not in given}
        assert missing == {}, f"{role} may not do this, which CloudFormation does for these types"


def test_no_right_is_given_that_nobody_asks_for() -> None:
    unused_beyond = set(DECISIONS.beyond)
    for role in PARTS:
        handlers = deployment.needed(PERMISSIONS, DECISIONS, BUILT_FROM.get(role, ()))
        caller = DECISIONS.caller.get(role, frozenset())
        given = {grant.action for grant in grants(role)}
        assert caller <= given, f"{role} lacks {sorted(caller - given)}"
        more = given - set(handlers) - caller
        assert more <= DECISIONS.beyond, f"{role} has {sorted(more - DECISIONS.beyond)} for nothing"
        unused_beyond -= more
    assert unused_beyond == set(), "asked for after all, or not given: take it out of the file"


def test_what_is_withheld_is_asked_for_and_its_property_is_not_set() -> None:
    properties = properties_by_type(TEMPLATES)
    for entry in DECISIONS.withheld:
        asked = PERMISSIONS.needed(entry.type)
        for glob in entry.actions:
            only = deployment.Withheld(entry.type, (glob,), entry.but)
            assert any(map(only.covers, asked)), f"{entry.type} does not ask for {glob}"
        assert set(entry.but) <= asked
        assert set(entry.without).isdisjoint(properties[entry.type]), (
            f"{entry.type} needs {entry.actions} now"
        )
        assert bool(entry.without) != bool(entry.reason), entry
    reasons = [*DECISIONS.reasons, *(entry.reason for entry in DECISIONS.withheld if entry.reason)]
    assert all(len(reason) > 40 for reason in reasons)


def test_every_type_has_handlers_from_a_named_source() -> None:
    assert set(PERMISSIONS.types) == set(properties_by_type(TEMPLATES))
    for name, content in PERMISSIONS.types.items():
        assert content["source"]
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", content["date"])
        assert content["create"], name


@pytest.mark.parametrize("role", PARTS)
def test_iam_takes_each_right_on_the_resource_that_it_is_given_on(role: str) -> None:
    """A right on a resource that IAM does not take for it is none: codedeploy:StopDeployment counts on `*` alone."""
    taken: dict[str, set[str]] = {}
    for grant in grants(role):
        forms = PERMISSIONS.arns.get(grant.action)
        assert forms is not None, (
            f"{grant.action}: not in IAM, or make the file anew (python -m tests.rights)"
        )
        if "transform/" in grant.resources[0]:  # CloudFormation asks for it, the reference does not have it
            continue
        fitting = {each for each in grant.resources if any(takes(form, each) for form in forms)}
        if not forms or grant.action == "lambda:CreateEventSourceMapping":
            assert grant.resources == ("*",), f"{grant.action} takes no resource"
        assert not forms or fitting, f"{grant.action} does not take {grant.resources}, but {forms}"
        taken.setdefault(grant.statement, set()).update(fitting or grant.resources)
    for grant in grants(role):
        if grant.statement:
            assert set(grant.resources) <= taken.get(grant.statement, set(grant.resources))


def test_everything_is_allowed_only_where_iam_knows_nothing_narrower() -> None:
    for role in PARTS:
        for grant in grants(role):
            if "*" in grant.resources:
                assert PERMISSIONS.arns[grant.action] == [] or grant.conditions, grant
            assert "*" not in grant.action, grant


def test_a_role_is_only_passed_to_a_named_service() -> None:
    passed = [grant for role in PARTS for grant in grants(role) if grant.action == "iam:PassRole"]
    assert len(passed) == 4
    for grant in passed:
        assert list(grant.conditions) == ["StringEquals"]
        assert list(grant.conditions["StringEquals"]) == ["iam:PassedToService"]
        assert "*" not in str(grant.conditions)


LONGEST = {**VALUES, "StackName": "l" * 21, "AWS::Region": "ap-southeast-1", "AWS::Partition": "aws-us-gov"}


def test_policies_fit_into_iam() -> None:
    """IAM and AWS STS quotas: 6,144 characters in a managed policy, 10,240 in a role's own, without white space."""
    for role in PARTS:
        for document in documents(role, LONGEST):
            assert len(json.dumps(document, separators=(",", ":"))) <= 6144


NAME_OF = {
    "AWS::IAM::Role": ("RoleName", 64),
    "AWS::Lambda::Function": ("FunctionName", 64),
    "AWS::Scheduler::Schedule": ("Name", 64),
    "AWS::S3::Bucket": ("BucketName", 63),
    "AWS::SQS::Queue": ("QueueName", 80),
    "AWS::CodeDeploy::Application": ("ApplicationName", 100),
    "AWS::CodeDeploy::DeploymentGroup": ("DeploymentGroupName", 100),
    "AWS::DynamoDB::Table": ("TableName", 255),
    "AWS::SNS::Topic": ("TopicName", 256),
    "AWS::CloudWatch::Alarm": ("AlarmName", 255),
}
"""Types whose rights go by the stack's name: the property that would name one otherwise, and the longest name."""


def test_names_begin_with_the_whole_name_of_the_stack() -> None:
    """CloudFormation makes STACK-LogicalId-RANDOM (13 characters with its hyphen), and shortens STACK if need be."""
    longest = parameter("StackName")["AllowedPattern"]
    assert re.fullmatch(longest, LONGEST["StackName"])
    assert not re.fullmatch(longest, LONGEST["StackName"] + "l")
    assert not re.fullmatch(longest, "Lazo"), "buckets have no capitals"
    found: list[dict[str, Any]] = []
    for template in PRODUCT:
        for logical_id, each in resources(template).items():
            if each["Type"] in NAME_OF:
                name, limit = NAME_OF[each["Type"]]
                assert name not in each.get("Properties", {}), f"{logical_id}: two stacks would want one name"
                assert len(LONGEST["StackName"]) + 1 + len(logical_id) + 13 <= limit, logical_id
                found.append(each)
    assert {each["Type"] for each in found} == set(NAME_OF)


def test_the_files_of_aws_are_read_as_they_are_written() -> None:
    """Two schemas and a service's reference, cut from AWS's own; what is asked for once is listed once."""
    schema = {
        "typeName": "AWS::SQS::Queue",
        "tagging": {"taggable": True, "permissions": ["sqs:TagQueue"]},
        "handlers": {
            "create": {"permissions": ["sqs:GetQueueUrl", "sqs:CreateQueue", "sqs:CreateQueue"]},
            "list": {"permissions": ["sqs:ListQueues"]},
        },
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("aws-sqs-queue.json", json.dumps(schema))
        written.writestr("aws-sqs-other.json", json.dumps({**schema, "typeName": "AWS::SQS::Other"}))
    assert handlers(archive.getvalue(), {"AWS::SQS::Queue"}) == {
        "AWS::SQS::Queue": {"create": ["sqs:CreateQueue", "sqs:GetQueueUrl"], "tagging": ["sqs:TagQueue"]}
    }
    form = "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"
    reference = {
        "Name": "sqs",
        "Actions": [{"Name": "CreateQueue", "Resources": [{"Name": "queue"}]}, {"Name": "ListQueues"}],
        "Resources": [{"Name": "queue", "ARNFormats": [form]}],
    }
    assert arns(reference) == {"sqs:CreateQueue": [form], "sqs:ListQueues": []}


@pytest.mark.parametrize(
    ("form", "resource", "expected"),
    [
        (
            "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}",
            "arn:aws:sqs:us-east-1:1:lazo-prod-*",
            True,
        ),
        ("arn:${Partition}:s3:::${BucketName}", "arn:aws:s3:::lazo-prod-*", True),
        ("arn:${Partition}:s3:::${BucketName}", "arn:aws:s3:us-east-1:1:lazo-prod-*", False),
        (
            "arn:${Partition}:cloudwatch:${Region}:${Account}:alarm:${Name}",
            "arn:aws:cloudwatch::1:dashboard/*",
            False,
        ),
        (
            "arn:${Partition}:cloudwatch::${Account}:dashboard/${Name}",
            "arn:aws:cloudwatch::1:dashboard/*",
            True,
        ),
        (
            "arn:${Partition}:apigateway:${Region}::/apis/${ApiId}",
            "arn:aws:apigateway:us-east-1::/tags/*",
            False,
        ),
    ],
)
def test_an_arn_has_a_form(form: str, resource: str, expected: bool) -> None:
    assert takes(form, resource) is expected
