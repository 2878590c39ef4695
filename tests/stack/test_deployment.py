"""Deployment: the stages, the roles that CI uses, and the accepted findings of the checkers."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest

from infra import checkov_findings, first_time
from infra.checkov_findings import Accepted, Finding, differences
from infra.local.cloudformation.template_yaml import read_yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIG: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
PARAMETERS: dict[str, Any] = read_yaml((ROOT / "template.yaml").read_text(encoding="utf-8"))["Parameters"]
ROLES: dict[str, Any] = read_yaml((ROOT / "infra" / "deploy-role.yaml").read_text(encoding="utf-8"))[
    "Resources"
]
WORKFLOW = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stage_has_its_own_stack_and_sets_parameters_that_exist(stage: str) -> None:
    settings = CONFIG[stage]["deploy"]["parameters"]
    overrides = settings["parameter_overrides"]
    # A guided deployment writes the overrides as one string.
    words = shlex.split(overrides) if isinstance(overrides, str) else overrides
    given = dict(each.split("=", 1) for each in words)
    assert given["Stage"] == stage
    assert settings["stack_name"] == f"lazo-{stage}"
    assert f"stage={stage}" in settings["tags"]
    assert "application=lazo" in settings["tags"]
    for name, value in given.items():
        rules = PARAMETERS[name]
        assert value in map(str, rules.get("AllowedValues", [value]))
        assert re.fullmatch(rules.get("AllowedPattern", ".*"), value)


def test_only_the_first_deployment_is_guided() -> None:
    fresh = {"prod": {"deploy": {"parameters": {"parameter_overrides": ["Stage=prod"]}}}}
    assert first_time.flag(fresh, "prod") == "--guided"
    answered: dict[str, Any] = {
        "prod": {"deploy": {"parameters": {"parameter_overrides": 'Stage="prod" SenderEmail="a@b.example"'}}}
    }
    assert first_time.flag(answered, "prod") == ""
    answered["prod"]["deploy"]["parameters"]["parameter_overrides"] = [
        "Stage=prod",
        "SenderEmail=a@b.example",
    ]
    assert first_time.flag(answered, "prod") == ""
    with pytest.raises(KeyError):
        first_time.flag(CONFIG, "elsewhere")


def test_only_one_environment_of_one_repository_may_assume_the_role() -> None:
    (trust,) = ROLES["Deployer"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    claims = trust["Condition"]["StringEquals"]
    assert claims["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    assert claims["token.actions.githubusercontent.com:sub"] == {
        "Fn::Sub": "repo:${Repository}:environment:${Environment}"
    }
    assert "*" not in str(claims)


def test_actions_are_pinned_by_commit() -> None:
    used = re.findall(r"uses: (\S+)", WORKFLOW)
    assert len(used) >= 8
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", each) for each in used)
    assert "permissions:\n  contents: read" in WORKFLOW


def test_ci_runs_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in re.findall(r"run: make (.*)", WORKFLOW):
        words = [word for word in re.sub(r'"[^"]*"', "", line).split() if "=" not in word]
        assert set(words) <= targets, line


def test_what_make_test_leaves_out_is_run_beside_it() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipes = dict(re.findall(r"^([a-z-]+):.*\n((?:\t.*\n)+)", makefile, re.MULTILINE))
    (left_out,) = re.findall(r"--ignore (\S+)", recipes["test"])
    assert (ROOT / left_out).is_dir()
    assert f"pytest -n 2 --dist worksteal {left_out} " in recipes["test-browser"]
    for script in (WORKFLOW, (ROOT / ".ci/run").read_text(encoding="utf-8")):
        assert {"test", "test-browser", "test-build", "security"} <= set(
            re.findall(r"make ([a-z-]+)$", script, re.MULTILINE)
        )


def test_only_an_accepted_finding_passes() -> None:
    known = [Accepted("CKV_AWS_117", "AWS::Lambda::Function.*", "no VPC")]
    found = [Finding("CKV_AWS_117", "AWS::Lambda::Function.Desk")]
    assert differences(found, known) == []
    assert differences([*found, Finding("CKV_AWS_26", "AWS::SNS::Topic.New", "open")], known) == [
        "CKV_AWS_26 AWS::SNS::Topic.New: open"
    ]
    (stale,) = differences([], known)
    assert "not found any more" in stale


def test_every_accepted_finding_names_its_reason() -> None:
    assert all(len(entry.reason) > 40 for entry in checkov_findings.accepted_findings())
