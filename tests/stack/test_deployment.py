"""How it gets into an account: stages, the role that CI takes, what the checkers may find."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from infra import checkov_findings, first_time
from infra.checkov_findings import Accepted, Finding, judged

ROOT = Path(__file__).resolve().parents[2]
CONFIG: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
PARAMETERS: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))["Parameters"]
ROLE: dict[str, Any] = yaml_parse((ROOT / "infra" / "deploy-role.yaml").read_text(encoding="utf-8"))[
    "Resources"
]
WORKFLOW = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stage_is_told_apart_and_sets_only_what_there_is(stage: str) -> None:
    told = CONFIG[stage]["deploy"]["parameters"]
    overrides = told["parameter_overrides"]
    # A guided deployment writes them as one text.
    words = shlex.split(overrides) if isinstance(overrides, str) else overrides
    given = dict(each.split("=", 1) for each in words)
    assert given["Stage"] == stage
    assert told["stack_name"] == f"lazo-{stage}"
    assert f"stage={stage}" in told["tags"]
    assert "application=lazo" in told["tags"]
    for name, value in given.items():
        rules = PARAMETERS[name]
        assert value in map(str, rules.get("AllowedValues", [value]))
        assert re.fullmatch(rules.get("AllowedPattern", ".*"), value)


def test_the_first_deployment_is_guided_and_no_later_one() -> None:
    fresh = {"prod": {"deploy": {"parameters": {"parameter_overrides": ["Stage=prod"]}}}}
    assert first_time.flag(fresh, "prod") == "--guided"
    told = {
        "prod": {"deploy": {"parameters": {"parameter_overrides": 'Stage="prod" SenderEmail="a@b.example"'}}}
    }
    assert first_time.flag(told, "prod") == ""
    told["prod"]["deploy"]["parameters"]["parameter_overrides"] = ["Stage=prod", "SenderEmail=a@b.example"]  # type: ignore[assignment]
    assert first_time.flag(told, "prod") == ""
    with pytest.raises(KeyError):
        first_time.flag(CONFIG, "elsewhere")


def _statements(role: str) -> list[dict[str, Any]]:
    return [s for p in ROLE[role]["Properties"]["Policies"] for s in p["PolicyDocument"]["Statement"]]


def test_only_one_environment_of_one_repository_takes_the_role() -> None:
    (trust,) = ROLE["Deployer"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    asked = trust["Condition"]["StringEquals"]
    assert asked["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    assert asked["token.actions.githubusercontent.com:sub"] == {
        "Fn::Sub": "repo:${Repository}:environment:${Environment}"
    }
    assert "*" not in str(asked)


def test_ci_itself_can_only_hand_templates_over() -> None:
    actions = {
        a
        for s in _statements("Deployer")
        for a in (s["Action"] if isinstance(s["Action"], list) else [s["Action"]])
    }
    assert {a.partition(":")[0] for a in actions} == {"cloudformation", "s3", "iam"}
    assert {a for a in actions if a.startswith("iam:")} == {"iam:PassRole"}
    assert not any("*" in a for a in actions)


WITHOUT_A_NARROWER_RESOURCE = {"EventSources", "RandomPassword", "LogDelivery"}


def test_cloudformation_may_do_what_it_does_under_the_stacks_names_only() -> None:
    for statement in _statements("Builder"):
        resources = (
            statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        )
        if "*" in resources:
            assert statement["Sid"] in WITHOUT_A_NARROWER_RESOURCE
        assert statement["Action"] != "*"
        assert not str(statement["Action"]).startswith("iam:*")


def test_every_kind_of_resource_in_the_template_can_be_made() -> None:
    """The services whose resources are in the template, translated, are those that the role names."""
    from infra.local.cloudformation.template import load

    resources = load(ROOT / "template.yaml", {"SenderEmail": "a@b.example"}, "us-east-1").resources
    services = {
        "ApiGatewayV2": "apigateway",
        "CloudFormation": "cloudformation",
        "CloudWatch": "cloudwatch",
        "CodeDeploy": "codedeploy",
        "DynamoDB": "dynamodb",
        "IAM": "iam",
        "Lambda": "lambda",
        "Logs": "logs",
        "S3": "s3",
        "SES": "ses",
        "SNS": "sns",
        "SQS": "sqs",
        "Scheduler": "scheduler",
        "SecretsManager": "secretsmanager",
    }
    needed = {services[r["Type"].split("::")[1]] for r in resources.values()}
    granted = {
        action.partition(":")[0]
        for s in _statements("Builder")
        for action in (s["Action"] if isinstance(s["Action"], list) else [s["Action"]])
    }
    assert needed == granted


def test_actions_are_pinned_by_commit() -> None:
    used = re.findall(r"uses: (\S+)", WORKFLOW)
    assert len(used) >= 8
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", each) for each in used)
    assert "permissions:\n  contents: read" in WORKFLOW


def test_what_ci_runs_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in re.findall(r"run: make (.*)", WORKFLOW):
        words = [word for word in re.sub(r'"[^"]*"', "", line).split() if "=" not in word]
        assert set(words) <= targets, line


def test_a_finding_passes_with_its_reason_alone() -> None:
    known = [Accepted("CKV_AWS_117", "AWS::Lambda::Function.*", "no VPC")]
    found = [Finding("CKV_AWS_117", "AWS::Lambda::Function.Desk")]
    assert judged(found, known) == []
    assert judged([*found, Finding("CKV_AWS_26", "AWS::SNS::Topic.New", "open")], known) == [
        "CKV_AWS_26 AWS::SNS::Topic.New: open"
    ]
    (stale,) = judged([], known)
    assert "not found any more" in stale


def test_every_accepted_finding_names_its_reason() -> None:
    assert all(len(entry.reason) > 40 for entry in checkov_findings.accepted())
