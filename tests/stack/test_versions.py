"""Whatever changes what a function behind an alias runs with publishes a version of it, and nothing else does."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloudformation.intrinsics import Resolver, TemplateError
from infra.local.cloudformation.template import load
from infra.local.cloudformation.template_yaml import read_yaml
from ops.doctor.versions import PARAMETER_OF

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = load(ROOT / "template.yaml", {"SenderEmail": "lazo@example.com"}, "us-east-1")
VERSIONS = {
    resource["Properties"]["FunctionName"]["Ref"]: resource
    for resource in TEMPLATE.resources.values()
    if resource["Type"] == "AWS::Lambda::Version"
}

DIGEST, OTHER_DIGEST = "a" * 64, "b" * 64
KEY = "arn:aws:kms:us-east-1:123456789012:key/"
CHANGES = {
    "Stage": ["staging"],
    "PublicBaseUrl": ["https://lazo.example", "http://lazo.example", "https://other.example"],
    "SenderEmail": ["other@example.com"],
    "SesIdentity": ["example.com"],
    "SmsSenderId": ["Aurora"],
    "TwoWayNumbers": ["CL=+56912345678"],
    "OperatorEmail": ["ops@example.com"],
    "LogRetentionDays": ["7"],
    "Architecture": ["x86_64"],
    "LogLevel": ["DEBUG", "WARNING", "ERROR"],
    "Rollout": ["AllAtOnce"],
    "SnapStart": ["PublishedVersions"],
    "Tracing": ["Active"],
    "KmsKeyArn": [f"{KEY}11111111-2222-3333-4444-555555555555", f"{KEY}mrk-{'0' * 32}"],
    "OriginDigests": [DIGEST, f"{DIGEST},{OTHER_DIGEST}", OTHER_DIGEST],
    "SmsBudgetUsd": ["5"],
    "SmsDeliveryLogs": ["create", "existing"],
}
"""Other values than the default, one after another; a new parameter needs an entry."""

LONGEST = {
    "Stage": "s" * 16,
    "PublicBaseUrl": "https://" + "h" * 53,
    "LogLevel": "WARNING",
    "Architecture": "x86_64",
    "SnapStart": "PublishedVersions",
    "Tracing": "Active",
    "KmsKeyArn": KEY.replace("arn:aws:", "arn:aws-us-gov:") + "k" * 36,
    "OriginDigests": f"{DIGEST},{OTHER_DIGEST}",
}


def resolved(value: Any, parameters: Mapping[str, str]) -> Any:
    """What CloudFormation makes of a value; another resource stays its name."""
    known = {**TEMPLATE.parameters, **parameters}
    return Resolver(
        lambda name: known.get(name, name), lambda name, path: f"{name}.{path}", TEMPLATE.conditions
    ).resolve(value)


def configuration(function: str, parameters: Mapping[str, str]) -> Any:
    return resolved(TEMPLATE.resources[function]["Properties"], parameters)


def description(function: str, parameters: Mapping[str, str]) -> str:
    text = resolved(VERSIONS[function]["Properties"]["Description"], parameters)
    assert isinstance(text, str)
    return text


def test_each_alias_serves_a_version_that_describes_its_parameters() -> None:
    """CloudFormation replaces a version whose description changes ("Update requires: Replacement", AWS::Lambda::Version
    in the Template Reference). SAM's own choice of a new version sees a parameter's name alone."""
    aliases = [r for r in TEMPLATE.resources.values() if r["Type"] == "AWS::Lambda::Alias"]
    served = {alias["Properties"]["FunctionVersion"]["Fn::GetAtt"][0] for alias in aliases}
    assert served == {n for n, r in TEMPLATE.resources.items() if r["Type"] == "AWS::Lambda::Version"}
    assert {alias["Properties"]["FunctionName"]["Ref"] for alias in aliases} == set(VERSIONS)
    assert len(VERSIONS) == 3


def test_a_property_that_changes_in_the_template_publishes_a_version(tmp_path: Path) -> None:
    """Also one that is neither code nor environment, such as the time-out: SAM's default passes over those."""
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    assert text.count("Timeout: 29\n") == 1, "of all functions that have none of their own"
    changed = tmp_path / "template.yaml"
    changed.write_text(text.replace("Timeout: 29\n", "Timeout: 28\n"), encoding="utf-8")
    after = load(changed, {"SenderEmail": "lazo@example.com"}, "us-east-1").resources
    assert not {n for n, r in TEMPLATE.resources.items() if r["Type"] == "AWS::Lambda::Version"} & set(after)


@pytest.mark.parametrize("function", VERSIONS)
def test_a_parameter_publishes_a_version_of_the_functions_that_it_reaches(function: str) -> None:
    assert set(CHANGES) == set(TEMPLATE.parameters), "each parameter has an example of a change"
    for name, values in CHANGES.items():
        before = TEMPLATE.parameters[name]
        for value in values:
            assert value != before
            changed = configuration(function, {name: value}) != configuration(function, {name: before})
            published = description(function, {name: value}) != description(function, {name: before})
            # Published without a change, Lambda says "A version for this Lambda function exists" and the update fails.
            assert published == changed, f"{name}: {before!r} -> {value!r}"
            before = value


def test_the_origin_the_address_and_the_log_level_reach_the_functions_that_people_wait_for() -> None:
    """Holds the test above to something: these are among what has to publish a version."""
    for function in VERSIONS:
        for name in ("OriginDigests", "LogLevel", "Tracing", "SnapStart", "KmsKeyArn"):
            assert configuration(function, {name: CHANGES[name][0]}) != configuration(function, {}), name
    assert configuration("Desk", {"PublicBaseUrl": "https://lazo.example"}) != configuration("Desk", {})


def test_the_doctor_knows_each_parameter_that_a_variable_shows() -> None:
    shown = {
        variable: value["Ref"]
        for function in VERSIONS
        for variable, value in TEMPLATE.resources[function]["Properties"]["Environment"]["Variables"].items()
        if isinstance(value, dict) and value.get("Ref") in TEMPLATE.parameters
    }
    assert shown == PARAMETER_OF


@pytest.mark.parametrize("function", VERSIONS)
def test_the_longest_parameters_fit_into_a_description(function: str) -> None:
    """Lambda takes 256 characters (PublishVersion, AWS Lambda API Reference)."""
    load(ROOT / "template.yaml", {"SenderEmail": "lazo@example.com", **LONGEST}, "us-east-1")
    reaching = {
        name
        for name, values in CHANGES.items()
        if any(configuration(function, {name: value}) != configuration(function, {}) for value in values)
    }
    assert reaching <= set(LONGEST), "a parameter that reaches a function behind an alias has a longest value"
    assert len(description(function, LONGEST)) <= 256


@pytest.mark.parametrize(
    "longer",
    [
        {"Stage": LONGEST["Stage"] + "s"},
        {"PublicBaseUrl": LONGEST["PublicBaseUrl"] + "h"},
        {"PublicBaseUrl": "http://" + "h" * 47},
        {"KmsKeyArn": LONGEST["KmsKeyArn"] + "k"},
        {"OriginDigests": f"{DIGEST},{OTHER_DIGEST},{DIGEST}"},
    ],
)
def test_longer_parameters_are_refused_before_anything_changes(longer: dict[str, str]) -> None:
    with pytest.raises(TemplateError):
        load(ROOT / "template.yaml", {"SenderEmail": "lazo@example.com", **longer}, "us-east-1")
    (name,) = longer
    asked = read_yaml((ROOT / "template.yaml").read_text(encoding="utf-8"))["Parameters"][name]
    assert re.search(r"\b(16|53|36|two)\b", asked["ConstraintDescription"]), (
        "CloudFormation tells it, not the pattern"
    )


def test_a_domain_that_the_edge_takes_fits_into_the_address() -> None:
    edge = read_yaml((ROOT / "infra" / "edge.yaml").read_text(encoding="utf-8"))["Parameters"]["DomainName"]
    longest = "https://" + "h" * edge["MaxLength"]
    load(ROOT / "template.yaml", {"SenderEmail": "lazo@example.com", "PublicBaseUrl": longest}, "us-east-1")
